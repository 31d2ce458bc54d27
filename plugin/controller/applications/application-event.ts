import type { Held, Refreshed, RefreshWish } from './refresh-wish.ts'

/** What is told of an Application, where its users see it. */
export interface ApplicationEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

/** It waits for a sync window. */
export function heldEvent({ wishes }: Held): ApplicationEvent {
  const message = `to be rendered again for ${keysOf(wishes)}, once its sync windows let it be synced`
  return { type: 'Normal', reason: 'SyncWindowClosed', message }
}

const BROKEN = 'broken as it was before: it is rendered once more as soon as it can be compared'

/** What came of a refresh. */
export function refreshedEvent({ outcome, wishes, problem }: Refreshed): ApplicationEvent {
  const why = keysOf(wishes)
  const detail = problem === undefined ? outcome : `${outcome}: ${problem}`
  switch (outcome) {
    case 'synced':
      return { type: 'Normal', reason: 'SecretsRefreshed', message: `rendered again for ${why}, and synced` }
    case 'out-of-sync':
      return { type: 'Warning', reason: 'SyncNeeded', message: `rendered again for ${why}; it does not sync by itself` }
    case 'no-sync-began':
      return { type: 'Warning', reason: 'NoSyncBegan', message: `rendered again for ${why}; Argo CD has begun no sync of it yet` }
    case 'was-broken':
      return { type: 'Warning', reason: 'RefreshFailed', message: `rendered again for ${why}, and ${BROKEN}` }
    case 'windows-unknown':
      return { type: 'Warning', reason: 'SyncWindowsUnknown', message: `not rendered again for ${why}: ${problem ?? outcome}` }
    case 'refused':
    case 'not-asked':
    case 'skip-reconcile':
      return { type: 'Warning', reason: 'RefreshFailed', message: `not rendered again for ${why}: ${problem ?? outcome}` }
    default:
      return { type: 'Warning', reason: 'RefreshFailed', message: `rendered again for ${why}: ${detail}` }
  }
}

function keysOf(wishes: readonly RefreshWish[]): string {
  const stores = [...new Set(wishes.map(({ store }) => store))].join(', ')
  return `${wishes.length} ${wishes.length === 1 ? 'key' : 'keys'} of ${stores}`
}
