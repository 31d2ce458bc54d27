import { parseGoDuration } from '../api/go-duration.ts'

/** When something fires: the first time strictly after `after`, both in milliseconds since the epoch; undefined when there is none in five years. */
export type NextFiring = (after: number) => number | undefined

/** The values that a field allows, and whether the field is a bare `*`, which matters to days alone. */
interface Field {
  readonly values: ReadonlySet<number>
  readonly isStar: boolean
}

interface Bounds {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const YEARS_LOOKED_AHEAD = 5

const MINUTES: Bounds = { min: 0, max: 59 }
const HOURS: Bounds = { min: 0, max: 23 }
const DAYS: Bounds = { min: 1, max: 31 }
const MONTHS: Bounds = {
  min: 1,
  max: 12,
  names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
}
/** Sunday is 0, and 7 is out of range. */
const WEEKDAYS: Bounds = { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] }

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const EVERY = '@every '

/**
 * Reads a schedule as robfig/cron v3's ParseStandard does, in UTC: five fields with lists, ranges, steps, names and `?`, descriptors, and
 * `@every`, which is not anchored to anything (external-secrets.md 4.3). Undefined for what that parser refuses.
 */
export function parseSchedule(text: string): NextFiring | undefined {
  if (text.startsWith(EVERY)) return everyFiring(text.slice(EVERY.length))
  const spec = text.startsWith('@') ? DESCRIPTORS[text] : text
  const [minute, hour, day, month, weekday, ...others] = (spec ?? '').split(/\s+/).filter((part) => part !== '')
  if (weekday === undefined || others.length > 0) return undefined
  const minutes = parseField(minute ?? '', MINUTES)
  const hours = parseField(hour ?? '', HOURS)
  const days = parseField(day ?? '', DAYS)
  const months = parseField(month ?? '', MONTHS)
  const weekdays = parseField(weekday, WEEKDAYS)
  if (!minutes || !hours || !days || !months || !weekdays) return undefined
  return (after) => nextFiring({ minutes, hours, days, months, weekdays }, after)
}

interface Schedule {
  readonly minutes: Field
  readonly hours: Field
  readonly days: Field
  readonly months: Field
  readonly weekdays: Field
}

function nextFiring(schedule: Schedule, after: number): number | undefined {
  const first = (Math.floor(after / MINUTE_MS) + 1) * MINUTE_MS
  const lastYear = new Date(first).getUTCFullYear() + YEARS_LOOKED_AHEAD
  for (let day = Math.floor(first / DAY_MS) * DAY_MS; new Date(day).getUTCFullYear() <= lastYear; day += DAY_MS) {
    if (!firesOnDay(schedule, new Date(day))) continue
    for (let time = Math.max(day, first); time < day + DAY_MS; time += MINUTE_MS) {
      const date = new Date(time)
      if (schedule.hours.values.has(date.getUTCHours()) && schedule.minutes.values.has(date.getUTCMinutes())) return time
    }
  }
  return undefined
}

/** Of two restricted day fields one is enough; with a star in either, both have to hold. */
function firesOnDay({ days, months, weekdays }: Schedule, date: Date): boolean {
  if (!months.values.has(date.getUTCMonth() + 1)) return false
  const byDay = days.values.has(date.getUTCDate())
  const byWeekday = weekdays.values.has(date.getUTCDay())
  return days.isStar || weekdays.isStar ? byDay && byWeekday : byDay || byWeekday
}

/** Fires a whole number of seconds after whatever time it is asked about. */
function everyFiring(text: string): NextFiring | undefined {
  const durationMs = parseGoDuration(text)
  if (durationMs === undefined) return undefined
  const delayMs = Math.max(1, Math.floor(durationMs / 1_000)) * 1_000
  return (after) => Math.floor(after / 1_000) * 1_000 + delayMs
}

function parseField(text: string, bounds: Bounds): Field | undefined {
  const values = new Set<number>()
  let isStar = false
  for (const part of text.split(',').filter((one) => one !== '')) {
    const range = parseRange(part, bounds)
    if (!range) return undefined
    for (let value = range.first; value <= range.last; value += range.step) values.add(value)
    isStar ||= range.isStar
  }
  return { values, isStar }
}

interface Range {
  readonly first: number
  readonly last: number
  readonly step: number
  readonly isStar: boolean
}

/** `*`, `5`, `1-5`, `*` or `5` or `1-5` with `/2`; `5/2` runs to the end of the field. */
function parseRange(text: string, bounds: Bounds): Range | undefined {
  const [range = '', stepText, ...moreSteps] = text.split('/')
  const [low = '', high, ...moreHighs] = range.split('-')
  const step = stepText === undefined ? 1 : parseNumber(stepText)
  if (moreSteps.length > 0 || moreHighs.length > 0 || !step) return undefined
  if ((low === '*' || low === '?') && high === undefined) return { first: bounds.min, last: bounds.max, step, isStar: step === 1 }
  const first = parseValue(low, bounds)
  const last = high === undefined ? (stepText === undefined ? first : bounds.max) : parseValue(high, bounds)
  if (first === undefined || last === undefined || first < bounds.min || last > bounds.max || first > last) return undefined
  return { first, last, step, isStar: false }
}

function parseValue(text: string, { min, names }: Bounds): number | undefined {
  const index = names?.indexOf(text.toLowerCase()) ?? -1
  return index === -1 ? parseNumber(text) : index + min
}

function parseNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
