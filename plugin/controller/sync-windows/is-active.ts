import { parseGoDuration } from '../../api/go-duration.ts'
import { parseSchedule } from '../../refresh/cron-schedule.ts'
import type { SyncWindow } from './sync-window.ts'
import { zoneOffsetMs } from './zone-offset.ts'

/** Argo CD's parser takes five fields, and neither `@daily` nor `@every 1h`. A zone in the schedule is taken by it and not by us: `timeZone` is for that. */
const NOT_FIELDS = /^(?:@|TZ=|CRON_TZ=)/

/**
 * Whether the window is open at `now`, milliseconds since the epoch; undefined when schedule or duration cannot be read. Neither its first nor its
 * last moment belongs to it. The zone's clock is the one of now, so that the hour that a zone loses or wins does not move a window that is open.
 */
export function isActive(
  { schedule, duration, timeZone }: Pick<SyncWindow, 'schedule' | 'duration' | 'timeZone'>,
  now: number,
): boolean | undefined {
  const next = NOT_FIELDS.test(schedule) ? undefined : parseSchedule(schedule)
  const durationMs = parseGoDuration(duration)
  if (!next || durationMs === undefined) return undefined
  const there = now + zoneOffsetMs(timeZone, now)
  const firing = next(there - durationMs)
  // Go's zero time is what Argo CD gets of a schedule that never fires, and that is long ago.
  return firing === undefined || firing < there
}
