import type { ByteText } from '../byte-text.ts'
import { type CivilTime, civilTimeOf } from './calendar.ts'
import { isZoneField, type LayoutPart, parseLayout, type ZoneField } from './time-layout.ts'
import { dayNames, monthNames, shortName } from './time-names.ts'
import type { TimeZone } from './time-zone.ts'

/** A moment and where it is looked at from. */
export interface Moment {
  /** Since the epoch. */
  readonly seconds: bigint
  /** From 0. */
  readonly nanoseconds: number
  readonly zone: TimeZone
}

interface View {
  readonly civil: CivilTime
  readonly nanoseconds: number
  readonly offset: number
  readonly abbreviation: string
}

/** A moment as a layout writes it (Go, time.Time.Format; templates.md 2.8). */
export function formatTime(moment: Moment, layout: ByteText): ByteText {
  const { offsetSeconds: offset, abbreviation } = moment.zone.at(moment.seconds)
  const civil = civilTimeOf(moment.seconds + BigInt(offset))
  const view: View = { civil, nanoseconds: moment.nanoseconds, offset, abbreviation }
  return parseLayout(layout)
    .map((part) => part.literal + fieldText(part, view))
    .join('')
}

function fieldText({ field, text }: LayoutPart, view: View): ByteText {
  if (field === undefined) return ''
  if (field === '.0' || field === '.9') return fraction(text, view.nanoseconds)
  if (field === 'MST') return view.abbreviation || offsetText('-0700', view.offset)
  if (isZoneField(field)) return offsetText(field, view.offset)
  return dateText(field, view.civil) ?? clockText(field, view.civil) ?? ''
}

function dateText(field: string, { year, month, day, yearDay, weekday }: CivilTime): ByteText | undefined {
  switch (field) {
    case '2006':
      return padded(year, 4)
    case '06':
      return padded(Math.abs(year) % 100, 2)
    case 'January':
      return monthNames[month - 1]
    case 'Jan':
      return shortName(monthNames[month - 1])
    case '01':
      return padded(month, 2)
    case '1':
      return String(month)
    case 'Monday':
      return dayNames[weekday]
    case 'Mon':
      return shortName(dayNames[weekday])
    case '02':
      return padded(day, 2)
    case '_2':
      return String(day).padStart(2)
    case '2':
      return String(day)
    case '002':
      return padded(yearDay, 3)
    case '__2':
      return String(yearDay).padStart(3)
    default:
      return undefined
  }
}

function clockText(field: string, { hour, minute, second }: CivilTime): ByteText | undefined {
  switch (field) {
    case '15':
      return padded(hour, 2)
    case '03':
      return padded(hour % 12 || 12, 2)
    case '3':
      return String(hour % 12 || 12)
    case '04':
      return padded(minute, 2)
    case '4':
      return String(minute)
    case '05':
      return padded(second, 2)
    case '5':
      return String(second)
    case 'PM':
      return hour >= 12 ? 'PM' : 'AM'
    case 'pm':
      return hour >= 12 ? 'pm' : 'am'
    default:
      return undefined
  }
}

/** A field with Z writes that letter for no offset. Go drops the sign of an offset below a minute and leaves it to the seconds. */
function offsetText(field: ZoneField, offset: number): ByteText {
  if (field.startsWith('Z') && offset === 0) return 'Z'
  const minutes = Math.trunc(offset / 60)
  const isWest = minutes < 0
  const colon = field.includes(':') ? ':' : ''
  const digits = field.replaceAll(/\D/g, '').length
  const size = Math.abs(minutes)
  const hoursText = padded(Math.floor(size / 60), 2)
  const minutesText = digits > 2 ? `${colon}${padded(size % 60, 2)}` : ''
  const secondsText = digits > 4 ? `${colon}${padded((isWest ? -offset : offset) % 60, 2)}` : ''
  return `${isWest ? '-' : '+'}${hoursText}${minutesText}${secondsText}`
}

/** `.000` has so many digits, `.999` at most so many, without zeros at the end. */
function fraction(text: string, nanoseconds: number): ByteText {
  const digits = padded(nanoseconds, 9).slice(0, text.length - 1)
  if (text.charAt(1) === '0') return text.charAt(0) + digits
  const trimmed = digits.replace(/0+$/, '')
  return trimmed && text.charAt(0) + trimmed
}

function padded(value: number, width: number): string {
  return `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(width, '0')}`
}
