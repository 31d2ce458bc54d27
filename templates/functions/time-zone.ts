import { zoneTable } from './zone-table.ts'

export interface ZoneMoment {
  readonly abbreviation: string
  /** East of Greenwich. */
  readonly offsetSeconds: number
}

/** A time zone, as Go's time.Location. */
export interface TimeZone {
  readonly name: string
  /** What Go's time.Local points to. */
  readonly isLocal?: true
  /** What holds there at a moment, in seconds since the epoch. */
  at(unixSeconds: bigint): ZoneMoment
  /** The offset that an abbreviation stands for near that moment of local time; undefined: it is not one of this zone. */
  offsetOf(abbreviation: string, localSeconds: bigint): number | undefined
}

/** A zone with one offset. Without a name its abbreviation is empty, and Go prints the offset in its place. */
export function fixedZone(name: string, offsetSeconds: number): TimeZone {
  return { name, at: () => ({ abbreviation: name, offsetSeconds }), offsetOf: () => undefined }
}

export const utc: TimeZone = fixedZone('UTC', 0)

const locals = new WeakMap<TimeZone, TimeZone>()

/** The zone as Go's time.Local: the same name and rules, and yet another pointer than the zone itself. */
export function localOf(zone: TimeZone): TimeZone {
  const local = locals.get(zone) ?? {
    name: zone.name,
    isLocal: true,
    at: (unixSeconds) => zone.at(unixSeconds),
    offsetOf: (...near) => zone.offsetOf(...near),
  }
  locals.set(zone, local)
  return local
}

const loaded = new Map<string, TimeZone>()

/** The zone of an IANA name, by its exact spelling; undefined when there is none (Go, time.LoadLocation). */
export function findZone(name: string): TimeZone | undefined {
  if (name === '' || name === 'UTC') return utc
  const known = loaded.get(name)
  if (known) return known
  const rule = rules().get(name)
  const format = rule === undefined ? undefined : formatOf(name)
  if (rule === undefined || format === undefined) return undefined
  const zone = new IanaZone(name, rule, format)
  loaded.set(name, zone)
  return zone
}

let read: ReadonlyMap<string, string> | undefined

function rules(): ReadonlyMap<string, string> {
  read ??= new Map(
    zoneTable
      .trim()
      .split('\n')
      .flatMap((line) => {
        const [rule = '', names = ''] = line.split(': ')
        return names.split(' ').map((name): readonly [string, string] => [name, rule])
      }),
  )
  return read
}

/** Undefined for a name that only other programs know. */
function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}

interface Era {
  readonly abbreviation: string
  /** Seconds since the epoch; undefined: to this day. */
  readonly until: number | undefined
}

/** JavaScript's dates reach 273,000 years. What lies beyond is looked up in a year that has the same days, since the calendar repeats. */
const LARGEST_SECONDS = 8_600_000_000_000n
const CALENDAR_CYCLE_SECONDS = 146_097n * 86_400n
const CYCLES_INTO_THE_FUTURE = 600n
/** Times of day that no government made are the sun's, which Go calls LMT. */
const QUARTER_SECONDS = 900

class IanaZone implements TimeZone {
  readonly name: string
  readonly #eras: ReadonlyMap<number, readonly Era[]>
  readonly #format: Intl.DateTimeFormat

  constructor(name: string, rule: string, format: Intl.DateTimeFormat) {
    this.name = name
    this.#eras = new Map(rule === '' ? [] : rule.split(' ').map(parseRule))
    this.#format = format
  }

  at(unixSeconds: bigint): ZoneMoment {
    const offsetSeconds = this.#offset(unixSeconds)
    return { offsetSeconds, abbreviation: this.#abbreviation(offsetSeconds, Number(unixSeconds)) }
  }

  offsetOf(abbreviation: string, localSeconds: bigint): number | undefined {
    const offsets = Array.from(this.#eras)
      .filter(([, eras]) => eras.some((era) => era.abbreviation === abbreviation))
      .map(([offset]) => offset)
    return offsets.find((offset) => this.at(localSeconds - BigInt(offset)).abbreviation === abbreviation) ?? offsets[0]
  }

  #offset(unixSeconds: bigint): number {
    const parts = this.#format.formatToParts(Number(withinDates(unixSeconds)) * 1000)
    const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = /([+-])(\d+):(\d+)(?::(\d+))?$/.exec(text) ?? []
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
    return sign === '-' && size !== 0 ? -size : size
  }

  #abbreviation(offset: number, unixSeconds: number): string {
    const era = this.#eras.get(offset)?.find(({ until }) => until === undefined || unixSeconds < until)
    if (era) return era.abbreviation
    return offset % QUARTER_SECONDS === 0 ? numeric(offset) : 'LMT'
  }
}

/** There are no rules in the far past, where one moment is like another. */
function withinDates(unixSeconds: bigint): bigint {
  if (unixSeconds < -LARGEST_SECONDS) return -LARGEST_SECONDS
  if (unixSeconds <= LARGEST_SECONDS) return unixSeconds
  return (unixSeconds % CALENDAR_CYCLE_SECONDS) + CYCLES_INTO_THE_FUTURE * CALENDAR_CYCLE_SECONDS
}

function parseRule(rule: string): readonly [number, readonly Era[]] {
  const [offset = '', eras = ''] = rule.split('=')
  return [
    Number(offset),
    eras.split(',').map((era) => {
      const [abbreviation = '', until] = era.split('<')
      return { abbreviation, until: until === undefined ? undefined : Number(until) }
    }),
  ]
}

/** `-03`, `+0530` */
function numeric(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60)
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0')
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${hours}${rest}`
}
