import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'

/** A DNS subdomain (Kubernetes, "Object names and IDs"). */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const MAX_LENGTH = 253

export function isSecretName(key: string): boolean {
  return key.length <= MAX_LENGTH && NAME.test(key)
}

/** The key, which is the name of a Secret. Throws SecretError InvalidSpec for what can be none, and would lead elsewhere in a URL. */
export function secretName(key: string): string {
  if (isSecretName(key)) return key
  throw new SecretError('InvalidSpec', `${quoteName(key)} can be no name of a Secret`, {
    remedy: 'let key be the name of a Secret, and property a key of it',
  })
}
