import type { SecretValue } from '../../../model/secret-value.ts'

/** What proves who is calling, for a while. */
export interface AccessToken {
  readonly token: SecretValue
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** One way to get a token. Throws SecretError: AccessDenied when the credentials are refused, InvalidSpec when they cannot be used. */
export interface TokenSource {
  obtain(signal: AbortSignal): Promise<AccessToken>
}

/** The one scope that Secret Manager's methods take (the client's own `scopes`). */
export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'
