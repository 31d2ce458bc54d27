import type { Store } from '../api/store.ts'
import type { Place } from '../model/secret-error.ts'
import type { NamespaceVerdict } from './namespace-conditions.ts'

/** A SecretStore or ClusterSecretStore that has passed its schema, and where it stands. */
export interface StoreObject {
  readonly resource: Store
  readonly place: Place
  /** Of a SecretStore: its own namespace, or the render's where it names none. */
  readonly namespace: string
  /** What the conditions of a ClusterSecretStore come to; without it names alone count. Throws SecretError InvalidSpec for an expression that is none. */
  readonly verdictFor?: (namespace: string) => NamespaceVerdict
}
