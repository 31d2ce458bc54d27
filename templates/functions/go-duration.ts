import type { ByteText } from '../byte-text.ts'
import { float64, GoInt, int64 } from '../go-number.ts'
import { namedType } from '../go-type.ts'
import { type GoMethod, isObject, type TemplateValue } from '../value.ts'
import { durationText } from './duration-text.ts'
import { GoNamedInt } from './go-named-int.ts'
import { roundDuration } from './round-duration.ts'

export const durationType = namedType('time.Duration', 'int64')

const MICROSECOND = 1_000n
const MILLISECOND = 1_000_000n
const SECOND = 1_000_000_000n

/** Go's time.Duration; its value are nanoseconds. */
export class GoDuration extends GoNamedInt {
  override readonly type = durationType

  override text(): ByteText {
    return durationText(this.value)
  }

  override methods(): ReadonlyMap<string, GoMethod> {
    const whole = (nanoseconds: bigint): TemplateValue => int64(nanoseconds)
    const results: Readonly<Record<string, () => TemplateValue>> = {
      String: () => this.text(),
      Nanoseconds: () => whole(this.value),
      Microseconds: () => whole(this.value / MICROSECOND),
      Milliseconds: () => whole(this.value / MILLISECOND),
      Seconds: () => float64(this.#inUnits(SECOND)),
      Minutes: () => float64(this.#inUnits(60n * SECOND)),
      Hours: () => float64(this.#inUnits(3600n * SECOND)),
      Abs: () => new GoDuration(this.value < 0n ? largest(-this.value) : this.value),
    }
    const rounding = (round: (unit: bigint) => bigint): GoMethod => ({
      parameters: [durationType],
      run: ([unit]) => new GoDuration(round(nanosecondsOf(unit))),
    })
    return new Map([
      ...Object.entries(results).map(([name, run]): readonly [string, GoMethod] => [name, { parameters: [], run }]),
      ['Round', rounding((unit) => roundDuration(this.value, unit))],
      ['Truncate', rounding((unit) => (unit <= 0n ? this.value : this.value - (this.value % unit)))],
    ])
  }

  /** The whole units and the rest are converted by themselves, as Go does it. */
  #inUnits(unit: bigint): number {
    return Number(this.value / unit) + Number(this.value % unit) / Number(unit)
  }
}

function largest(value: bigint): bigint {
  return value >= 2n ** 63n ? 2n ** 63n - 1n : value
}

/** Of an argument that is a duration; one may be written as a number. */
export function nanosecondsOf(value: TemplateValue): bigint {
  if (value instanceof GoInt) return value.value
  return isObject(value) ? (value.underlying()?.value ?? 0n) : 0n
}
