import { bytesOf, byteTextOf } from '../../templates/byte-text.ts'
import { callFunction } from '../../templates/functions/call-function.ts'
import { catalogue } from '../../templates/functions/catalogue.ts'
import { Meter } from '../../templates/meter.ts'
import { encodedBytes } from './encoding.ts'
import { ROOMY_BUDGET, VECTOR_SURROUNDINGS } from './eso-template.ts'
import { type Fields, textFrom } from './fields.ts'

/** `fn`: one function, called with random bytes that are always the same: twelve characters and zeros behind them. */
export function callWithFixedRandom({ fn, args }: Fields): unknown {
  const called = catalogue.get(textFrom(fn))
  if (!called || !Array.isArray(args)) throw new TypeError(`no call of a known function: ${textFrom(fn)}`)
  const random = () => ({ bytes: (count: number) => Buffer.concat([Buffer.from('"0123456789"'), Buffer.alloc(count)], count) })
  const context = { meter: new Meter(ROOMY_BUDGET), surroundings: { ...VECTOR_SURROUNDINGS, random } }
  const result = callFunction(
    called,
    args.map((arg) => byteTextOf(textFrom(arg))),
    context,
    '1:1',
  )
  if (typeof result !== 'string') throw new TypeError('the function gave no text')
  return encodedBytes(bytesOf(result))
}
