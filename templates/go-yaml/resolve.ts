import { isTimestamp } from './timestamp.ts'
import type { YamlScalar } from './yaml-value.ts'

/** A plain scalar and what kind of thing its text says that it is. */
export interface Resolved {
  readonly type: 'str' | 'bool' | 'null' | 'int' | 'float' | 'timestamp'
  readonly value: YamlScalar
}

const WORDS: ReadonlyMap<string, Resolved> = new Map([
  ...words('bool', true, ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']),
  ...words('bool', false, ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']),
  ...words('null', null, ['', '~', 'null', 'Null', 'NULL']),
  ...words('float', Number.NaN, ['.nan', '.NaN', '.NAN']),
  ...words('float', Number.POSITIVE_INFINITY, ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']),
  ...words('float', Number.NEGATIVE_INFINITY, ['-.inf', '-.Inf', '-.INF']),
])

function words(type: Resolved['type'], value: YamlScalar, texts: readonly string[]): (readonly [string, Resolved])[] {
  return texts.map((text) => [text, { type, value }])
}

/** go-yaml, yamlStyleFloat. */
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
/** What Go's ParseFloat takes of a text that starts with a point. */
const POINT_FLOAT = /^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?$/

/**
 * What a plain scalar is (go-yaml v2, templates.md Appendix D): YAML 1.1's words, integers with underscores and Go's prefixes, floats.
 * Sexagesimal numbers are text. `explicit` says that a tag asks for something, so that a date is no longer one.
 */
export function resolvePlain(text: string, { explicit }: { readonly explicit: boolean } = { explicit: false }): Resolved {
  const word = WORDS.get(text)
  if (word) return word
  if (POINT_FLOAT.test(text)) return float(text.replaceAll('_', '')) ?? { type: 'str', value: text }
  if (!/^[-+0-9]/.test(text)) return { type: 'str', value: text }
  if (!explicit && isTimestamp(text)) return { type: 'timestamp', value: text }
  const digits = text.replaceAll('_', '')
  const integer = parseInteger(digits)
  if (integer !== undefined) return { type: 'int', value: integer }
  return (FLOAT.test(digits) ? float(digits) : undefined) ?? { type: 'str', value: text }
}

/** Undefined for what is too large: Go's ParseFloat fails there. */
function float(text: string): Resolved | undefined {
  const value = Number(text)
  return Number.isFinite(value) ? { type: 'float', value } : undefined
}

const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/
const LEAST = -(2n ** 63n)
const MOST_SIGNED = 2n ** 63n - 1n
const MOST_UNSIGNED = 2n ** 64n - 1n
/** In digits; longer ones are out of range in every base. */
const LONGEST = 64

/** Go's ParseInt and then ParseUint, with base 0 and 64 bits. A sign is for the first only. */
function parseInteger(text: string): bigint | undefined {
  const match = INTEGER.exec(text)
  if (!match) return undefined
  const [, sign = '', hex, binary, octal, decimal = ''] = match
  const prefix = hex !== undefined ? '0x' : binary !== undefined ? '0b' : octal !== undefined ? '0o' : ''
  const digits = (hex ?? binary ?? octal ?? decimal).replace(/^0+(?=.)/, '')
  if (digits.length > LONGEST) return undefined
  const size = BigInt(prefix + digits)
  const value = sign === '-' ? -size : size
  return value >= LEAST && value <= (sign === '' ? MOST_UNSIGNED : MOST_SIGNED) ? value : undefined
}
