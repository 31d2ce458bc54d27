import type { FunctionCall } from './template-function.ts'

/** Numbers from `start` in steps, without `stop`. */
export interface Range {
  readonly start: bigint
  readonly stop: bigint
  readonly step: bigint
}

const BYTES_PER_ITEM = 16n
/** A number of Go's is an object with a bigint in it. */
const BYTES_PER_NUMBER = 48n

/** The numbers of a range; none when the step leads away from its end. Their number is counted before they are made. */
export function countFrom({ start, stop, step }: Range, call: Pick<FunctionCall, 'reserve' | 'step'>): readonly bigint[] {
  const leadsThere = stop < start ? step < 0n : step > 0n
  if (!leadsThere) return []
  const span = stop < start ? start - stop : stop - start
  const stride = step < 0n ? -step : step
  const count = (span + stride - 1n) / stride
  call.reserve(Number(count * BYTES_PER_ITEM))
  call.step(Number(count * BYTES_PER_NUMBER))
  return Array.from({ length: Number(count) }, (_none, index) => start + BigInt(index) * step)
}
