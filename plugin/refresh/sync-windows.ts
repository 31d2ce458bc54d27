import { parseGoDuration } from '../api/go-duration.ts'
import { parseSchedule } from './cron-schedule.ts'

/** `spec.syncWindows`: when a periodic refresh may happen (external-secrets.md 4.3). */
export interface SyncWindows {
  readonly kind: 'allow' | 'deny'
  readonly windows: readonly SyncWindow[]
}

export interface SyncWindow {
  /** A cron expression, as {@link parseSchedule} reads it. */
  readonly schedule: string
  /** A Go duration. */
  readonly duration: string
}

/** deny: blocked while any window is active; allow: unless one is. Times in milliseconds since the epoch. */
export function windowsPermit({ kind, windows }: SyncWindows, now: number): boolean {
  const isAnyActive = windows.some((window) => activeUntil(window, now) !== undefined)
  return kind === 'allow' ? isAnyActive : !isAnyActive
}

/** The first time after `now` at which the answer may be another one; undefined when there is none that could be computed. */
export function windowsMayPermitAt({ kind, windows }: SyncWindows, now: number): number | undefined {
  const times = windows.flatMap((window) => (kind === 'allow' ? (openingAfter(window, now) ?? []) : endingAfter(window, now)))
  return times.length === 0 ? undefined : Math.min(...times)
}

/** Of a window that is active at `now`, its last moment. Schedules and durations that cannot be read are never active. */
function activeUntil({ schedule, duration }: SyncWindow, now: number): number | undefined {
  const next = parseSchedule(schedule)
  const durationMs = parseGoDuration(duration)
  if (!next || durationMs === undefined) return undefined
  const firing = next(now - durationMs - 1_000)
  // The end belongs to the window.
  return firing !== undefined && firing <= now && now <= firing + durationMs ? firing + durationMs : undefined
}

function openingAfter({ schedule }: SyncWindow, now: number): number | undefined {
  return parseSchedule(schedule)?.(now)
}

function endingAfter(window: SyncWindow, now: number): readonly number[] {
  const end = activeUntil(window, now)
  return end === undefined ? [] : [end + 1]
}
