import { FunctionError } from '../function-error.ts'

/** `coefficient * 10^exponent`, exact. */
export interface Decimal {
  readonly coefficient: bigint
  readonly exponent: number
}

/** Digits behind the point of a quotient (shopspring/decimal, DivisionPrecision). */
const QUOTIENT_DIGITS = 16

/** The decimal number that a float is written as. Throws FunctionError for one that is not finite. */
export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
    throw new FunctionError(`Cannot create a Decimal from ${name}`, true)
  }
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { coefficient: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}

/** The float nearest to it. */
export function decimalToFloat({ coefficient, exponent }: Decimal): number {
  return coefficient === 0n ? 0 : Number(`${coefficient}e${exponent}`)
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  return { coefficient: atExponent(a, exponent) + atExponent(b, exponent), exponent }
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { ...b, coefficient: -b.coefficient })
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent }
}

/** Rounded at the 16th digit behind the point, half away from zero. Throws FunctionError for a divisor of 0. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (b.coefficient === 0n) throw new FunctionError('decimal division by 0', true)
  const shift = a.exponent - b.exponent + QUOTIENT_DIGITS
  const dividend = a.coefficient * 10n ** BigInt(Math.max(shift, 0))
  const divisor = b.coefficient * 10n ** BigInt(Math.max(-shift, 0))
  const quotient = dividend / divisor
  const twiceRest = 2n * size(dividend % divisor)
  const away = dividend < 0n === divisor < 0n ? 1n : -1n
  return { coefficient: twiceRest >= size(divisor) ? quotient + away : quotient, exponent: -QUOTIENT_DIGITS }
}

function atExponent(value: Decimal, exponent: number): bigint {
  return value.coefficient * 10n ** BigInt(value.exponent - exponent)
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value
}
