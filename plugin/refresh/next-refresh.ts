import { turnAfter } from './phase.ts'
import type { RefreshInput } from './refresh-checks.ts'
import { windowsMayPermitAt, windowsPermit } from './sync-windows.ts'

/**
 * When time alone may make the object due again; undefined when only a change can: with an interval of 0, and under CreatedOnce and OnChange,
 * where ESO polls every few minutes (external-secrets.md 4.5) and our watches make that needless.
 */
export function nextRefreshAt(
  input: Pick<RefreshInput, 'uid' | 'policy' | 'intervalMs' | 'syncWindows' | 'lastRefreshAt' | 'now'>,
): number | undefined {
  const { uid, policy, intervalMs, syncWindows, lastRefreshAt, now } = input
  if (policy !== 'Periodic' || intervalMs <= 0) return undefined
  const turn = turnAfter(Math.min(lastRefreshAt ?? now, now), uid, intervalMs)
  if (turn > now) return turn
  if (!syncWindows || windowsPermit(syncWindows, now)) return now
  return windowsMayPermitAt(syncWindows, now)
}
