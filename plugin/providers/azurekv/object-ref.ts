import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'

/** What of a vault a reference means. */
export interface ObjectRef {
  readonly type: 'secret' | 'key' | 'cert'
  readonly name: string
  readonly version: string | undefined
}

const TYPES = ['secret', 'key', 'cert'] as const
/** "About keys, secrets and certificates", object identifiers. Anything else would also change the path of the request. */
const NAME = /^[0-9a-zA-Z-]{1,127}$/
const VERSION = /^[0-9a-zA-Z]{1,64}$/

/**
 * `name`, `secret/name`, `key/name`, `cert/name`; what follows a second slash is ignored (external-secrets.md 7.2).
 * Throws SecretError InvalidSpec for another type, or a name or version that no vault can have.
 */
export function parseObjectRef({ key, version }: { readonly key: string; readonly version?: string | undefined }): ObjectRef {
  const [first = '', second] = key.split('/')
  const name = second ?? first
  const type = second === undefined ? 'secret' : TYPES.find((known) => known === first)
  if (!type) {
    throw new SecretError('InvalidSpec', `${quoteName(first)} is not a type of Key Vault object`, {
      remedy: 'write the key as NAME, secret/NAME, key/NAME or cert/NAME',
    })
  }
  if (!NAME.test(name)) {
    throw new SecretError('InvalidSpec', `${quoteName(name)} cannot be the name of a ${NOUNS[type]}`, {
      remedy: 'a name has 1 to 127 letters, digits and hyphens',
    })
  }
  if (version && !VERSION.test(version)) {
    throw new SecretError('InvalidSpec', `${quoteName(version)} cannot be a version of a ${NOUNS[type]}`, {
      remedy: 'a version is the 32 hexadecimal digits at the end of its identifier',
    })
  }
  return { type, name, version: version || undefined }
}

export const NOUNS: Readonly<Record<ObjectRef['type'], string>> = { secret: 'secret', key: 'key', cert: 'certificate' }
