import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import type { Emulator } from '../../emulator.ts'
import { PARTY_CANARY, type Reply, startParty } from './start-party.ts'

export interface ContainerRegistry extends Emulator {
  /** `localhost:PORT`, by TLS. */
  readonly host: string
  /** Refresh tokens that were given, with the tenant that was named. */
  readonly refreshTokens: Map<string, string | undefined>
  /** Access tokens that were given, with their scope. */
  readonly accessTokens: Map<string, string>
}

/** The login of an Azure Container Registry (azure.github.io/acr/AAD-OAuth); `isMember` knows the tokens of Entra ID that may use it. */
export async function startContainerRegistry(isMember: (token: string) => boolean): Promise<ContainerRegistry> {
  const refreshTokens = new Map<string, string | undefined>()
  const accessTokens = new Map<string, string>()
  let host = ''

  function exchange({ body }: Request): Reply {
    const form = body as Record<string, string | undefined>
    if (form['grant_type'] !== 'access_token' || form['service'] !== host) return [400]
    if (!isMember(form['access_token'] ?? '')) return [401]
    const token = `refresh-${randomBytes(12).toString('hex')}`
    refreshTokens.set(token, form['tenant'])
    return [200, { refresh_token: token }]
  }

  function access({ body }: Request): Reply {
    const form = body as Record<string, string | undefined>
    const { scope = '' } = form
    if (form['grant_type'] !== 'refresh_token' || form['service'] !== host || !/^repository:[\w/-]+:[\w,]+$/.test(scope))
      return [400]
    if (!refreshTokens.has(form['refresh_token'] ?? '')) return [401]
    const token = `access-${randomBytes(12).toString('hex')}`
    accessTokens.set(token, scope)
    return [200, { access_token: token }]
  }

  const emulator = await startParty({
    failure: () => ({ errors: [{ code: 'UNAUTHORIZED', message: PARTY_CANARY }] }),
    routes: { 'POST /oauth2/exchange': exchange, 'POST /oauth2/token': access },
    tls: true,
  })
  host = new URL(emulator.url).host
  return { ...emulator, host, refreshTokens, accessTokens }
}
