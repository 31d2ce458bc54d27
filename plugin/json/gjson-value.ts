import type { ByteText } from './byte-text.ts'
import { endOfBrackets, endOfNumber, endOfString, endOfWord } from './gjson-scan.ts'
import { unescapeJson } from './gjson-unescape.ts'
import { formatGoFloat, parseGoFloat } from './go-float.ts'

export type GjsonKind = 'missing' | 'null' | 'false' | 'true' | 'number' | 'string' | 'json'

/** A value as gjson holds it: its kind and its raw text. `json` is an object or an array. */
export interface GjsonValue {
  readonly kind: GjsonKind
  readonly raw: ByteText
}

export const MISSING: GjsonValue = { kind: 'missing', raw: '' }

const KINDS: ReadonlyMap<string, GjsonKind> = new Map([
  ['{', 'json'],
  ['[', 'json'],
  ['"', 'string'],
  ['t', 'true'],
  ['f', 'false'],
  ...Array.from('+-0123456789iIN', (sign) => [sign, 'number'] as const),
])

/** What the character at `index` can start; `n` is a number when it can only be nan. */
export function kindAt(json: ByteText, index: number): GjsonKind | undefined {
  const first = json.charAt(index)
  if (first !== 'n') return KINDS.get(first)
  return index + 1 < json.length && json.charAt(index + 1) !== 'u' ? 'number' : 'null'
}

export interface Found {
  readonly value: GjsonValue
  readonly end: number
}

/** The value that starts at `start`; undefined for a string that never closes. */
export function valueAt(json: ByteText, start: number, kind: GjsonKind): Found | undefined {
  const end = endOfValue(json, start, kind)
  return end === undefined ? undefined : { value: { kind, raw: json.slice(start, end) }, end }
}

/** Behind the value of this kind that starts at `start`; undefined for a string that never closes. */
export function endOfValue(json: ByteText, start: number, kind: GjsonKind): number | undefined {
  if (kind === 'json') return endOfBrackets(json, start)
  if (kind === 'string') return endOfString(json, start)
  return kind === 'number' ? endOfNumber(json, start) : endOfWord(json, start)
}

/** The next value at or behind `index`, whatever else comes before it. */
export function nextValue(json: ByteText, index: number): Found | undefined {
  for (let start = index; start < json.length; start++) {
    const kind = kindAt(json, start)
    if (kind) return valueAt(json, start, kind)
  }
  return undefined
}

/** A whole document. An object or array is everything from its first bracket on. */
export function parseGjson(json: ByteText): GjsonValue {
  for (let start = 0; start < json.length; start++) {
    const kind = kindAt(json, start)
    if (kind === 'json') return { kind, raw: json.slice(start) }
    if (kind) return valueAt(json, start, kind)?.value ?? { kind, raw: json.slice(start) }
    if (json.charCodeAt(start) > 0x20) return MISSING
  }
  return MISSING
}

/** The text that gjson gives for a value (external-secrets.md 3.5): a string unquoted, null and nothing empty, else JSON. */
export function textOfValue({ kind, raw }: GjsonValue): ByteText {
  if (kind === 'string') return textOfString(raw)
  if (kind === 'number') return /^-?\d*$/.test(raw) ? raw : formatGoFloat(parseGoFloat(raw))
  if (kind === 'json') return raw
  return kind === 'true' || kind === 'false' ? kind : ''
}

/** The text of a JSON string with its quotes. */
export function textOfString(raw: ByteText): ByteText {
  const inner = raw.slice(1, raw.length > 1 && raw.endsWith('"') ? -1 : undefined)
  return inner.includes('\\') ? unescapeJson(inner) : inner
}

export function numberOf(value: GjsonValue): number {
  return parseGoFloat(value.raw)
}

const TRUE_WORDS = new Set(['1', 't', 'true'])
const FALSE_WORDS = new Set(['0', 'f', 'false'])

/** true, a number that is not 0, or a string that Go's strconv.ParseBool takes for true. */
export function isTrueish(value: GjsonValue): boolean {
  if (value.kind === 'string') return TRUE_WORDS.has(textOfString(value.raw).toLowerCase())
  return value.kind === 'true' || (value.kind === 'number' && numberOf(value) !== 0)
}

/** false, null, nothing, the number 0, or a string that Go's strconv.ParseBool takes for false. */
export function isFalseish(value: GjsonValue): boolean {
  if (value.kind === 'string') return FALSE_WORDS.has(textOfString(value.raw).toLowerCase())
  return (
    value.kind === 'false' ||
    value.kind === 'null' ||
    value.kind === 'missing' ||
    (value.kind === 'number' && numberOf(value) === 0)
  )
}

export function isObject(value: GjsonValue): boolean {
  return value.kind === 'json' && value.raw.startsWith('{')
}

export function isArray(value: GjsonValue): boolean {
  return value.kind === 'json' && value.raw.startsWith('[')
}
