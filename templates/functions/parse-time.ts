import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { daysOfMonth, isLeapYear, secondsOf } from './calendar.ts'
import { GoTime, localTime } from './go-time.ts'
import { timeQuote } from './go-time-quote.ts'
import { type LayoutPart, parseLayout } from './time-layout.ts'
import { BadField, TimeReader } from './time-reader.ts'
import { fixedZone, type TimeZone } from './time-zone.ts'

/**
 * The time that a text is by a layout; without an offset or zone it is that of `local`. Throws FunctionError, which holds the text (Go,
 * time.ParseInLocation; templates.md, Appendix E).
 */
export function parseTime(layout: ByteText, text: ByteText, local: TimeZone): GoTime {
  const reader = new TimeReader(text)
  const parts = parseLayout(layout)
  parts.forEach((part, index) => {
    readPart(reader, part, { layout, text, following: parts[index + 1]?.field })
  })
  const date = dateOf(reader, text)
  return momentOf(reader, date, local)
}

interface Place {
  readonly layout: ByteText
  readonly text: ByteText
  readonly following: LayoutPart['field']
}

function readPart(reader: TimeReader, part: LayoutPart, { layout, text, following }: Place): void {
  if (!reader.skip(part.literal)) throw cannotParse(text, layout, reader.rest, part.literal)
  if (part.field === undefined) {
    if (reader.rest !== '') throw outOfRange(text, `extra text: ${timeQuote(reader.rest)}`)
    return
  }
  const before = reader.rest
  try {
    reader.read(part.field, part.text, following)
  } catch (error) {
    if (!(error instanceof BadField)) throw error
    throw error.range ? outOfRange(text, `${error.range} out of range`) : cannotParse(text, layout, before, part.text)
  }
}

function cannotParse(text: ByteText, layout: ByteText, rest: ByteText, field: ByteText): FunctionError {
  const place = `cannot parse ${timeQuote(rest)} as ${timeQuote(field)}`
  return new FunctionError(`parsing time ${timeQuote(text)} as ${timeQuote(layout)}: ${place}`)
}

function outOfRange(text: ByteText, why: string): FunctionError {
  return new FunctionError(`parsing time ${timeQuote(text)}: ${why}`)
}

interface MonthDay {
  readonly month: number
  readonly day: number
}

/** What was not written is the first. Throws FunctionError for a day that the month or year has not. */
function dateOf({ fields: { year, month, day, yearDay } }: TimeReader, text: ByteText): MonthDay {
  const found = yearDay === undefined ? { month: month ?? 1, day: day ?? 1 } : monthDayOf(yearDay, year)
  if (!found) throw outOfRange(text, 'day-of-year out of range')
  if (month !== undefined && month !== found.month) throw outOfRange(text, 'day-of-year does not match month')
  if (day !== undefined && day !== found.day) throw outOfRange(text, 'day-of-year does not match day')
  if (found.day < 1 || found.day > daysOfMonth(found.month, year)) throw outOfRange(text, 'day out of range')
  return found
}

function monthDayOf(yearDay: number, year: number): MonthDay | undefined {
  if (yearDay < 1 || yearDay > (isLeapYear(year) ? 366 : 365)) return undefined
  let month = 1
  let day = yearDay
  while (day > daysOfMonth(month, year)) {
    day -= daysOfMonth(month, year)
    month += 1
  }
  return { month, day }
}

function momentOf({ fields }: TimeReader, { month, day }: MonthDay, local: TimeZone): GoTime {
  const { year, minute, second, nanoseconds, half, zone, offset, zoneName } = fields
  const hour = half === 'PM' && fields.hour < 12 ? fields.hour + 12 : half === 'AM' && fields.hour === 12 ? 0 : fields.hour
  const civil = { year, month, day, hour, minute, second }
  const seconds = secondsOf(civil)
  if (zone) return localTime(civil, { zone, nanoseconds })
  if (offset !== undefined) {
    const there = seconds - BigInt(offset)
    const atLocal = local.at(there)
    const isLocal = atLocal.offsetSeconds === offset && (zoneName === '' || atLocal.abbreviation === zoneName)
    return new GoTime({ seconds: there, nanoseconds, zone: isLocal ? local : fixedZone(zoneName, offset) })
  }
  if (zoneName === '') return localTime(civil, { zone: local, nanoseconds })
  const known = local.offsetOf(zoneName, seconds)
  if (known !== undefined) return new GoTime({ seconds: seconds - BigInt(known), nanoseconds, zone: local })
  return new GoTime({ seconds, nanoseconds, zone: fixedZone(zoneName, offsetOfName(zoneName)) })
}

/** `GMT+3` says its offset, which Go notes without moving the moment; of other names nobody knows it. */
function offsetOfName(name: string): number {
  const hours = /^GMT([+-]?\d+)$/.exec(name)?.[1]
  return hours === undefined ? 0 : Number(hours) * 3600
}
