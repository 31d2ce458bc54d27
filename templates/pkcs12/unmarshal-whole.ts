import { type Asn1Type, unmarshal } from '../der/unmarshal.ts'
import { FunctionError } from '../function-error.ts'

/** One value and nothing behind it. Throws FunctionError. */
export function unmarshalWhole<T>(type: Asn1Type<T>, bytes: Uint8Array = new Uint8Array()): T {
  const { value, rest } = unmarshal(type, bytes)
  if (rest.length > 0) throw new FunctionError('pkcs12: trailing data found', true)
  return value
}
