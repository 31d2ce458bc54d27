/** A number read by Go's rules, or why it is none. */
export type Parsed<T> = { readonly value: T } | { readonly failure: 'syntax' | 'range' }

const SYNTAX = { failure: 'syntax' } as const
const RANGE = { failure: 'range' } as const

const WHOLE = /^(?:0|[1-9]\d*|0b[01]+|0o[0-7]+|0x[\da-f]+)$/i

/** strconv.ParseUint with base 0 and 64 bits: decimal, `0b`, `0o`, `0x`, a leading 0 for octal, `_` between digits. */
export function parseUint(text: string): Parsed<bigint> {
  const digits = withoutUnderscores(text)
  if (digits === undefined) return SYNTAX
  const value = wholeNumber(digits)
  if (value === undefined) return SYNTAX
  return value >= 2n ** 64n ? RANGE : { value }
}

/** strconv.ParseInt with base 0 and 64 bits. */
export function parseInt64(text: string): Parsed<bigint> {
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  const digits = withoutUnderscores(text.slice(sign.length))
  const size = digits === undefined ? undefined : wholeNumber(digits)
  if (size === undefined) return SYNTAX
  const value = sign === '-' ? -size : size
  return BigInt.asIntN(64, value) === value ? { value } : RANGE
}

function wholeNumber(digits: string): bigint | undefined {
  if (WHOLE.test(digits)) return BigInt(digits.toLowerCase())
  return /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : undefined
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const HEXADECIMAL = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/i
const SPECIAL = /^([+-]?)(?:inf(?:inity)?|(nan))$/i

/** strconv.ParseFloat with 64 bits: decimal or hexadecimal, `inf`, `infinity`, `nan`, `_` between digits. */
export function parseFloat64(text: string): Parsed<number> {
  const special = SPECIAL.exec(text)
  if (special)
    return special[2] ? (special[1] ? SYNTAX : { value: Number.NaN }) : { value: special[1] === '-' ? -Infinity : Infinity }
  const digits = withoutUnderscores(text)
  if (digits === undefined) return SYNTAX
  const hexadecimal = HEXADECIMAL.exec(digits)
  const value = hexadecimal ? hexadecimalValue(hexadecimal) : DECIMAL.test(digits) ? Number(digits) : undefined
  if (value === undefined) return SYNTAX
  return Number.isFinite(value) ? { value } : RANGE
}

function hexadecimalValue([, sign, whole = '', fraction = '', exponent]: RegExpExecArray): number | undefined {
  if (whole + fraction === '') return undefined
  const mantissa = BigInt(`0x${whole}${fraction}`)
  const power = Number(exponent) - fraction.length * 4
  const size = timesPowerOfTwo(mantissa, Math.max(-5_000, Math.min(5_000, power)))
  return sign === '-' ? -size : size
}

/** In two steps, since 2^1074 alone is no number. */
function timesPowerOfTwo(mantissa: bigint, power: number): number {
  const half = Math.trunc(power / 2)
  return Number(mantissa) * 2 ** half * 2 ** (power - half)
}

/** Without `_`; undefined where one stands elsewhere than between digits, or between a base's prefix and a digit. */
function withoutUnderscores(text: string): string | undefined {
  if (!text.includes('_')) return text
  const number = text.replace(/^[+-]/, '')
  const isHex = /^0x/i.test(number)
  const plain = number.replace(/^0[box]/i, '0')
  const digit = isHex ? '[\\da-f]' : '\\d'
  const misplaced = new RegExp(`(?<!${digit})_|_(?!${digit})`, 'i')
  return misplaced.test(plain) ? undefined : text.replaceAll('_', '')
}
