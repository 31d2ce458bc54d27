import { type Digits, shortestDigits } from './shortest-digits.ts'

/** No float64 has more digits than that; what is asked beyond are zeros. */
const MOST_DIGITS = 1_100

/** A finite positive number exactly: `mantissa * 2^exponent`. */
export interface Binary {
  readonly mantissa: bigint
  readonly exponent: number
}

export function binaryOf(value: number): Binary {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  const all = bits.getBigUint64(0)
  const fraction = all & 0xfffffffffffffn
  const exponent = Number((all >> 52n) & 0x7ffn)
  return exponent === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: exponent - 1075 }
}

/** Rounded to so many digits behind the point, half to even on the exact value. */
export function fixedDigits(value: number, places: number): Digits {
  const kept = Math.min(places, MOST_DIGITS)
  const digits = rounded(scaled(value, kept)).toString()
  return trimmed(digits, digits.length - kept)
}

/** Rounded to so many digits, half to even on the exact value. */
export function significantDigits(value: number, count: number): Digits {
  if (value === 0) return { digits: '0', point: 1 }
  const kept = Math.min(Math.max(count, 1), MOST_DIGITS)
  const { point } = shortestDigits(value, 64)
  const exact = scaled(value, kept - point)
  // The shortest digits of a number just below a power of ten may be that power.
  const isBelow = exact.whole.toString().length < kept
  const start = isBelow ? point - 1 : point
  const digits = rounded(isBelow ? scaled(value, kept - start) : exact).toString()
  return trimmed(digits, start + digits.length - kept)
}

/** `value * 10^power`: its whole part, and what is left of it against one half. */
interface Scaled {
  readonly whole: bigint
  readonly rest: 'less' | 'half' | 'more'
}

function scaled(value: number, power: number): Scaled {
  const { mantissa, exponent } = binaryOf(value)
  const numerator = mantissa * (power > 0 ? 10n ** BigInt(power) : 1n) * (exponent > 0 ? 1n << BigInt(exponent) : 1n)
  const denominator = (power < 0 ? 10n ** BigInt(-power) : 1n) * (exponent < 0 ? 1n << BigInt(-exponent) : 1n)
  const twice = 2n * (numerator % denominator)
  const rest = twice === denominator ? 'half' : twice > denominator ? 'more' : 'less'
  return { whole: numerator / denominator, rest }
}

function rounded({ whole, rest }: Scaled): bigint {
  return rest === 'more' || (rest === 'half' && whole % 2n === 1n) ? whole + 1n : whole
}

/** Without zeros at either end; zero itself is one zero. */
function trimmed(digits: string, point: number): Digits {
  const leading = /^0*/.exec(digits)?.[0].length ?? 0
  const rest = digits.slice(leading).replace(/0+$/, '')
  return rest === '' ? { digits: '0', point: 1 } : { digits: rest, point: point - leading }
}
