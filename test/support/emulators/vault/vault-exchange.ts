import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Token } from './token-store.ts'
import { count, type VaultJson, type VaultObject } from './vault-json.ts'

/** A request as the part of Vault behind its router sees it. */
export interface VaultRequest {
  /** `LIST` also for a GET with `list=true`. */
  readonly method: string
  /** Within its namespace, decoded, without a slash at the beginning. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: VaultObject
  readonly headers: IncomingHttpHeaders
  /** PEM of the certificate that the client showed; whether an authority vouches for it is the login's business. */
  readonly clientCertificate?: string | undefined
  readonly token?: Token | undefined
}

/** What fills the envelope of an answer. `undefined` as a whole is 204. */
export interface VaultResult {
  readonly status?: number
  readonly data?: VaultJson
  readonly auth?: VaultObject
  readonly warnings?: readonly string[]
  readonly leaseSeconds?: number
  /** The endpoint answers without an envelope (`sys/health`). */
  readonly bare?: VaultObject
}

/** An answer of the form `{"errors": [...]}`. */
export class VaultFailure extends Error {
  readonly status: number
  readonly errors: readonly string[]

  constructor(status: number, ...errors: string[]) {
    super(`${status} ${errors.join('; ')}`)
    this.status = status
    this.errors = errors
  }
}

export const permissionDenied = (): VaultFailure => new VaultFailure(403, 'permission denied')
export const notFound = (): VaultFailure => new VaultFailure(404)

/** Every answer with content has these members, in whatever order Go prints them (Vault's HTTP API, "Responses"). */
export function envelope(result: VaultResult): VaultObject {
  if (result.bare) return result.bare
  return {
    request_id: randomUUID(),
    lease_id: '',
    renewable: false,
    lease_duration: count(result.leaseSeconds ?? 0),
    data: result.data ?? null,
    wrap_info: null,
    warnings: result.warnings ?? null,
    auth: result.auth ?? null,
  }
}
