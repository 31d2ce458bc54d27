import { parseFloat64, parseInt64 } from '../go-format/parse-number.ts'
import { GoFloat, GoInt } from '../go-number.ts'
import { isObject, type TemplateValue } from '../value.ts'

const SMALLEST_INT64 = -(2n ** 63n)
const PLAIN_DECIMAL = /^([-+]?\d*)\.\d*$/

/**
 * Any value as a 64-bit integer, as sprig's arithmetic takes it (spf13/cast 1.10, ToInt64): a text's fraction is dropped, its base is read
 * from its prefix; what is no number is 0.
 */
export function castToInteger(value: TemplateValue): bigint {
  const whole = wholeOf(value)
  if (whole) return BigInt.asIntN(64, whole.value)
  if (value instanceof GoFloat) return truncated(value.value)
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value !== 'string') return 0n
  const parsed = parseInt64(withoutFraction(value))
  return 'value' in parsed ? parsed.value : 0n
}

/** Any value as a float (spf13/cast 1.10, ToFloat64); what is no number is 0. */
export function castToFloat(value: TemplateValue): number {
  if (value instanceof GoFloat) return value.value
  const whole = wholeOf(value)
  if (whole) return Number(whole.value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string') return 0
  const parsed = parseFloat64(value)
  return 'value' in parsed ? parsed.value : 0
}

/** An integer, or what a month or a duration counts as. */
function wholeOf(value: TemplateValue): GoInt | undefined {
  if (value instanceof GoInt) return value
  return isObject(value) ? value.underlying() : undefined
}

/** A float that no int64 holds becomes the smallest one, as on the machines Go's results come from. */
function truncated(value: number): bigint {
  if (!(Math.abs(value) < 2 ** 63)) return SMALLEST_INT64
  return BigInt(Math.trunc(value))
}

function withoutFraction(text: string): string {
  const whole = PLAIN_DECIMAL.exec(text)?.[1]
  if (whole === undefined) return text
  return /\d/.test(whole) ? whole : `${whole}0`
}
