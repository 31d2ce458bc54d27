import { FunctionError } from '../function-error.ts'
import { GoInt } from '../go-number.ts'
import { types } from '../go-type.ts'
import type { TemplateValue } from '../value.ts'
import { durationText } from './duration-text.ts'
import { GoTime } from './go-time.ts'
import { parseDuration } from './parse-duration.ts'
import { parseInteger } from './parse-integer.ts'
import { roundDuration } from './round-duration.ts'
import type { FunctionCall, TemplateFunction } from './template-function.ts'
import { utc } from './time-zone.ts'

const SECOND = 1_000_000_000n
const HOUR = 3600n * SECOND

/** Units of `durationRound`, the largest first. */
const UNITS = [
  { name: 'y', size: 24n * 365n * HOUR },
  { name: 'mo', size: 24n * 30n * HOUR },
  { name: 'd', size: 24n * HOUR },
  { name: 'h', size: HOUR },
  { name: 'm', size: 60n * SECOND },
  { name: 's', size: SECOND },
] as const

export const durationFunctions: readonly TemplateFunction[] = [
  {
    name: 'ago',
    parameters: [{ name: 'date', type: types.any }],
    returns: types.string,
    doc: 'How long ago a time was, to the second; an `int` or `int64` is seconds since the epoch.',
    source: 'sprig',
    example: { go: '{{ago now}}', handlebars: '{{ago (now)}}', gives: /^\d+s$/ },
    safeMessage: true,
    random: 'unstable',
    run: (call) => durationText(roundDuration(present(call).since(dateOf(call)), SECOND)),
  },
  {
    name: 'duration',
    parameters: [{ name: 'seconds', type: types.any }],
    returns: types.string,
    doc: 'Seconds as hours, minutes and seconds. They must be a text or an `int64`, anything else counts as 0.',
    source: 'sprig',
    example: { go: '{{duration "3661"}}', gives: '1h1m1s' },
    safeMessage: true,
    run: (call) => durationText(BigInt.asIntN(64, secondsOf(call.value(0)) * SECOND)),
  },
  {
    name: 'durationRound',
    parameters: [{ name: 'duration', type: types.any }],
    returns: types.string,
    doc: 'The largest unit that a duration is more than one of, without its sign: a text, nanoseconds as an `int64`, or the time since a time.',
    source: 'sprig',
    example: { go: '{{durationRound "26h10m"}}', gives: '1d' },
    safeMessage: true,
    run: (call) => inLargestUnit(nanosecondsOf(call)),
  },
]

function present(call: FunctionCall): GoTime {
  const epoch = new GoTime({ seconds: 0n, nanoseconds: 0, zone: utc })
  return epoch.add(BigInt(Math.floor(call.now())) * 1_000_000n)
}

function dateOf(call: FunctionCall): GoTime {
  const date = call.value(0)
  if (date instanceof GoTime) return date
  if (!isOneOf(date, types.int, types.int64)) return present(call)
  return new GoTime({ seconds: date.value, nanoseconds: 0, zone: utc })
}

function isOneOf(value: TemplateValue, ...allowed: readonly GoInt['type'][]): value is GoInt {
  return value instanceof GoInt && allowed.includes(value.type)
}

function secondsOf(value: TemplateValue): bigint {
  if (typeof value === 'string') return parseInteger(value, 10).value
  return isOneOf(value, types.int64) ? value.value : 0n
}

function nanosecondsOf(call: FunctionCall): bigint {
  const value = call.value(0)
  if (value instanceof GoTime) return present(call).since(value)
  if (isOneOf(value, types.int64)) return value.value
  if (typeof value !== 'string') return 0n
  try {
    return parseDuration(value)
  } catch (error) {
    if (error instanceof FunctionError) return 0n
    throw error
  }
}

function inLargestUnit(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const unit = UNITS.find((candidate) => size > candidate.size)
  return unit ? `${size / unit.size}${unit.name}` : '0s'
}
