import { type ChangeStart, earlierStart } from '../../model/change-start.ts'
import type { ApplicationRef } from './application-view.ts'

/** Why an Application is to be rendered again. */
export type RefreshCause = 'changed' | 'event' | 'interval' | 'by-hand'

/** One Application that is to be rendered again, because of one key. */
export interface RefreshWish {
  readonly application: ApplicationRef
  readonly store: string
  readonly key: string
  /** Of the key, as far as is known. */
  readonly version: string | undefined
  readonly cause: RefreshCause
  /** When it was noticed, in milliseconds since the epoch. */
  readonly noticedAtMs: number
  /** Of a change: since when it is on its way. */
  readonly start?: ChangeStart | undefined
  /** A hook uses the key. */
  readonly isHook: boolean
}

/** Two wishes for one key of an Application, of which neither has come true: the newest version, and as old as the older. */
export function joinWishes(older: RefreshWish, newer: RefreshWish): RefreshWish {
  const start = earlierStart(older.start, newer.start)
  return {
    ...newer,
    noticedAtMs: Math.min(older.noticedAtMs, newer.noticedAtMs),
    isHook: older.isHook || newer.isHook,
    ...(start && { start }),
  }
}

/** What came of one refresh, all wishes for the Application together. */
export interface Refreshed {
  readonly application: ApplicationRef
  readonly uid: string
  readonly wishes: readonly RefreshWish[]
  readonly outcome: RefreshOutcome
  /** Since when the first of the changes was on its way; undefined where only an interval was over. */
  readonly start: ChangeStart | undefined
  /** Where it is an error with a remedy: both. */
  readonly problem?: string | undefined
}

/** One that waits until its sync windows let it be synced. */
export type Held = Pick<Refreshed, 'application' | 'uid' | 'wishes'>

export type RefreshOutcome =
  /** What is applied is what was rendered. */
  | 'synced'
  /** Rendered; it has to be synced by somebody who may. */
  | 'out-of-sync'
  /** Rendered and differing, but Argo CD, who heals it, has begun no sync. */
  | 'no-sync-began'
  /** Rendered and differing, but still not synced when it was looked at last. */
  | 'not-synced-in-time'
  /** The sync failed. */
  | 'sync-failed'
  /** The render or the comparison failed. */
  | 'comparison-error'
  /** It could not be rendered or compared before either. */
  | 'was-broken'
  /** Argo CD could not be asked. */
  | 'not-asked'
  /** It may not be asked about this one. */
  | 'refused'
  /** It cannot be told whether its sync windows let it be synced. */
  | 'windows-unknown'
  | 'skip-reconcile'
  | 'gone'
