import type { ByteText } from '../byte-text.ts'
import type { GoFloat } from '../go-number.ts'
import { shortestDigits } from './shortest-digits.ts'

/** Up to which power of ten `%v` writes a float without an exponent (Go, strconv.FormatFloat with format g and precision -1). */
const LARGEST_FIXED = 6

/** `%v` of a float: the fewest digits that read back the same, with an exponent below 1e-4 and from 1e+06 on. */
export function floatText(float: GoFloat): ByteText {
  const { value } = float
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const { digits, point } = shortestDigits(Math.abs(value), float.type.kind === 'float32' ? 32 : 64)
  const exponent = point - 1
  if (exponent < -4 || exponent >= LARGEST_FIXED) return `${sign}${withExponent(digits, exponent)}`
  return `${sign}${fixed(digits, point)}`
}

function withExponent(digits: string, exponent: number): string {
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${size}`
}

function fixed(digits: string, point: number): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  return digits.length <= point ? digits.padEnd(point, '0') : `${digits.slice(0, point)}.${digits.slice(point)}`
}
