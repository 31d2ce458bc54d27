import { catalogue } from '../functions/catalogue.ts'
import { readOrFail } from '../functions/json-functions.ts'
import type { FunctionCall, TemplateFunction } from '../functions/template-function.ts'
import { float64, GoInt, int } from '../go-number.ts'
import { types } from '../go-type.ts'
import type { TemplateValue } from '../value.ts'

const fromJson = catalogue.get('fromJson')

/** The catalogue, but that `fromJson` keeps whole numbers whole: in Go they are float64, which prints 10000000 as `1e+07`. */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map([
  ...catalogue,
  ...(fromJson ? [['fromJson', { ...fromJson, run: (call: FunctionCall) => readOrFail(call, exactNumber) }] as const] : []),
])

/** Up to 64 bits a whole number keeps all its digits. */
function exactNumber(value: number, source: string): TemplateValue {
  if (!/^-?\d+$/.test(source) || Object.is(value, -0)) return float64(value)
  const whole = int(BigInt(source))
  if (String(whole.value) === source) return whole
  const unsigned = new GoInt(types.uint64, BigInt(source))
  return String(unsigned.value) === source ? unsigned : float64(value)
}
