import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { timeQuote } from './go-time-quote.ts'

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  // The micro sign and the Greek letter.
  ['\xc2\xb5s', 1_000n],
  ['\xce\xbcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])

const LIMIT = 2n ** 63n
/** Behind these digits of a fraction Go looks no further. */
const FRACTION_LIMIT = (LIMIT - 1n) / 10n

/** Nanoseconds of `1h30m`, `-1.5s`, `100ms`. Throws FunctionError, which holds the text (Go, time.ParseDuration). */
export function parseDuration(text: ByteText): bigint {
  const invalid = (): FunctionError => new FunctionError(`time: invalid duration ${timeQuote(text)}`)
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  let rest = text.slice(sign.length)
  if (rest === '0') return 0n
  if (rest === '') throw invalid()
  let sum = 0n
  while (rest !== '') {
    const [matched = '', whole = '', fraction, unit = ''] = /^(\d*)(?:\.(\d*))?([^.\d]*)/.exec(rest) ?? []
    if (whole === '' && !fraction) throw invalid()
    if (BigInt(whole || 0) > LIMIT) throw invalid()
    const size = sizeOf(unit, text)
    const part = BigInt(whole || 0) * size + fractionOf(fraction ?? '', size)
    sum = BigInt.asUintN(64, sum + part)
    if (part > LIMIT || sum > LIMIT) throw invalid()
    rest = rest.slice(matched.length)
  }
  if (sign === '-') return -sum
  if (sum === LIMIT) throw invalid()
  return sum
}

function sizeOf(unit: ByteText, text: ByteText): bigint {
  if (unit === '') throw new FunctionError(`time: missing unit in duration ${timeQuote(text)}`)
  const size = UNITS.get(unit)
  if (size === undefined) throw new FunctionError(`time: unknown unit ${timeQuote(unit)} in duration ${timeQuote(text)}`)
  return size
}

/** In floating point, as Go has it. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n
  let scale = 1
  for (const digit of digits) {
    if (value > FRACTION_LIMIT) break
    const next = value * 10n + BigInt(digit)
    if (next > LIMIT) break
    value = next
    scale *= 10
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)))
}
