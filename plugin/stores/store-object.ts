import type { Store } from '../api/store.ts'
import type { Place } from '../model/secret-error.ts'

/** A SecretStore or ClusterSecretStore that has passed its schema, and where it stands. */
export interface StoreObject {
  readonly resource: Store
  readonly place: Place
  /** Of a SecretStore: its own namespace, or the render's where it names none. */
  readonly namespace: string
}
