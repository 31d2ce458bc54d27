import { turnAfter } from './phase.ts'
import { type SyncWindows, windowsPermit } from './sync-windows.ts'

/** All that the decision depends on. Times in milliseconds since the epoch. */
export interface RefreshInput {
  readonly uid: string
  readonly policy: 'CreatedOnce' | 'Periodic' | 'OnChange'
  readonly intervalMs: number
  readonly syncWindows: SyncWindows | undefined
  /** `status.refreshTime`, or later: when values were last read or known to be unchanged. */
  readonly lastRefreshAt: number | undefined
  /** `status.syncedResourceVersion`. */
  readonly syncedVersion: string | undefined
  /** Of the object as it is now: any edit of spec, labels or annotations changes it, `external-secrets.io/force-sync` included. */
  readonly currentVersion: string
  /** Whether the target is as it was written (external-secrets.md 4.4). */
  readonly targetIsIntact: boolean
  /** Whether a detector has seen another version of one of its keys than was read. */
  readonly providerChanged: boolean
  readonly now: number
}

export type RefreshReason =
  | 'TargetDrifted'
  | 'RefreshDisabled'
  | 'NeverSynced'
  | 'CreatedOnce'
  | 'SpecChanged'
  | 'OnChange'
  | 'ClockWentBack'
  | 'UpToDate'
  | 'OutsideSyncWindow'
  | 'ProviderChanged'
  | 'IntervalElapsed'

export interface Verdict {
  readonly due: boolean
  readonly reason: RefreshReason
}

/** Decides, or leaves it to the next. Pure: time comes in with the input. */
export type RefreshCheck = (input: RefreshInput) => Verdict | undefined

/** Outranks every policy (external-secrets.md 9, 2). */
const targetDrifted: RefreshCheck = ({ targetIsIntact }) => (targetIsIntact ? undefined : due('TargetDrifted'))

/** Before the test of the version: such an object ignores changes of its spec (external-secrets.md 9, 1). */
const refreshIsDisabled: RefreshCheck = ({ policy, intervalMs, syncedVersion }) =>
  policy === 'Periodic' && intervalMs <= 0 && syncedVersion !== undefined ? notDue('RefreshDisabled') : undefined

const neverSynced: RefreshCheck = ({ syncedVersion, lastRefreshAt }) =>
  syncedVersion === undefined || lastRefreshAt === undefined ? due('NeverSynced') : undefined

const createdOnce: RefreshCheck = ({ policy }) => (policy === 'CreatedOnce' ? notDue('CreatedOnce') : undefined)

const specChanged: RefreshCheck = ({ syncedVersion, currentVersion }) =>
  syncedVersion === currentVersion ? undefined : due('SpecChanged')

const onChange: RefreshCheck = ({ policy }) => (policy === 'OnChange' ? notDue('OnChange') : undefined)

const clockWentBack: RefreshCheck = ({ lastRefreshAt = 0, now }) => (lastRefreshAt > now ? due('ClockWentBack') : undefined)

/** Periodic alone is left. Its turn comes at the object's own phase, at the latest an interval after the last refresh. */
const upToDate: RefreshCheck = (input) => (input.providerChanged || isItsTurn(input) ? undefined : notDue('UpToDate'))

/** Windows gate what time brings about, and what a detector saw in place of it. */
const outsideSyncWindow: RefreshCheck = ({ syncWindows, now }) =>
  syncWindows && !windowsPermit(syncWindows, now) ? notDue('OutsideSyncWindow') : undefined

const providerHasChanged: RefreshCheck = ({ providerChanged }) => (providerChanged ? due('ProviderChanged') : undefined)

const intervalElapsed: RefreshCheck = () => due('IntervalElapsed')

/** In this order; the first that decides wins (external-secrets.md 4.3, 4.4). */
export const refreshChecks: readonly RefreshCheck[] = [
  targetDrifted,
  refreshIsDisabled,
  neverSynced,
  createdOnce,
  specChanged,
  onChange,
  clockWentBack,
  upToDate,
  outsideSyncWindow,
  providerHasChanged,
  intervalElapsed,
]

export function refreshVerdict(input: RefreshInput, checks: readonly RefreshCheck[] = refreshChecks): Verdict {
  for (const check of checks) {
    const verdict = check(input)
    if (verdict) return verdict
  }
  return notDue('UpToDate')
}

function isItsTurn({ uid, intervalMs, lastRefreshAt = 0, now }: RefreshInput): boolean {
  return now >= turnAfter(lastRefreshAt, uid, intervalMs)
}

function due(reason: RefreshReason): Verdict {
  return { due: true, reason }
}

function notDue(reason: RefreshReason): Verdict {
  return { due: false, reason }
}
