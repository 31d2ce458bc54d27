const UTC_MS = 0

/** How far a time zone is before UTC at `at`, in milliseconds; what Go's time.LoadLocation does not find is UTC, as Argo CD takes it. */
export function zoneOffsetMs(zone: string, at: number): number {
  // Go knows no offset for a name.
  if (zone === '' || /^[+-]/.test(zone)) return UTC_MS
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    return UTC_MS
  }
  const known = format.resolvedOptions().timeZone
  // To Go the case matters.
  if (known !== zone && known.toLowerCase() === zone.toLowerCase()) return UTC_MS
  const text = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes, seconds = '0'] = /^GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(text) ?? []
  if (sign === undefined) return UTC_MS
  const aheadMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000
  return sign === '-' ? -aheadMs : aheadMs
}
