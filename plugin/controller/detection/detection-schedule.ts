import type { ChangeDetector, VersionQuery } from '../../providers/change-detector.ts'
import type { CallPace } from '../../providers/provider.ts'
import type { Telling } from './subscription.ts'

/**
 * One detector a store for everybody who uses it.
 *
 * - Every key is asked for once an interval (the shortest of its watchers'), in phases that follow from identities alone, so that stores and
 *   objects with one interval never come together, also after a restart.
 * - A change is told at least once to every watcher, until that watcher has read the key again and says so by {@link DetectionSchedule.watch};
 *   across restarts too.
 * - What a detector cannot tell is told as `must-read`, once an interval. Every key is told as `sweep` once in a long period.
 * - An outage is never a change; a secret that is gone is one only when it was found gone twice.
 */
export interface DetectionSchedule {
  /**
   * Replaces what `watcher` watches. To be called when it is first seen, after every read of its keys (successful or not: with what was read),
   * and when its keys or its interval change.
   */
  watch(watcher: string, keys: readonly WatchedKey[]): void
  /** The object is gone, or never refreshed by interval. */
  unwatch(watcher: string): void
  /** Somebody says that this key may have changed (an event, a person): it is asked for now, and a change is told as usual. */
  check(storeIdentity: string, key: string): void
  /** Whether a store that it watches has not answered more than once in a row: nobody knows what changed there since. */
  isAway(watcher: string): boolean
  /** When what it watches is looked at next; undefined for who watches nothing. */
  nextLook(watcher: string): NextLook | undefined
  /** Works until `signal` is aborted; resolves when rounds under way have ended, detectors are closed and state is written. */
  run(signal: AbortSignal): Promise<void>
  /** For metrics, dashboard and `doctor`. */
  stores(): readonly StoreDetection[]
}

export interface NextLook {
  /** Milliseconds since the epoch; undefined before it is known how its stores are asked. */
  readonly atMs: number | undefined
  /** Its stores tell of all changes by themselves as long as this is so. */
  readonly isTold: boolean
}

/** A key that somebody uses. */
export interface WatchedKey {
  readonly store: WatchedStore
  readonly query: VersionQuery
  /** How often it is to be asked for, in milliseconds; above 0. */
  readonly intervalMs: number
  /**
   * The last read of it that reached the watcher's Secret; a failed read says nothing. Absent after a restart: then what was persisted counts, and
   * a key of which nothing was persisted is told as `unseen`.
   */
  readonly read?: KeyRead | undefined
}

export interface KeyRead {
  /** {@link FetchedSecret.version}; undefined when there was no such secret. */
  readonly version: string | undefined
  /** When the read began, in milliseconds since the epoch. */
  readonly atMs: number
}

/** A store as it is resolved: configuration and credentials. */
export interface WatchedStore {
  /** Equal for stores that read the same with the same rights. State of earlier processes is found under it, so it must survive a restart. */
  readonly identity: string
  /** `SecretStore default/aws`, for logs and metrics. */
  readonly name: string
  /** `spec.provider.<id>`: decides the quota. */
  readonly provider: string
  /**
   * Makes its detector; called at the first round, and again after it failed or was refused. `undefined` where the provider has none: every key is
   * `must-read`. `pace` goes into {@link OpenContext}. Throws SecretError.
   *
   * @param notBeforeMs credentials that were looked up before do not count, in milliseconds since the epoch
   */
  open(pace: CallPace, notBeforeMs?: number): Promise<ChangeDetector | undefined>
}

export type ChangeReason =
  /** Another version than the watcher has. */
  | 'changed'
  /** It was there, and is not any more. */
  | 'absent'
  /** Nothing is known of what the watcher has: state was lost, or is new. */
  | 'unseen'
  /** The detector cannot tell: the interval is over. */
  | 'must-read'
  /** Somebody says that it may have changed, and the detector cannot tell. */
  | 'said'
  /** The long period is over. */
  | 'sweep'

/** What a watcher should read again. */
export interface Change {
  readonly store: WatchedStore
  readonly query: VersionQuery
  readonly reason: ChangeReason
  /** The version that was seen; undefined for `absent`, `must-read`, `said` and `sweep`. */
  readonly version: string | undefined
  /** When it changed, by the provider's own clock, in milliseconds since the epoch: of a `changed` whose provider tells. */
  readonly changedAtMs?: number | undefined
  /** Who has to read it, in no order. */
  readonly watchers: readonly string[]
}

/** Told all changes of a round together. Must not throw. */
export type OnChanges = (changes: readonly Change[]) => void

/** Told of a store whose changes come to be known in another way from now on. Must not throw. */
export type OnTelling = (store: WatchedStore) => void

/** What is known of one store. */
export interface StoreDetection {
  readonly identity: string
  readonly name: string
  readonly provider: string
  readonly keys: number
  /** Keys that only reading tells. */
  readonly unknownKeys: number
  /** Watchers that were told and have not read yet, counted once a key. */
  readonly pending: number
  /** Calls to the provider since the start, logins included. */
  readonly calls: number
  /** Calls that it may make. */
  readonly callsPerSecond: number
  /** Rounds in a row that failed. */
  readonly failures: number
  /** How its changes come to be known. */
  readonly telling: Telling
  /** Milliseconds since the epoch; undefined before the first. */
  readonly lastRoundAtMs: number | undefined
  readonly nextRoundAtMs: number | undefined
}
