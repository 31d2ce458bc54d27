import { randomUUID } from 'node:crypto'
import { decodeJwt, issuerKeys, signatureIsGood, signJwt } from './jwt.ts'

/** Who a bearer token speaks for. */
export interface Bearer {
  readonly clientId: string
  readonly tenantId: string
}

/** Access tokens for one resource, as Entra ID issues and Key Vault checks them. */
export class AccessTokens {
  /** Seconds that a new token lives; Entra ID gives 60 to 90 minutes. */
  lifetimeSeconds = 3600
  readonly #issuer: () => string
  readonly #revoked = new Set<string>()
  #issued: string[] = []

  /** `issuer` is asked late: the port of the login host is not known when this is made. */
  constructor(issuer: () => string) {
    this.#issuer = issuer
  }

  issue(bearer: Bearer, resource: string): string {
    const now = Math.floor(Date.now() / 1000)
    const token = signJwt({
      aud: resource,
      iss: `${this.#issuer()}/${bearer.tenantId}/`,
      iat: now,
      nbf: now,
      exp: now + this.lifetimeSeconds,
      appid: bearer.clientId,
      tid: bearer.tenantId,
      uti: randomUUID(),
      ver: '1.0',
    })
    this.#issued.push(token)
    return token
  }

  /** Refuses every token that was given out so far. */
  revokeAll(): void {
    for (const token of this.#issued) this.#revoked.add(token)
    this.#issued = []
  }

  /** `undefined` for a token of somebody else, for another resource, expired or revoked. */
  bearerOf(token: string, resource: string): Bearer | undefined {
    const jwt = decodeJwt(token)
    if (!jwt || jwt.header['alg'] !== 'RS256' || !signatureIsGood(jwt, issuerKeys.publicKey)) return undefined
    const { aud, iss, exp, appid, tid } = jwt.claims
    const current = typeof exp === 'number' && exp > Date.now() / 1000
    if (!current || aud !== resource || iss !== `${this.#issuer()}/${String(tid)}/` || this.#revoked.has(token)) return undefined
    return { clientId: String(appid), tenantId: String(tid) }
  }
}
