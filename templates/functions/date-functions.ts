import { type ByteText, textOf } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { GoInt } from '../go-number.ts'
import { types } from '../go-type.ts'
import type { TemplateValue } from '../value.ts'
import { GoTime, timeType } from './go-time.ts'
import { parseDuration } from './parse-duration.ts'
import { parseTime } from './parse-time.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'
import { findZone, localOf, type TimeZone, utc } from './time-zone.ts'

const LAYOUT: Parameter = { name: 'layout', type: types.string }
const DATE: Parameter = { name: 'date', type: types.any }
const ZONE: Parameter = { name: 'zone', type: types.string }
const TEXT: Parameter = { name: 'text', type: types.string }
const DURATION: Parameter = { name: 'duration', type: types.string }
const TIME: Parameter = { name: 'time', type: timeType }

const DAY = '2006-01-02'
/** In examples: a time that both languages write the same way. */
const EXAMPLE = '(toDate "2006-01-02" "2024-02-29")'

/** Layouts are Go's: they show how Mon Jan 2 15:04:05 MST 2006 is written. A date is a time, or seconds since the epoch. */
export const dateFunctions: readonly TemplateFunction[] = [
  {
    name: 'now',
    parameters: [],
    returns: timeType,
    doc: 'This moment.',
    source: 'sprig',
    example: { go: '{{now | date "2006"}}', handlebars: '{{date "2006" (now)}}', gives: /^\d{4}$/ },
    safeMessage: true,
    random: 'unstable',
    run: (call) => present(call),
  },
  {
    name: 'date',
    parameters: [LAYOUT, DATE],
    returns: types.string,
    doc: 'A date as the layout writes it, in the local time zone.',
    source: 'sprig',
    example: { go: `{{date "Jan 2, 2006" ${EXAMPLE}}}`, gives: 'Feb 29, 2024' },
    safeMessage: true,
    run: (call) => written(call, call.text(0), call.value(1), localZone(call)),
  },
  ...['dateInZone', 'date_in_zone'].map(
    (name): TemplateFunction => ({
      name,
      parameters: [LAYOUT, DATE, ZONE],
      returns: types.string,
      doc: 'A date as the layout writes it, in a zone such as `Europe/Berlin`; in UTC when there is no such zone.',
      source: 'sprig',
      example: { go: `{{${name} "15:04 MST" 0 "America/New_York"}}`, gives: '19:00 EST' },
      safeMessage: true,
      run: (call) => written(call, call.text(0), call.value(1), zoneNamed(call.text(2), call)),
    }),
  ),
  {
    name: 'htmlDate',
    parameters: [DATE],
    returns: types.string,
    doc: 'Year, month and day of a date in the local time zone, as HTML has them.',
    source: 'sprig',
    example: { go: `{{htmlDate ${EXAMPLE}}}`, gives: '2024-02-29' },
    safeMessage: true,
    run: (call) => written(call, DAY, call.value(0), localZone(call)),
  },
  {
    name: 'htmlDateInZone',
    parameters: [DATE, ZONE],
    returns: types.string,
    doc: 'Year, month and day of a date in a zone, as HTML has them.',
    source: 'sprig',
    example: { go: '{{htmlDateInZone 0 "America/New_York"}}', gives: '1969-12-31' },
    safeMessage: true,
    run: (call) => written(call, DAY, call.value(0), zoneNamed(call.text(1), call)),
  },
  {
    name: 'toDate',
    parameters: [LAYOUT, TEXT],
    returns: timeType,
    doc: 'The time that a text is by a layout, of the local time zone unless it says another; the first moment of year 1 if it is none.',
    source: 'sprig',
    example: { go: `{{date "2006" ${EXAMPLE}}}`, gives: '2024' },
    safeMessage: true,
    run: (call) => orElse(GoTime.zero, () => parseTime(call.text(0), call.text(1), localZone(call))),
  },
  {
    name: 'mustToDate',
    parameters: [LAYOUT, TEXT],
    returns: timeType,
    doc: 'The time that a text is by a layout; a text that is none is an error.',
    source: 'sprig',
    example: { go: '{{date "2006" (mustToDate "2006-01-02" "2024-02-29")}}', gives: '2024' },
    safeMessage: false,
    run: (call) => parseTime(call.text(0), call.text(1), localZone(call)),
  },
  ...['dateModify', 'date_modify'].map(
    (name): TemplateFunction => ({
      name,
      parameters: [DURATION, TIME],
      returns: timeType,
      doc: 'The time so much later, such as `-1h30m`; the same time if that is no duration.',
      source: 'sprig',
      example: { go: `{{date "Jan 2 15:04" (${name} "25h30m" ${EXAMPLE})}}`, gives: 'Mar 1 01:30' },
      safeMessage: true,
      run: (call) => {
        const time = timeOf(call, 1)
        return orElse(time, () => time.add(parseDuration(call.text(0))))
      },
    }),
  ),
  ...['mustDateModify', 'must_date_modify'].map(
    (name): TemplateFunction => ({
      name,
      parameters: [DURATION, TIME],
      returns: timeType,
      doc: 'The time so much later, such as `-1h30m`; what is no duration is an error.',
      source: 'sprig',
      example: { go: `{{date "Jan 2 15:04" (${name} "-90m" ${EXAMPLE})}}`, gives: 'Feb 28 22:30' },
      safeMessage: false,
      run: (call) => timeOf(call, 1).add(parseDuration(call.text(0))),
    }),
  ),
  {
    name: 'unixEpoch',
    parameters: [TIME],
    returns: types.string,
    doc: 'Seconds since the epoch.',
    source: 'sprig',
    example: { go: `{{unixEpoch ${EXAMPLE}}}`, gives: '1709164800' },
    safeMessage: true,
    run: (call) => String(timeOf(call, 0).seconds),
  },
]

function present(call: FunctionCall): GoTime {
  const ms = BigInt(Math.floor(call.now()))
  const rest = ((ms % 1000n) + 1000n) % 1000n
  return new GoTime({ seconds: (ms - rest) / 1000n, nanoseconds: Number(rest) * 1_000_000, zone: localZone(call) })
}

function localZone(call: FunctionCall): TimeZone {
  return localOf(findZone(call.localZone) ?? utc)
}

function zoneNamed(name: ByteText, call: FunctionCall): TimeZone {
  return name === 'Local' ? localZone(call) : (findZone(textOf(name)) ?? utc)
}

const SECONDS_TYPES = new Set<unknown>([types.int, types.int32, types.int64])

/** What is neither a time nor seconds is this moment. */
function written(call: FunctionCall, layout: ByteText, date: TemplateValue, zone: TimeZone): ByteText {
  if (date instanceof GoTime) return date.in(zone).format(layout)
  const isSeconds = date instanceof GoInt && SECONDS_TYPES.has(date.type)
  const time = isSeconds ? new GoTime({ seconds: date.value, nanoseconds: 0, zone }) : present(call)
  return time.in(zone).format(layout)
}

function timeOf(call: FunctionCall, index: number): GoTime {
  const time = call.object(index)
  return time instanceof GoTime ? time : GoTime.zero
}

function orElse<T>(otherwise: T, compute: () => T): T {
  try {
    return compute()
  } catch (error) {
    if (error instanceof FunctionError) return otherwise
    throw error
  }
}
