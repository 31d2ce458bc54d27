import type { Clock } from '../../model/clock.ts'
import type { SyncedBy } from '../sync-windows/permits-sync.ts'
import { type ApplicationResource, type ApplicationView, applicationId } from './application-view.ts'
import type { Applications, SyncWish } from './applications.ts'
import type { RefreshOutcome } from './refresh-wish.ts'

/** Which Applications may be synced by us after a refresh: none, those that sync new revisions by themselves, or all. */
export type SyncPermission = 'never' | 'automated' | 'all'

export interface SyncPolicy {
  readonly sync: SyncPermission
  /** Whether an Application may be synced as a whole because a hook uses the value (argocd.md 5.2). */
  readonly hooks: boolean
}

/** Who applies what a refresh changes: Argo CD by itself or we, or somebody who syncs it by hand. */
export function syncedBy(policy: SyncPolicy, { syncs }: Pick<ApplicationView, 'syncs'>): SyncedBy {
  return syncs === 'always' || maySyncAtAll(policy, syncs) ? 'automation' : 'people'
}

function maySyncAtAll({ sync }: SyncPolicy, syncs: ApplicationView['syncs']): boolean {
  return sync === 'all' || (sync === 'automated' && syncs !== 'by-hand')
}

export interface SyncFollowerTools {
  readonly applications: Applications
  readonly policy: SyncPolicy
  readonly clock: Clock
}

/** After the refresh, in milliseconds: a self-heal begins at once, and again after 2 s, 6 s, 18 s… when it failed (argocd.md 5.1). */
const LOOKS_MS = [1_000, 2_000, 3_000, 5_000, 9_000, 15_000, 25_000, 30_000, 30_000]

export interface RefreshedViews {
  readonly before: ApplicationView
  readonly after: ApplicationView
  readonly usesHook: boolean
}

/** Looks until what was rendered is applied, and sees to it where Argo CD does not and we may. Rejects with SecretError when Argo CD cannot be asked. */
export async function followSync(
  { applications, policy, clock }: SyncFollowerTools,
  { before, after, usesHook }: RefreshedViews,
  signal: AbortSignal,
): Promise<RefreshOutcome> {
  const changed = newlyOutOfSync(before, after)
  if (after.syncs !== 'always' || usesHook) {
    if (after.syncStatus === 'Synced' && !usesHook) return 'synced'
    const wish = syncWish(policy, after, changed, usesHook)
    if (!wish || !applications.sync) return 'out-of-sync'
    await applications.sync(after, wish, signal)
  }
  let view = after
  for (const waitMs of LOOKS_MS) {
    if (isApplied(view, changed) && (view !== after || after.syncs === 'always')) return 'synced'
    await clock.sleep(waitMs, signal)
    const now = await applications.read(after, signal)
    if (!now) return 'gone'
    view = now
  }
  if (isApplied(view, changed)) return 'synced'
  return ['Failed', 'Error'].includes(view.operationPhase) ? 'sync-failed' : 'not-synced-in-time'
}

function syncWish(
  policy: SyncPolicy,
  { syncs }: ApplicationView,
  changed: readonly ApplicationResource[],
  usesHook: boolean,
): SyncWish | undefined {
  const mayAtAll = maySyncAtAll(policy, syncs)
  // An Application that heals itself needs no permission but for its hooks.
  if (usesHook) return policy.hooks && (mayAtAll || syncs === 'always') ? { kind: 'everything' } : undefined
  return mayAtAll && changed.length > 0 ? { kind: 'resources', resources: changed } : undefined
}

/** What the refresh changed: what was out of sync before is not ours to sync. */
function newlyOutOfSync(before: ApplicationView, after: ApplicationView): readonly ApplicationResource[] {
  const known = new Set(before.outOfSync.map(resourceId))
  return after.outOfSync.filter((resource) => !known.has(resourceId(resource)))
}

function isApplied(view: ApplicationView, changed: readonly ApplicationResource[]): boolean {
  if (view.operationPhase === 'Running') return false
  if (view.syncStatus === 'Synced') return true
  const left = new Set(view.outOfSync.map(resourceId))
  return view.syncs !== 'always' && changed.length > 0 && changed.every((resource) => !left.has(resourceId(resource)))
}

function resourceId({ group, kind, namespace, name }: ApplicationResource): string {
  return `${group}/${kind} ${applicationId({ namespace, name })}`
}
