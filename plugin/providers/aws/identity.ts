import type { Clock } from '../../model/clock.ts'
import { LoginCache } from '../login-cache.ts'
import type { AwsCredentials } from './api.ts'

/** Whose credentials sign the calls of one reader. */
export interface Identity {
  /** Logs in unless the credentials at hand last for a while. Throws SecretError. */
  readonly login: (signal: AbortSignal) => Promise<void>
  /** What the last {@link login} gave. */
  readonly held: () => AwsCredentials
  /** AWS does not take the credentials any more: the next {@link login} asks anew. Calls under way go on with them. */
  readonly forget: () => void
  /** Ends a login under way. */
  readonly close: () => void
}

export function identityFrom(load: (signal: AbortSignal) => Promise<AwsCredentials>, clock: Clock): Identity {
  const logins = new LoginCache<AwsCredentials>({ login: load, expiresAtMs: ({ expiration }) => expiration?.getTime() }, clock)
  let credentials: AwsCredentials | undefined

  return {
    async login(signal) {
      credentials = await logins.get(signal)
    },
    held() {
      if (!credentials) throw new TypeError('not logged in')
      return credentials
    },
    forget() {
      if (credentials) logins.forget(credentials)
    },
    close() {
      logins.close()
    },
  }
}
