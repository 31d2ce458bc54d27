/** Who asks for a render inside Argo CD: all three are set by Argo CD itself, never by a Git author (R2). */
export interface Tenant {
  /** The AppProject. */
  readonly project: string
  /** `name`, or `namespace_name` for an Application outside Argo CD's own namespace. */
  readonly application: string
  /** The destination namespace. */
  readonly namespace: string
}
