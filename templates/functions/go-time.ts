import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { GoInt, int, int64 } from '../go-number.ts'
import { type GoType, namedType, types } from '../go-type.ts'
import { bytesOfList, type GoMethod, GoObject, listOfBytes, type TemplateValue } from '../value.ts'
import { type CivilTime, civilTimeOf, secondsOf } from './calendar.ts'
import { formatTime, type Moment } from './format-time.ts'
import { durationType, GoDuration, nanosecondsOf } from './go-duration.ts'
import { GoLocation, locationOf, locationType } from './go-location.ts'
import { GoNamedInt } from './go-named-int.ts'
import { timeBinary, timeGoString } from './time-encodings.ts'
import { dayNames, monthNames } from './time-names.ts'
import { localOf, type TimeZone, utc } from './time-zone.ts'

export const timeType = namedType('time.Time', 'struct')

const SECOND = 1_000_000_000n
/** Since the epoch: the first of January of the year 1, Go's zero time. */
const ZERO_SECONDS = -62_135_596_800n
const PRINTED = '2006-01-02 15:04:05.999999999 -0700 MST'
const RFC3339 = '2006-01-02T15:04:05.999999999Z07:00'

/** Go's time.Time. */
export class GoTime extends GoObject implements Moment {
  override readonly type = timeType
  readonly seconds: bigint
  readonly nanoseconds: number
  readonly zone: TimeZone

  constructor({ seconds, nanoseconds, zone }: Moment) {
    super()
    this.seconds = BigInt.asIntN(64, seconds)
    this.nanoseconds = nanoseconds
    this.zone = zone
  }

  static readonly zero = new GoTime({ seconds: ZERO_SECONDS, nanoseconds: 0, zone: utc })

  override text(): ByteText {
    return this.format(PRINTED)
  }

  /** RFC 3339. Throws FunctionError for a year that has not four digits. */
  override json(): TemplateValue {
    return this.#rfc3339('MarshalJSON', 'json: error calling MarshalJSON for type time.Time: ')
  }

