/** The layouts that go-yaml tries: date only, RFC 3339 with short fields, and with a space and no zone. */
const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d{2}):(\d{2})))|(?: +(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?))?$/

/** Whether go-yaml takes a text for a point in time. */
export function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text)
  if (!match) return false
  const [year = 0, month = 0, day = 0, ...time] = match.slice(1).map((digits) => Number(digits ?? 0))
  const [hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0, spacedHour = 0, spacedMinute = 0, spacedSecond = 0] =
    time
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false
  if (hour > 23 || minute > 59 || second > 59 || spacedHour > 23 || spacedMinute > 59 || spacedSecond > 59) return false
  return zoneHour <= 24 && zoneMinute <= 60
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
