import { type ByteText, byteTextOf } from '../byte-text.ts'
import type { CivilTime } from './calendar.ts'
import type { Moment } from './format-time.ts'
import { timeQuote } from './go-time-quote.ts'
import { monthNames } from './time-names.ts'
import type { TimeZone } from './time-zone.ts'

/** From the year 1, where Go's times begin, to the epoch. */
const SECONDS_TO_EPOCH = 62_135_596_800n

/** The time as Go source text (time.Time.GoString). */
export function timeGoString(time: Moment, { year, month, day, hour, minute, second }: CivilTime): ByteText {
  const parts = [year, `time.${monthNames[month - 1]}`, day, hour, minute, second, time.nanoseconds, zoneGoString(time.zone)]
  return `time.Date(${parts.join(', ')})`
}

function zoneGoString({ name, isLocal }: TimeZone): ByteText {
  if (isLocal) return 'time.Local'
  return name === 'UTC' ? 'time.UTC' : `time.Location(${timeQuote(byteTextOf(name))})`
}

/**
 * Go's own binary form (time.Time.MarshalBinary): version, seconds since the year 1, nanoseconds, the zone's offset in minutes (-1: UTC), and the
 * seconds of an offset that is no whole number of minutes, which makes it version 2.
 */
export function timeBinary({ seconds, nanoseconds, zone }: Moment): ByteText {
  const offset = zone.name === 'UTC' && !zone.isLocal ? -60 : zone.at(seconds).offsetSeconds
  const rest = offset % 60
  const bytes = Buffer.alloc(15)
  bytes[0] = rest === 0 ? 1 : 2
  bytes.writeBigInt64BE(BigInt.asIntN(64, seconds + SECONDS_TO_EPOCH), 1)
  bytes.writeInt32BE(nanoseconds, 9)
  bytes.writeInt16BE(Math.trunc(offset / 60), 13)
  return bytes.toString('latin1') + (rest === 0 ? '' : String.fromCharCode(rest & 0xff))
}
