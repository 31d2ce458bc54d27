import { randomBytes } from 'node:crypto'
import { permissionDenied } from './vault-exchange.ts'
import { count, type VaultObject } from './vault-json.ts'

/** Vault's system default, 32 days. */
const DEFAULT_TTL_SECONDS = 2_764_800

/** What a login gives. */
export interface TokenOptions {
  readonly policies?: readonly string[]
  /** 0 for a token that never expires, as the root token. */
  readonly ttlSeconds?: number
  /** Renewals never go beyond this age. */
  readonly maxTtlSeconds?: number
  readonly renewable?: boolean
  readonly type?: 'service' | 'batch'
  readonly displayName?: string
  /** `token_no_default_policy` of a role. */
  readonly noDefaultPolicy?: true
}

export interface Token {
  readonly id: string
  readonly accessor: string
  readonly namespace: string
  readonly policies: readonly string[]
  readonly type: 'service' | 'batch'
  readonly renewable: boolean
  readonly displayName: string
  readonly createdAtMs: number
  readonly ttlSeconds: number
  readonly maxTtlSeconds: number
  /** Infinity for a token that never expires. */
  expiresAtMs: number
}

/** The tokens of one server. Time is the emulator's clock: a token is gone the moment it expires. */
export class TokenStore {
  readonly #tokens = new Map<string, Token>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  issue(namespace: string, options: TokenOptions, id?: string): Token {
    const type = options.type ?? 'service'
    const ttlSeconds = options.ttlSeconds ?? DEFAULT_TTL_SECONDS
    const createdAtMs = this.#now()
    const policies = options.policies ?? ['reader']
    const token: Token = {
      id: id ?? `${type === 'batch' ? 'hvb' : 'hvs'}.${randomBytes(24).toString('base64url')}`,
      accessor: type === 'batch' ? '' : randomBytes(18).toString('base64url'),
      namespace,
      policies: policies.includes('root') || options.noDefaultPolicy ? policies : [...new Set(['default', ...policies])].sort(),
      type,
      renewable: type === 'service' && ttlSeconds > 0 && (options.renewable ?? true),
      displayName: options.displayName ?? 'token',
      createdAtMs,
      ttlSeconds,
      maxTtlSeconds: options.maxTtlSeconds ?? DEFAULT_TTL_SECONDS,
      expiresAtMs: ttlSeconds === 0 ? Number.POSITIVE_INFINITY : createdAtMs + ttlSeconds * 1000,
    }
    this.#tokens.set(token.id, token)
    return token
  }

  /** A token of a namespace is good there and below (Vault Enterprise, OpenBao 2.3). */
  find(id: string | undefined, namespace: string): Token | undefined {
    const token = id === undefined ? undefined : this.#tokens.get(id)
    if (!token || token.expiresAtMs <= this.#now()) return undefined
    const below = token.namespace === '' || namespace === token.namespace || namespace.startsWith(`${token.namespace}/`)
    return below ? token : undefined
  }

  renew(token: Token, incrementSeconds: number | undefined): void {
    if (!token.renewable) throw permissionDenied()
    const wanted = this.#now() + (incrementSeconds ?? token.ttlSeconds) * 1000
    token.expiresAtMs = Math.min(wanted, token.createdAtMs + token.maxTtlSeconds * 1000)
  }

  revoke(token: Token): void {
    this.#tokens.delete(token.id)
  }

  /** Ends every token that a login gave, as an operator would after a leak. */
  revokeLogins(): void {
    for (const token of this.#tokens.values()) if (token.ttlSeconds > 0) this.revoke(token)
  }

  /** Tokens alive that came from a login. */
  get live(): number {
    const now = this.#now()
    return [...this.#tokens.values()].filter((token) => token.ttlSeconds > 0 && token.expiresAtMs > now).length
  }

  #secondsLeft(token: Token): number {
    return Number.isFinite(token.expiresAtMs) ? Math.max(0, (token.expiresAtMs - this.#now()) / 1000) : 0
  }

  /** The `auth` member of a login's or renewal's answer. */
  authOf(token: Token, metadata: Readonly<Record<string, string>> = {}): VaultObject {
    return {
      client_token: token.id,
      accessor: token.accessor,
      policies: token.policies,
      token_policies: token.policies,
      metadata,
      lease_duration: count(Math.ceil(this.#secondsLeft(token))),
      renewable: token.renewable,
      entity_id: '',
      token_type: token.type,
      orphan: true,
      mfa_requirement: null,
      num_uses: count(0),
    }
  }

  /** The `data` member of lookup-self's answer. */
  lookup(token: Token): VaultObject {
    const expires = Number.isFinite(token.expiresAtMs) ? new Date(token.expiresAtMs).toISOString() : null
    return {
      accessor: token.accessor,
      creation_time: count(Math.floor(token.createdAtMs / 1000)),
      creation_ttl: count(token.ttlSeconds),
      display_name: token.displayName,
      entity_id: '',
      expire_time: expires,
      explicit_max_ttl: count(0),
      id: token.id,
      issue_time: new Date(token.createdAtMs).toISOString(),
      meta: null,
      num_uses: count(0),
      orphan: true,
      path: 'auth/token/create',
      policies: token.policies,
      renewable: token.renewable,
      ttl: count(Math.floor(this.#secondsLeft(token))),
      type: token.type,
    }
  }
}
