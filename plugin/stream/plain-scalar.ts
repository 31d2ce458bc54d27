import type { ManifestValue } from './manifest-document.ts'

/** go-yaml v2's table (templates.md, appendix D): the only words that are not strings. */
const WORDS: ReadonlyMap<string, ManifestValue> = new Map<string, ManifestValue>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, ManifestValue] => [word, null]),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'].map((word): [string, ManifestValue] => [
    word,
    true,
  ]),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'].map((word): [string, ManifestValue] => [
    word,
    false,
  ]),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, ManifestValue] => [word, Number.NaN]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word): [string, ManifestValue] => [word, Number.POSITIVE_INFINITY]),
  ...['-.inf', '-.Inf', '-.INF'].map((word): [string, ManifestValue] => [word, Number.NEGATIVE_INFINITY]),
])

const LONGEST_WORD = 5
/** `-0b` and 64 digits, and some room for leading zeros. */
const LONGEST_INTEGER = 80
const SMALL = /^(?:0|[1-9][0-9]{0,14})$/
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const OCTAL = /^0[oO]?(?=[0-7])/

/** What a scalar without quotes and tag means to Kubernetes: YAML 1.1 as go-yaml v2 reads it, dates and `12:30:45` stay strings. */
export function plainScalar(text: string): ManifestValue {
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text)
    if (word !== undefined) return word
  }
  const first = text.charCodeAt(0)
  const isNumeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46
  return isNumeric ? (numberOf(text) ?? text) : text
}

function numberOf(text: string): number | bigint | undefined {
  // Go takes underscores out before it looks, except of what starts with a point, where they must stand between digits.
  if (text.startsWith('.') && /^\._|__|_$|_[^0-9]|[^0-9]_/.test(text)) return undefined
  const digits = text.includes('_') ? text.replaceAll('_', '') : text
  if (SMALL.test(digits)) return Number(digits)
  if (digits.length <= LONGEST_INTEGER && INTEGER.test(digits)) return integerOf(digits)
  if (!FLOAT.test(digits)) return undefined
  const number = Number(digits)
  return Number.isFinite(number) ? number : undefined
}

/** A number where it is exact, a bigint within int64 and uint64, else the nearest float, as Go has it. */
function integerOf(text: string): number | bigint | undefined {
  const isNegative = text.startsWith('-')
  const magnitude = BigInt(text.replace(/^[-+]/, '').replace(OCTAL, '0o'))
  const value = isNegative ? -magnitude : magnitude
  if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) return Number(value)
  if (value >= -(2n ** 63n) && value < 2n ** 64n) return value
  return FLOAT.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined
}