  #rfc3339(method: string, prefix = ''): ByteText {
    const { year } = this.civil()
    if (year >= 0 && year <= 9999) return this.format(RFC3339)
    throw new FunctionError(`${prefix}Time.${method}: year outside of range [0,9999]`, true)
  }

  override equals(other: GoObject): boolean {
    return (
      other instanceof GoTime &&
      this.compare(other) === 0 &&
      other.zone.name === this.zone.name &&
      other.zone.isLocal === this.zone.isLocal
    )
  }

  format(layout: ByteText): ByteText {
    return formatTime(this, layout)
  }

  in(zone: TimeZone): GoTime {
    return new GoTime({ ...this.moment(), zone })
  }

  add(nanoseconds: bigint): GoTime {
    return atNanoseconds(this.#sinceEpoch() + nanoseconds, this.zone)
  }

  /** In nanoseconds; a difference of more than 292 years is the largest that Go's time.Duration holds. */
  since(other: GoTime): bigint {
    const difference = this.#sinceEpoch() - other.#sinceEpoch()
    const limit = 2n ** 63n
    return difference >= limit ? limit - 1n : difference < -limit ? -limit : difference
  }

  compare(other: GoTime): -1 | 0 | 1 {
    const [ours, theirs] = [this.#sinceEpoch(), other.#sinceEpoch()]
    return ours === theirs ? 0 : ours < theirs ? -1 : 1
  }

  civil(): CivilTime {
    return civilTimeOf(this.seconds + BigInt(this.zone.at(this.seconds).offsetSeconds))
  }

  moment(): Moment {
    return { seconds: this.seconds, nanoseconds: this.nanoseconds, zone: this.zone }
  }

  #sinceEpoch(): bigint {
    return this.seconds * SECOND + BigInt(this.nanoseconds)
  }

  override methods(): ReadonlyMap<string, GoMethod> {
    return new Map([...this.#parts(), ...Object.entries({ ...this.#calculations(), ...this.#appending(), ...UNCALLABLE })])
  }

  #parts(): readonly (readonly [string, GoMethod])[] {
    const civil = (part: keyof CivilTime) => () => int(this.civil()[part])
    const results: Readonly<Record<string, () => TemplateValue>> = {
      Year: civil('year'),
      Month: () => new GoMonth(BigInt(this.civil().month)),
      Day: civil('day'),
      Hour: civil('hour'),
      Minute: civil('minute'),
      Second: civil('second'),
      Nanosecond: () => int(this.nanoseconds),
      Weekday: () => new GoWeekday(BigInt(this.civil().weekday)),
      YearDay: civil('yearDay'),
      Unix: () => int64(this.seconds),
      UnixMilli: () => int64(this.#sinceEpoch() / 1_000_000n - (this.#hasRest(1_000_000n) ? 1n : 0n)),
      UnixMicro: () => int64(this.#sinceEpoch() / 1_000n - (this.#hasRest(1_000n) ? 1n : 0n)),
      UnixNano: () => int64(this.#sinceEpoch()),
      IsZero: () => this.seconds === ZERO_SECONDS && this.nanoseconds === 0,
      String: () => this.text(),
      UTC: () => this.in(utc),
      // External Secrets runs where the local zone is UTC; a time alone knows of no other.
      Local: () => this.in(localOf(utc)),
      Location: () => locationOf(this.zone),
      GoString: () => timeGoString(this, this.civil()),
      MarshalJSON: () => listOfBytes(`"${this.#rfc3339('MarshalJSON')}"`),
      MarshalText: () => listOfBytes(this.#rfc3339('MarshalText')),
      MarshalBinary: () => listOfBytes(timeBinary(this)),
      GobEncode: () => listOfBytes(timeBinary(this)),
    }
    return Object.entries(results).map(([name, run]) => [name, { parameters: [], run }])
  }

  /** Division of bigints goes toward zero, Go counts whole units from before. */
  #hasRest(unit: bigint): boolean {
    return this.#sinceEpoch() < 0n && this.#sinceEpoch() % unit !== 0n
  }

  #calculations(): Readonly<Record<string, GoMethod>> {
    const compared = (result: (order: number) => TemplateValue): GoMethod => ({
      parameters: [timeType],
      run: ([other]) => result(this.compare(asTime(other))),
    })
    return {
      Format: { parameters: [types.string], run: ([layout]) => this.format(typeof layout === 'string' ? layout : '') },
      Add: { parameters: [durationType], run: ([duration]) => this.add(nanosecondsOf(duration)) },
      Sub: { parameters: [timeType], run: ([other]) => new GoDuration(this.since(asTime(other))) },
      In: { parameters: [locationType], run: ([location]) => this.in(zoneOf(location)) },
      AddDate: {
        parameters: [types.int, types.int, types.int],
        run: (args) => this.#addDate(args.map((arg) => (arg instanceof GoInt ? Number(arg.value) : 0))),
      },
      Truncate: { parameters: [durationType], run: ([unit]) => this.add(-this.#beyond(nanosecondsOf(unit))) },
      Round: { parameters: [durationType], run: ([unit]) => this.#round(nanosecondsOf(unit)) },
      After: compared((order) => order > 0),
      Before: compared((order) => order < 0),
      Equal: compared((order) => order === 0),
      Compare: compared((order) => int(order)),
    }
  }

  /** What comes behind the bytes that are given. */
  #appending(): Readonly<Record<string, GoMethod>> {
    const appended = (bytes: TemplateValue, more: ByteText): TemplateValue => listOfBytes((bytesOfList(bytes) ?? '') + more)
    return {
      AppendFormat: {
        parameters: [types.bytes, types.string],
        run: ([bytes, layout]) => appended(bytes, this.format(typeof layout === 'string' ? layout : '')),
      },
      AppendText: { parameters: [types.bytes], run: ([bytes]) => appended(bytes, this.#rfc3339('AppendText')) },
      AppendBinary: { parameters: [types.bytes], run: ([bytes]) => appended(bytes, timeBinary(this)) },
    }
  }

  #addDate([years = 0, months = 0, days = 0]: readonly number[]): GoTime {
    const { year, month, day, hour, minute, second } = this.civil()
    return localTime({ year: year + years, month: month + months, day: day + days, hour, minute, second }, this.moment())
  }

  /** What lies beyond the last whole unit since Go's zero time. */
  #beyond(unit: bigint): bigint {
    if (unit <= 0n) return 0n
    const rest = (this.#sinceEpoch() - ZERO_SECONDS * SECOND) % unit
    return rest < 0n ? rest + unit : rest
  }

  #round(unit: bigint): GoTime {
    const beyond = this.#beyond(unit)
    return this.add(2n * beyond < unit || unit <= 0n ? -beyond : unit - beyond)
  }
}

const UNCALLABLE: Readonly<Record<string, GoMethod>> = {
  Zone: uncallable('invalid function signature for Zone: second return value should be error; is int'),
  ISOWeek: uncallable('invalid function signature for ISOWeek: second return value should be error; is int'),
  ZoneBounds: uncallable('invalid function signature for ZoneBounds: second return value should be error; is time.Time'),
  Date: uncallable('function Date has 3 return values; should be 1 or 2'),
  Clock: uncallable('function Clock has 3 return values; should be 1 or 2'),
}

function uncallable(message: string): GoMethod {
  return { parameters: [], uncallable: message, run: () => undefined }
}

function zoneOf(location: TemplateValue): TimeZone {
  if (location instanceof GoLocation) return location.zone
  throw new FunctionError('time: missing Location in call to Time.In', true)
}

/** Go's time.Month; January is 1. */
export class GoMonth extends GoNamedInt {
  override readonly type: GoType = namedType('time.Month', 'int')

  override text(): ByteText {
    return monthNames[Number(this.value) - 1] ?? `%!Month(${this.value})`
  }
}

/** Go's time.Weekday; Sunday is 0. */
export class GoWeekday extends GoNamedInt {
  override readonly type: GoType = namedType('time.Weekday', 'int')

  override text(): ByteText {
    return dayNames[Number(this.value)] ?? `%!Weekday(${this.value})`
  }
}

/** The moment at which clocks of the zone show that (Go, time.Date); parts may lie out of range and count on. */
export function localTime(
  civil: Parameters<typeof secondsOf>[0],
  { zone, nanoseconds }: Pick<Moment, 'zone' | 'nanoseconds'>,
): GoTime {
  const local = secondsOf(civil)
  const first = zone.at(local).offsetSeconds
  const offset = first === 0 ? 0 : zone.at(local - BigInt(first)).offsetSeconds
  return new GoTime({ seconds: local - BigInt(offset), nanoseconds, zone })
}

function atNanoseconds(sinceEpoch: bigint, zone: TimeZone): GoTime {
  const rest = ((sinceEpoch % SECOND) + SECOND) % SECOND
  return new GoTime({ seconds: (sinceEpoch - rest) / SECOND, nanoseconds: Number(rest), zone })
}

function asTime(value: TemplateValue): GoTime {
  return value instanceof GoTime ? value : GoTime.zero
}
