import type { ByteText } from '../byte-text.ts'
import { isZoneField, type LayoutField, type ZoneField } from './time-layout.ts'
import { dayNames, monthNames, shortName } from './time-names.ts'
import { type TimeZone, utc } from './time-zone.ts'

/** A field that the text does not have; with `range` it has one, out of that range. */
export class BadField extends Error {
  override readonly name = 'BadField'
  readonly range: string | undefined

  constructor(range?: string) {
    super('bad value for field')
    this.range = range
  }
}

/** What was read so far. */
interface Fields {
  year: number
  month: number | undefined
  day: number | undefined
  yearDay: number | undefined
  hour: number
  minute: number
  second: number
  nanoseconds: number
  half: 'AM' | 'PM' | undefined
  /** UTC, said by `Z` or its name. */
  zone: TimeZone | undefined
  /** Seconds east of Greenwich. */
  offset: number | undefined
  zoneName: string
}

const NANOSECOND_DIGITS = 9

/** Reads the fields of a time one after the other. */
export class TimeReader {
  rest: ByteText
  readonly fields: Fields = {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanoseconds: 0,
    half: undefined,
    zone: undefined,
    offset: undefined,
    zoneName: '',
  }

  constructor(text: ByteText) {
    this.rest = text
  }

  /** Whether the text goes on with the literal; spaces in it stand for any number of them, at the end of the text for none. */
  skip(literal: ByteText): boolean {
    for (const part of literal.match(/ +|[^ ]/g) ?? []) {
      if (part.startsWith(' ')) {
        if (this.rest !== '' && !this.rest.startsWith(' ')) return false
        this.rest = this.rest.replace(/^ +/, '')
      } else {
        if (!this.rest.startsWith(part)) return false
        this.rest = this.rest.slice(1)
      }
    }
    return true
  }

  /** Throws BadField. `following` is the next field of the layout. */
  read(field: LayoutField, text: ByteText, following: LayoutField | undefined): void {
    if (this.#readDate(field) || this.#readClock(field, following)) return
    if (field === '.0') this.#readFraction(text.length)
    else if (field === '.9') this.#readFraction(/^[.,]\d+/.exec(this.rest)?.[0].length ?? 0)
    else if (field === 'MST') this.#readZoneName()
    else if (isZoneField(field)) this.#readOffset(field)
  }

  #readDate(field: LayoutField): boolean {
    const { fields } = this
    switch (field) {
      case '2006':
        if (!/^\d/.test(this.rest)) throw new BadField()
        fields.year = signedNumber(this.#take(4))
        return true
      case '06': {
        const year = signedNumber(this.#take(2))
        fields.year = year + (year >= 69 ? 1900 : 2000)
        return true
      }
      case 'January':
        fields.month = this.#name(monthNames) + 1
        return true
      case 'Jan':
        fields.month = this.#name(monthNames.map(shortName)) + 1
        return true
      case '1':
      case '01':
        fields.month = this.#number(field.length)
        if (fields.month < 1 || fields.month > 12) throw new BadField('month')
        return true
      case 'Monday':
        this.#name(dayNames)
        return true
      case 'Mon':
        this.#name(dayNames.map(shortName))
        return true
      case '2':
      case '_2':
      case '02':
        if (field === '_2') this.rest = this.rest.replace(/^ /, '')
        fields.day = this.#number(field === '02' ? 2 : 1)
        return true
      case '__2':
      case '002':
        if (field === '__2') this.rest = this.rest.replace(/^ {1,2}/, '')
        fields.yearDay = Number(this.#match(field === '002' ? /^\d{3}/ : /^\d{1,3}/))
        return true
      default:
        return false
    }
  }

  #readClock(field: LayoutField, following: LayoutField | undefined): boolean {
    const { fields } = this
    switch (field) {
      case '15':
        fields.hour = inRange(this.#number(1), 24, 'hour')
        return true
      case '3':
      case '03':
        fields.hour = inRange(this.#number(field.length), 13, 'hour')
        return true
      case '4':
      case '04':
        fields.minute = inRange(this.#number(field.length), 60, 'minute')
        return true
      case '5':
      case '05':
        fields.second = inRange(this.#number(field.length), 60, 'second')
        if (following !== '.0' && following !== '.9') this.#readFraction(/^[.,]\d+/.exec(this.rest)?.[0].length ?? 0)
        return true
      case 'PM':
        fields.half = this.#match(/^[AP]M/) === 'PM' ? 'PM' : 'AM'
        return true
      case 'pm':
        fields.half = this.#match(/^[ap]m/) === 'pm' ? 'PM' : 'AM'
        return true
      default:
        return false
    }
  }

  /** `.123` or `,123`; digits behind the ninth do not count. */
  #readFraction(length: number): void {
    if (length === 0) return
    const text = this.#take(length)
    if (!/^[.,]/.test(text)) throw new BadField()
    const digits = text.slice(1, 1 + NANOSECOND_DIGITS)
    const value = signedNumber(digits)
    if (value < 0) throw new BadField('fractional second')
    this.fields.nanoseconds = value * 10 ** (NANOSECOND_DIGITS - digits.length)
  }

  /** `+05:30` by the field's form; `Z` where the field has that letter. */
  #readOffset(field: ZoneField): void {
    if (field.startsWith('Z') && this.rest.startsWith('Z')) {
      this.rest = this.rest.slice(1)
      this.fields.zone = utc
      return
    }
    const text = this.#take(field.length)
    const step = field.includes(':') ? 3 : 2
    const starts = Array.from({ length: Math.floor((field.length + step - 2) / step) }, (_, index) => 1 + index * step)
    if (step === 3 && starts.slice(1).some((start) => text.charAt(start - 1) !== ':')) throw new BadField()
    const size = offsetSize(starts.map((start) => text.slice(start, start + 2)))
    if (size === undefined || !/^[+-]/.test(text)) throw new BadField()
    this.fields.offset = text.startsWith('-') ? 0 - size : size
  }

  /** Three capital letters, four or five with a T at the end, and some that are special. */
  #readZoneName(): void {
    if (this.rest.startsWith('UTC')) {
      this.rest = this.rest.slice(3)
      this.fields.zone = utc
      return
    }
    this.fields.zoneName = this.#take(zoneNameLength(this.rest))
  }

  /** One or two digits, or two if `least` says so. */
  #number(least: number): number {
    return Number(this.#match(least === 2 ? /^\d\d/ : /^\d\d?/))
  }

  #name(names: readonly string[]): number {
    const lower = this.rest.toLowerCase()
    const index = names.findIndex((name) => lower.startsWith(name.toLowerCase()))
    if (index < 0) throw new BadField()
    this.rest = this.rest.slice(names[index]?.length)
    return index
  }

  #match(pattern: RegExp): string {
    const matched = pattern.exec(this.rest)?.[0]
    if (matched === undefined) throw new BadField()
    return this.#take(matched.length)
  }

  #take(length: number): ByteText {
    if (this.rest.length < length || length === 0) throw new BadField()
    const taken = this.rest.slice(0, length)
    this.rest = this.rest.slice(length)
    return taken
  }
}

