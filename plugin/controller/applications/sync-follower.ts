import type { Clock } from '../../model/clock.ts'
import type { SyncedBy } from '../sync-windows/permits-sync.ts'
import type { ApplicationResource, ApplicationView, Operation } from './application-view.ts'
import type { Applications, SyncWish } from './applications.ts'
import { isLeft } from './changed-resources.ts'
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

/** After the refresh, in milliseconds; longer only while a self-heal may still begin. */
const LOOKS_MS = [1_000, 2_000, 3_000, 5_000, 9_000, 15_000, 25_000, 30_000, 30_000]
const FURTHER_LOOK_MS = 30_000
/** A self-heal begins with the refresh that finds a difference, or so soon after its back-off. */
const BEGINS_WITHIN_MS = 10_000
/** After the last operation, three times as long with each heal of one revision (argocd.md 5.1: Argo CD's defaults). */
const FIRST_BACK_OFF_MS = 2_000
const MOST_BACK_OFF_MS = 300_000

export interface RefreshedViews {
  readonly before: ApplicationView
  readonly after: ApplicationView
  /** Of what is out of sync what we have put there. */
  readonly changed: readonly ApplicationResource[]
  readonly usesHook: boolean
}

/** Looks until what was rendered is applied, and sees to it where Argo CD does not and we may. Rejects with SecretError when Argo CD cannot be asked. */
export async function followSync(
  { applications, policy, clock }: SyncFollowerTools,
  { before, after, changed, usesHook }: RefreshedViews,
  signal: AbortSignal,
): Promise<RefreshOutcome> {
  const asks = after.syncs !== 'always' || usesHook
  if (asks) {
    if (after.syncStatus === 'Synced' && !usesHook) return 'synced'
    const wish = syncWish(policy, after, changed, usesHook)
    if (!wish || !applications.sync) return 'out-of-sync'
    const idle = await whenIdle({ applications, clock }, after, signal)
    if (!idle) return 'gone'
    if (idle !== after && !usesHook && isApplied(idle, changed)) return 'synced'
    await applications.sync(after, wish, signal)
  }
  const overdueOf = ({ operation }: ApplicationView): number =>
    clock.monotonic() + backOffMs(operation, clock.now()) + BEGINS_WITHIN_MS
  let overdueAtMs = overdueOf(after)
  let view = after
  for (let look = 0; ; look++) {
    // A hook that fails leaves everything else synced.
    if (isApplied(view, changed) && (view !== after || !asks) && !(usesHook && hasFailed(view))) return 'synced'
    const mayBegin = !usesHook && isLeft(changed, view) && isBeforeItsHeal(view, before)
    if (mayBegin && clock.monotonic() >= overdueAtMs) return 'no-sync-began'
    const waitMs = LOOKS_MS[look] ?? (mayBegin ? FURTHER_LOOK_MS : undefined)
    if (waitMs === undefined) return hasFailed(view) ? 'sync-failed' : 'not-synced-in-time'
    await clock.sleep(waitMs, signal)
    const now = await applications.read(after, signal)
    if (!now) return 'gone'
    // The one that ran when it was rendered has ended: from now on the next one may begin.
    if (view.operation.phase === 'Running' && now.operation.phase !== 'Running') overdueAtMs = overdueOf(now)
    // Its heal has begun, perhaps late: it has as long as one that began at once.
    if (mayBegin && now.operation.phase === 'Running') look = -1
    view = now
  }
}

/** Argo CD begins no operation while another one runs, and refuses to be asked (argo-cd v3.6, SetAppOperation): that is waited for, as long as for a sync. */
async function whenIdle(
  { applications, clock }: Pick<SyncFollowerTools, 'applications' | 'clock'>,
  after: ApplicationView,
  signal: AbortSignal,
): Promise<ApplicationView | undefined> {
  let view: ApplicationView | undefined = after
  for (const waitMs of LOOKS_MS) {
    if (view?.operation.phase !== 'Running') return view
    await clock.sleep(waitMs, signal)
    view = await applications.read(after, signal)
  }
  return view
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

function isApplied(view: ApplicationView, changed: readonly ApplicationResource[]): boolean {
  if (view.operation.phase === 'Running') return false
  if (view.syncStatus === 'Synced') return true
  return view.syncs !== 'always' && changed.length > 0 && !isLeft(changed, view)
}

/** How long Argo CD still waits before it heals. */
function backOffMs({ finishedAtMs, heals }: Operation, nowMs: number): number {
  if (finishedAtMs === undefined || heals === 0) return 0
  const delayMs = Math.min(MOST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 3 ** (heals - 1))
  return Math.min(MOST_BACK_OFF_MS, Math.max(0, finishedAtMs + delayMs - nowMs))
}

/** It heals itself, and no operation has begun since. After one that failed none will. */
function isBeforeItsHeal(view: ApplicationView, before: ApplicationView): boolean {
  const { phase, startedAt } = view.operation
  return view.syncs === 'always' && phase !== 'Running' && !hasFailed(view) && startedAt === before.operation.startedAt
}

function hasFailed({ operation }: ApplicationView): boolean {
  return ['Failed', 'Error'].includes(operation.phase)
}
