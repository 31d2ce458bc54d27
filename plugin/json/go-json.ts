import { textOf } from './byte-text.ts'
import { compareBytewise } from './compare-bytewise.ts'
import { formatGoFloat } from './go-float.ts'
import { quoteTextAsGo } from './go-quote.ts'
import { isJsonList, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from './json-value.ts'

/** Compact JSON as Go's json.Marshal writes it: keys sorted bytewise, `<`, `>`, `&`, U+2028 and U+2029 escaped, kept numbers verbatim. */
export function goJson(value: JsonValue): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return textOf(quoteTextAsGo(value))
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (value instanceof JsonNumber) return value.literal
  if (isJsonList(value)) return `[${value.map(goJson).join(',')}]`
  return isJsonObject(value) ? goJsonObject(value) : 'null'
}

function goJsonObject(object: JsonObject): string {
  const members = [...object].sort(([a], [b]) => compareBytewise(a, b))
  return `{${members.map(([key, value]) => `${goJson(key)}:${goJson(value)}`).join(',')}}`
}

/**
 * The bytes of a value that came typed from a provider (external-secrets.md 3.6): a string as it is, an object or list as compact JSON,
 * a kept number verbatim, a float64 in plain decimals, true or false, nothing for null.
 */
export function jsonValueBytes(value: JsonValue): Uint8Array {
  if (value === null) return new Uint8Array()
  if (typeof value === 'string') return new TextEncoder().encode(value)
  if (typeof value === 'number') return new TextEncoder().encode(formatGoFloat(value))
  return new TextEncoder().encode(goJson(value))
}
