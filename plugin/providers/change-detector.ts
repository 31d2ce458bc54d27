import type { SecretError } from '../model/secret-error.ts'

/** A key whose current version is asked for. `version` as its author wrote it: a stage, an alias, or nothing for the latest. */
export interface VersionQuery {
  readonly key: string
  readonly version?: string | undefined
  /** Whether metadata (tags, labels) is what is read: its changes count too. */
  readonly metadata?: true
}

export type VersionOutcome =
  /** Equal texts mean that nothing changed. Not a value, nor anything from which one could be guessed. */
  | {
      readonly state: 'version'
      readonly version: string
      /**
       * When it was last changed, by the backend's clock, in milliseconds since the epoch, where the backend tells: never later than the change, but
       * for what changed about the secret since (its tags). Where versions cannot be compared with those of reads, it stands in for that.
       */
      readonly changedAtMs?: number | undefined
      /** Told by a listing, which may be late by {@link ChangeDetector.lagMs}; everything else is as it is now. */
      readonly isListed?: true
    }
  /** There is no such secret at the moment. */
  | { readonly state: 'absent' }
  /** This key cannot be told without reading its value, or may not be: read it. */
  | { readonly state: 'unknown' }
  | { readonly state: 'failed'; readonly error: SecretError }

/**
 * "Which versions are current?" without values, in as few calls as the backend allows, with less rights than reading needs.
 *
 * - Gives one outcome a query, in the order of `queries`, which are distinct; a query that fails never fails its neighbours.
 * - Rejects only when nothing can be asked at all: the login failed, the backend is away.
 * - A version that it gives is the {@link FetchedSecret.version} that a read would have given at that moment, or `comparable` is false.
 * - A right that is missing makes `unknown`, and is said once in the log: who may read but not look still gets news, by reading.
 * - Stops within 100 ms once `signal` is aborted.
 */
export interface ChangeDetector {
  versions(queries: readonly VersionQuery[], signal: AbortSignal): Promise<readonly VersionOutcome[]>
  /** How late a change may be told at most, in milliseconds: what the backend's listing lags behind (limits-and-threats.md 1.5). */
  readonly lagMs: number
  /** Whether its versions of values can be compared with those of reads; otherwise, and for metadata, only with its own earlier ones. */
  readonly comparable: boolean
  /** How many queries are best asked together: what one call answers for, `Infinity` where one listing does for all. */
  readonly batchSize: number
  /**
   * Has the backend tell of changes by itself, where it can, until `signal` is aborted; resolves then. One at a time.
   *
   * - Told are all keys that have changed since the last version that `versions` gave of them, also while no connection was there.
   * - While it is live, `versions` answers out of what was told, and costs no call; otherwise it asks, as without this.
   * - An outage of the backend ends nothing: it is live again by itself once that is over.
   * - Rejects with SecretError when it will not do by itself: a right is missing (the message says which), the login failed.
   */
  subscribe?(listener: ChangeListener, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Whom a subscription tells. Neither may throw. */
export interface ChangeListener {
  /** These may have changed, and whoever asks for them learns it; keys that nobody asked for are among them. */
  onKeys(keys: readonly string[]): void
  /** Whether the backend tells everything from now on. Not live before the first call. */
  onLive(isLive: boolean): void
}
