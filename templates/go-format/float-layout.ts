import { binaryOf, fixedDigits, significantDigits } from './rounded-digits.ts'
import { type Digits, shortestDigits } from './shortest-digits.ts'

/** Up to which power of ten the shortest `%g` has no exponent. */
const LARGEST_FIXED = 6

/** A finite positive number, or zero, as strconv.FormatFloat lays it out. No precision: the fewest digits that read back the same. */
export function layFloat(value: number, size: 32 | 64, format: string, precision: number | undefined): string {
  switch (format) {
    case 'e':
    case 'E':
      return scientific(digitsFor(value, size, precision === undefined ? undefined : precision + 1), precision, format)
    case 'f':
      return fixed(precision === undefined ? shortestDigits(value, size) : fixedDigits(value, precision), precision)
    case 'g':
    case 'G':
      return general(value, size, format === 'g' ? 'e' : 'E', precision)
    case 'b':
      return binary(value, size)
    default:
      return hexadecimal(value, precision, format)
  }
}

function digitsFor(value: number, size: 32 | 64, count: number | undefined): Digits {
  return count === undefined ? shortestDigits(value, size) : significantDigits(value, count)
}

function general(value: number, size: 32 | 64, letter: string, precision: number | undefined): string {
  const wanted = precision === 0 ? 1 : precision
  const digits = digitsFor(value, size, wanted)
  const count = digits.digits.length
  const asked = wanted ?? LARGEST_FIXED
  const limit = wanted !== undefined && asked > count && count >= digits.point ? count : asked
  const exponent = digits.point - 1
  if (exponent < -4 || exponent >= limit) return scientific(digits, Math.min(wanted ?? count, count) - 1, letter)
  return fixed(digits, Math.max(count - digits.point, 0))
}

function scientific({ digits, point }: Digits, precision: number | undefined, letter: string): string {
  const places = precision ?? digits.length - 1
  const fraction = digits.slice(1, 1 + places).padEnd(places, '0')
  const isZero = digits === '0'
  return `${digits.charAt(0)}${places > 0 ? `.${fraction}` : ''}${exponentText(isZero ? 0 : point - 1, letter)}`
}

/** Sign and at least two digits. */
function exponentText(exponent: number, letter: string): string {
  return `${letter}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function fixed({ digits, point }: Digits, precision: number | undefined): string {
  const places = precision ?? Math.max(digits.length - point, 0)
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  const fraction = (point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, places)) + digits).slice(0, places)
  return places > 0 ? `${whole}.${fraction.padEnd(places, '0')}` : whole
}

/** `mantissa p exponent` in powers of two. */
function binary(value: number, size: 32 | 64): string {
  const exact = binaryOf(value)
  const lost = size === 32 ? 29 : 0
  const lowest = size === 32 ? -149 : -1074
  if (exact.mantissa === 0n) return `0p${lowest}`
  const shift = Math.max(lost, lowest - exact.exponent)
  const exponent = exact.exponent + shift
  return `${exact.mantissa >> BigInt(shift)}p${exponent < 0 ? '' : '+'}${exponent}`
}

const HEX_PLACES = 15

/** `0x1.8p+01`: the first digit is 1, the rest rounds half to even. */
function hexadecimal(value: number, precision: number | undefined, format: string): string {
  let { mantissa, exponent } = binaryOf(value)
  exponent = mantissa === 0n ? 0 : exponent + 60
  while (mantissa !== 0n && mantissa < 1n << 60n) {
    mantissa <<= 1n
    exponent -= 1
  }
  if (precision !== undefined && precision < HEX_PLACES) {
    const dropped = BigInt(4 * (HEX_PLACES - precision))
    const rest = mantissa & ((1n << dropped) - 1n)
    const half = 1n << (dropped - 1n)
    mantissa >>= dropped
    if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa += 1n
    mantissa <<= dropped
    if (mantissa >= 1n << 61n) {
      mantissa >>= 1n
      exponent += 1
    }
  }
  const digits = mantissa.toString(16).padStart(HEX_PLACES + 1, '0')
  const fraction =
    precision === undefined ? digits.slice(1).replace(/0+$/, '') : digits.slice(1).padEnd(precision, '0').slice(0, precision)
  const text = `0x${digits.charAt(0)}${fraction === '' ? '' : `.${fraction}`}${exponentText(exponent, 'p')}`
  return format === 'X' ? text.toUpperCase() : text
}
