/** All that the pages show, at one moment: names, versions, times and reasons. Times are milliseconds since the epoch. */
export interface DashboardView {
  readonly at: number
  readonly stores: readonly StoreRow[]
  readonly secrets: readonly SecretRow[]
  readonly applications: readonly ApplicationRow[]
  /** What an administrator has paused: `all`, `project team-a`, `store SecretStore shop/aws`. */
  readonly pauses: readonly string[]
}

export interface StoreRow {
  /** `SecretStore shop/aws`. */
  readonly name: string
  /** `spec.provider.<id>`. */
  readonly provider: string
  readonly health: 'ready' | 'not ready' | 'unknown'
  /** The condition's reason, or why its changes cannot be noticed. */
  readonly reason: string
  /** ExternalSecrets or Applications that read it. */
  readonly users: number
  readonly checkedAt: number | undefined
  readonly nextCheckAt: number | undefined
}

/** An ExternalSecret of the cluster, or one that a render of an Application had. */
export interface SecretRow {
  readonly namespace: string
  readonly name: string
  /** The Secret that it makes; another object with its kind before the name. */
  readonly target: string
  readonly state: 'synced' | 'failed' | 'stale' | 'pending'
  /** Something stands in for values that do not exist; the reason says what. */
  readonly isPartial: boolean
  /** The condition's message, or why it is stale. */
  readonly reason: string
  readonly sources: readonly SourceRow[]
  readonly changedAt: number | undefined
  readonly refreshedAt: number | undefined
  readonly nextCheckAt: number | undefined
  /** Changes of all that it reads are told as they happen; the next check is a formality. */
  readonly isTold: boolean
  /** Applications that rendered it; empty for those of the cluster. */
  readonly applications: readonly string[]
}

/** One remote key that an ExternalSecret reads, or one search. */
export interface SourceRow {
  readonly store: string
  /** Of a search: `search: name ^db-`. */
  readonly key: string
  /** The provider's name for what was read; empty before the first read. */
  readonly version: string
}

/** An Application that is to be rendered anew. */
export interface ApplicationRow {
  readonly project: string
  readonly name: string
  readonly state: 'waiting' | 'refreshing' | 'failed'
  readonly since: number
  /** Keys that changed: `SecretStore shop/aws team-a/database`. */
  readonly keys: readonly string[]
  readonly reason: string
}
