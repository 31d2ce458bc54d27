import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { isActive } from './is-active.ts'
import { matchesWindow, type WindowTarget } from './matches-window.ts'
import { permitsSync, type SyncedBy } from './permits-sync.ts'
import type { SyncWindow } from './sync-window.ts'

/**
 * Whether these windows, all that the project of an Application has, let it be synced at `now`. A window of it that cannot be read throws SecretError
 * InvalidSpec: Argo CD syncs nothing then either.
 */
export function mayBeSynced(windows: readonly SyncWindow[], target: WindowTarget, by: SyncedBy, now: number): boolean {
  const states = windows
    .filter((window) => matchesWindow(window, target))
    .map((window) => ({
      kind: window.kind,
      manualSync: window.manualSync,
      isActive: isActive(window, now) ?? unreadable(window),
    }))
  return permitsSync(states, by)
}

function unreadable({ schedule, duration }: SyncWindow): never {
  throw new SecretError(
    'InvalidSpec',
    `a sync window cannot be read, of the schedule ${quoteName(schedule)} and the duration ${quoteName(duration)}`,
    { remedy: 'give five fields of cron and a duration like 1h30m; a zone belongs into timeZone' },
  )
}
