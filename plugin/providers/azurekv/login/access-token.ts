import type { SecretValue } from '../../../model/secret-value.ts'

/** A bearer token for the vault's resource. */
export interface AccessToken {
  readonly value: SecretValue
  /** Milliseconds since the epoch, by this process's clock. */
  readonly expiresAtMs: number
}

/** Gets a new token; one attempt. Throws SecretError. */
export type Login = (signal: AbortSignal) => Promise<AccessToken>
