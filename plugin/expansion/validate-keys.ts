import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'

/** Of a Secret's key, in bytes (Kubernetes, validation of ConfigMap keys). */
const LONGEST = 253
const ALLOWED = /[\p{L}\p{N}\-._]/u

/**
 * The values whose keys a Secret may hold; one with an empty key is dropped (external-secrets.md 3.2). Letters of other scripts pass here as
 * in ESO, although Kubernetes refuses them. `remedy` says what can change the keys. Throws SecretError InvalidSpec at the first key that is too long or has another character.
 */
export function validateKeys<T>(values: ReadonlyMap<string, T>, remedy: string): ReadonlyMap<string, T> {
  for (const key of values.keys()) check(key, remedy)
  return new Map([...values].filter(([key]) => key !== ''))
}

function check(key: string, remedy: string): void {
  const length = Buffer.byteLength(key)
  if (length > LONGEST) {
    throw invalidKey(`key has length ${length} but max is ${LONGEST}: (following is truncated): ${escaped(key)}`, remedy)
  }
  const bad = Array.from(key).find((character) => !ALLOWED.test(character))
  if (bad !== undefined) {
    throw invalidKey(
      `key has invalid character ${escaped(bad)}, only alphanumeric, '-', '.' and '_' are allowed: ${escaped(key)}`,
      remedy,
    )
  }
}

/** R18: control characters escaped, cut at 200 characters. */
function escaped(name: string): string {
  return quoteName(name).slice(1, -1)
}

function invalidKey(message: string, remedy: string): SecretError {
  return new SecretError('InvalidSpec', message, { remedy })
}
