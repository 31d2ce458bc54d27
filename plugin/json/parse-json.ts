import { plainKeys } from '../../templates/escaped-keys.ts'
import { SecretError } from '../model/secret-error.ts'
import { byteText, textOf } from './byte-text.ts'
import { isJsonValue, JsonNumber, type JsonValue } from './json-value.ts'

/** How numbers are kept: as written (Go's json.Number), or as the float64 that Go makes of them. */
export type JsonNumbers = 'verbatim' | 'float64'

declare global {
  interface JSON {
    /** ECMAScript proposal JSON.parse source text access, in Node 24: `source` is the text of a number, string, boolean or null. */
    parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown
  }
}

/**
 * Parses one JSON document. The last of equal keys wins; bytes that are not UTF-8 become U+FFFD, as in Go.
 * Throws SecretError InvalidSpec that does not quote the text: the parser's own error would.
 */
export function parseJson(json: string | Uint8Array, numbers: JsonNumbers): JsonValue {
  const parsed = parse(typeof json === 'string' ? json : textOf(byteText(json)), numbers)
  if (!isJsonValue(parsed)) throw new SecretError('InvalidSpec', 'the value is not valid JSON')
  return parsed
}

function parse(text: string, numbers: JsonNumbers): unknown {
  const { text: plain, nameOf } = plainKeys(text)
  try {
    return JSON.parse(plain, (_key: string, value: unknown, context: { readonly source?: string }) =>
      revive(value, context.source, numbers, nameOf),
    )
  } catch (thrown) {
    if (thrown instanceof SecretError) throw thrown
    throw new SecretError(
      'InvalidSpec',
      thrown instanceof RangeError ? 'the JSON nests too deeply' : 'the value is not valid JSON',
    )
  }
}

/** Called from the leaves up, so that what is in a list or an object is a JsonValue already. */
function revive(value: unknown, source: string | undefined, numbers: JsonNumbers, nameOf: (key: string) => string): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value === 'number') return reviveNumber(value, source, numbers)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return new Map(Object.entries(value).map(([key, member]) => [nameOf(key).toWellFormed(), member]))
}

function reviveNumber(value: number, source: string | undefined, numbers: JsonNumbers): number | JsonNumber {
  if (numbers === 'verbatim') return new JsonNumber(source ?? String(value))
  if (Number.isFinite(value)) return value
  throw new SecretError('InvalidSpec', 'a number of the JSON does not fit a float64')
}
