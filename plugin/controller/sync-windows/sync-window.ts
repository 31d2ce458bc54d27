/**
 * One of `spec.syncWindows` of an AppProject (argo-cd v3.6, pkg/apis/application/v1alpha1/types.go). Its `syncOverrun` is left out: it is about syncs
 * that run already.
 */
export interface SyncWindow {
  /** `allow` or `deny`; anything else has no effect. */
  readonly kind: string
  /** Five fields of cron. */
  readonly schedule: string
  /** A Go duration. */
  readonly duration: string
  /** Globs of the Application's name. */
  readonly applications: readonly string[]
  /** Globs of its destination: the namespace, the name or the address of the cluster. */
  readonly namespaces: readonly string[]
  readonly clusters: readonly string[]
  /** Whoever syncs by hand is excepted. */
  readonly manualSync: boolean
  /** IANA's name; one that nobody knows, or none, is UTC. */
  readonly timeZone: string
  /** All lists that are not empty have to match; without it, one of them. */
  readonly andOperator: boolean
}
