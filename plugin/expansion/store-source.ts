import type { StoreRef } from '../api/external-secret.ts'
import type { FindQuery } from '../model/find-query.ts'
import type { RemoteRef } from '../model/remote-ref.ts'
import type { Place, SecretError } from '../model/secret-error.ts'
import type { Provider } from '../providers/provider.ts'
import type { SecretReader } from '../providers/secret-reader.ts'

/** A store that an ExternalSecret may use: found, allowed, not yet logged in. */
export interface FoundStore {
  /** Equal identities read with equal configuration and credentials: their references are fetched together, once. */
  readonly identity: string
  /** `SecretStore default/aws`, for messages. */
  readonly name: string
  readonly place: Place
  /** Its backend is told which property is wanted: references that differ in it are different reads. */
  readonly sendsProperty?: true
  /** What it puts before every key when it asks its backend; absent for nothing. */
  readonly keyPrefix?: string
  /** Why this reference may not be read (AccessDenied), although the store may be used; asked before every read. */
  refusal?(ref: RemoteRef): SecretError | undefined
  /** Why nothing may be searched for here, although some reads may be allowed; asked before every search. */
  searchRefusal?(query: FindQuery): SecretError | undefined
  /** Loads the provider and logs in. Throws SecretError, with the store's place. */
  open(): Promise<OpenStore>
}

export interface OpenStore {
  readonly provider: Provider
  readonly reader: SecretReader
}

/** Finds stores for the ExternalSecrets of one render. */
export interface StoreSource {
  /**
   * The store from which `wanted` is read, or in which it is searched for. A tenancy policy may open one store in several ways, by what is read there.
   * Throws SecretError InvalidSpec or AccessDenied when there is no such store or the namespace may not use it.
   */
  find(ref: StoreRef, namespace: string, wanted: RemoteRef | FindQuery): FoundStore
}
