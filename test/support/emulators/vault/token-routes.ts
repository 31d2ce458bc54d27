import type { Token, TokenStore } from './token-store.ts'
import { permissionDenied, VaultFailure, type VaultRequest, type VaultResult } from './vault-exchange.ts'
import { isObject, NumberText, type VaultJson } from './vault-json.ts'

/** `auth/token/…`: what a token may do with itself, and what root may do with others. */
export function tokenRoute(request: VaultRequest, token: Token, tokens: TokenStore): VaultResult | undefined {
  switch (`${request.method} ${request.path}`) {
    case 'GET auth/token/lookup-self':
    case 'POST auth/token/lookup-self':
      return { data: tokens.lookup(token) }
    case 'POST auth/token/renew-self':
    case 'PUT auth/token/renew-self':
      if (token.type === 'batch') throw new VaultFailure(400, 'batch tokens cannot be renewed')
      tokens.renew(token, seconds(request.body['increment']))
      return { auth: tokens.authOf(token) }
    case 'POST auth/token/revoke-self':
    case 'PUT auth/token/revoke-self':
      if (token.type === 'batch') throw new VaultFailure(400, 'batch tokens cannot be revoked')
      tokens.revoke(token)
      return undefined
    case 'POST auth/token/create':
    case 'PUT auth/token/create':
      return { auth: tokens.authOf(created(request, token, tokens)) }
    default:
      throw new VaultFailure(404, 'unsupported path')
  }
}

function created(request: VaultRequest, parent: Token, tokens: TokenStore): Token {
  if (!parent.policies.includes('root')) throw permissionDenied()
  const { policies, ttl, explicit_max_ttl: maxTtl, renewable, type } = request.body
  if (policies !== undefined && !Array.isArray(policies)) throw new VaultFailure(400, 'error parsing policies')
  const ttlSeconds = seconds(ttl)
  const maxTtlSeconds = seconds(maxTtl)
  return tokens.issue(parent.namespace, {
    ...(Array.isArray(policies) && { policies: policies.map(String) }),
    ...(ttlSeconds !== undefined && { ttlSeconds }),
    ...(maxTtlSeconds !== undefined && { maxTtlSeconds }),
    ...(typeof renewable === 'boolean' && { renewable }),
    ...(type === 'batch' && { type: 'batch' as const }),
  })
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
])

/** A duration as Vault reads it: seconds, or a number with a unit. */
function seconds(value: VaultJson | undefined): number | undefined {
  const text = value instanceof NumberText ? value.text : value
  if (typeof text !== 'string' || isObject(value)) return undefined
  const [, amount = '', unit = ''] = /^(\d+)([smh]?)$/.exec(text) ?? []
  return amount === '' ? undefined : Number(amount) * (UNITS.get(unit) ?? 1)
}