function inRange(value: number, limit: number, what: string): number {
  if (value >= limit) throw new BadField(what)
  return value
}

/** Go takes a sign here. */
function signedNumber(text: string): number {
  if (!/^[+-]?\d*$/.test(text)) throw new BadField()
  const value = Number(text.replace(/^[+-]/, '') || 0)
  return text.startsWith('-') && value !== 0 ? -value : value
}

const OFFSET_LIMITS = [
  { unit: 'hour', largest: 24, seconds: 3600 },
  { unit: 'minute', largest: 60, seconds: 60 },
  { unit: 'second', largest: 60, seconds: 1 },
] as const

/** In seconds. Undefined: a part is no number. Throws BadField for the last part before it that is out of range. */
function offsetSize(parts: readonly string[]): number | undefined {
  const bad = parts.findIndex((part) => !/^\d\d$/.test(part))
  const numbers = (bad < 0 ? parts : parts.slice(0, bad)).map(Number)
  const beyond = OFFSET_LIMITS.findLast(({ largest }, index) => (numbers[index] ?? 0) > largest)
  if (beyond) throw new BadField(`time zone offset ${beyond.unit}`)
  if (bad >= 0) return undefined
  return numbers.reduce((size, number, index) => size + number * (OFFSET_LIMITS[index]?.seconds ?? 0), 0)
}

/** 0: there is none. */
function zoneNameLength(text: ByteText): number {
  if (/^(?:ChST|MeST)/.test(text)) return 4
  if (text.startsWith('GMT')) return 3 + signedHoursLength(text.slice(3))
  if (/^[+-]/.test(text)) return text.length < 3 ? 0 : signedHoursLength(text)
  const capitals = /^[A-Z]*/.exec(text)?.[0] ?? ''
  if (capitals.length === 3) return 3
  if (capitals.length === 4 && (capitals.endsWith('T') || capitals === 'WITA')) return 4
  return capitals.length === 5 && capitals.endsWith('T') ? 5 : 0
}

/** A sign and a number up to 23. */
function signedHoursLength(text: ByteText): number {
  const matched = /^[+-]\d+/.exec(text)?.[0]
  return matched !== undefined && Number(matched.slice(1)) <= 23 ? matched.length : 0
}
