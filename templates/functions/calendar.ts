/** A day of the proleptic Gregorian calendar and the time of day, without a zone. */
export interface CivilTime {
  readonly year: number
  /** From 1. */
  readonly month: number
  readonly day: number
  /** From 1. */
  readonly yearDay: number
  /** Sunday is 0. */
  readonly weekday: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const DAY_SECONDS = 86_400n
const ERA_DAYS = 146_097n
const ERA_YEARS = 400
/** Go counts from the 1st of March of this year, in 64 bits without a sign: moments before it come out after the last one. */
const FIRST_YEAR = -292_277_022_400n
const FIRST_SECOND = (FIRST_YEAR / 400n) * ERA_DAYS * DAY_SECONDS - 719_468n * DAY_SECONDS

/** Of seconds since the epoch, of any size that 64 bits hold (Go, time.Time). */
export function civilTimeOf(seconds: bigint): CivilTime {
  const absolute = BigInt.asUintN(64, seconds - FIRST_SECOND)
  const days = absolute / DAY_SECONDS
  const inDay = Number(absolute % DAY_SECONDS)
  const inEra = Number(days % ERA_DAYS)
  const yearInEra = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  )
  const sinceMarch = inEra - (365 * yearInEra + Math.floor(yearInEra / 4) - Math.floor(yearInEra / 100))
  const monthSinceMarch = Math.floor((5 * sinceMarch + 2) / 153)
  const month = monthSinceMarch < 10 ? monthSinceMarch + 3 : monthSinceMarch - 9
  const year = Number(FIRST_YEAR) + Number(days / ERA_DAYS) * ERA_YEARS + yearInEra + (month <= 2 ? 1 : 0)
  return {
    year,
    month,
    day: sinceMarch - Math.floor((153 * monthSinceMarch + 2) / 5) + 1,
    yearDay: month <= 2 ? sinceMarch - 305 : sinceMarch + 60 + (isLeapYear(year) ? 1 : 0),
    weekday: Number((days + 3n) % 7n),
    hour: Math.floor(inDay / 3600),
    minute: Math.floor(inDay / 60) % 60,
    second: inDay % 60,
  }
}

export type DateAndTime = Pick<CivilTime, 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'>

/** Seconds since the epoch. Month and day may lie outside of the year and the month, and count on then (Go, time.Date). */
export function secondsOf({ year, month, day, hour, minute, second }: DateAndTime): bigint {
  const monthIndex = month - 1
  const carried = year + Math.floor(monthIndex / 12)
  const inYear = monthIndex - Math.floor(monthIndex / 12) * 12
  const shifted = BigInt(inYear < 2 ? carried - 1 : carried)
  const era = (shifted >= 0n ? shifted : shifted - 399n) / 400n
  const yearInEra = shifted - era * 400n
  const sinceMarch = BigInt(Math.floor((153 * ((inYear + 10) % 12) + 2) / 5) + day - 1)
  const days = era * ERA_DAYS + yearInEra * 365n + yearInEra / 4n - yearInEra / 100n + sinceMarch - 719_468n
  return BigInt.asIntN(64, days * DAY_SECONDS + BigInt(hour * 3600 + minute * 60 + second))
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** `month` is from 1. */
export function daysOfMonth(month: number, year: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
