import type { ManifestValue } from './manifest-document.ts'
import { ReadingError } from './reading-error.ts'

/** A key as the text that Kubernetes makes of it (templates.md 1.4): `n: v` has the key `false`. Throws {@link ReadingError} for null and collections. */
export function mappingKey(key: ManifestValue, offset: number): string {
  if (typeof key === 'string') return key
  if (typeof key === 'number') return numberText(key)
  if (typeof key === 'boolean' || typeof key === 'bigint') return String(key)
  const what = key === null ? 'null' : Array.isArray(key) ? 'a list' : 'a mapping'
  throw new ReadingError(`${what} cannot be a key`, offset, 'put quotes around the key, or around a {{ }} that stands there')
}

/** As Go writes it: an exponent has two digits at least. */
function numberText(number: number): string {
  return String(number).replace(/e([-+])(\d)$/, 'e$10$2')
}
