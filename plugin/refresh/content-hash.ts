import { textHash } from './object-hash.ts'

/**
 * `reconcile.external-secrets.io/data-hash` of an object that is no Secret: over its `spec`, else over its `data` (external-secrets.md 4.12, 10). Undefined
 * when it has neither.
 */
export function contentHash(object: { readonly spec?: unknown; readonly data?: unknown }): string | undefined {
  const content = object.spec ?? object.data
  return content === undefined || content === null ? undefined : textHash(goText(content))
}

/** What Go's `%+v` prints of a value that was read from JSON: whole numbers of 64 bits are integers there. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'number') return floatText(value)
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (typeof value === 'string') return value
  if (!isRecord(value)) return typeof value === 'boolean' ? String(value) : ''
  const members = Object.entries(value).toSorted(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  return `map[${members.map(([key, member]) => `${key}:${goText(member)}`).join(' ')}]`
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** `%g` with as many digits as are needed: with an exponent from the sixth power of ten on, and below the minus fourth. */
function floatText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return String(BigInt(value))
  const [digits = '', power = ''] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return String(value)
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}
