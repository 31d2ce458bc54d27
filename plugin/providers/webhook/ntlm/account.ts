import type { Challenge } from './challenge-message.ts'
import type { Identity } from './ntlmv2-response.ts'

/** A name and a password as the Secrets of a store hold them. */
export interface Account {
  /** `DOMAIN\user`, `user@domain`, or `user`, who is of the domain that the server names. */
  readonly name: string
  readonly password: string
}

/** Who an account is to the server that sent `challenge`. */
export function identityOf({ name, password }: Account, { targetName }: Pick<Challenge, 'targetName'>): Identity {
  const slash = name.indexOf('\\')
  if (slash >= 0) return { domain: name.slice(0, slash), user: name.slice(slash + 1), password }
  return { domain: name.includes('@') ? '' : targetName, user: name, password }
}
