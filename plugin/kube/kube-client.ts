import type { KubeObject, ObjectKey } from './kube-object.ts'
import type { Resource } from './resource.ts'

/**
 * One API server. Every method rejects with KubeError, and with the signal's reason once it is aborted.
 * Generic parameters are what the caller knows of the resource; nothing is checked against it.
 */
export interface KubeClient {
  get<T extends KubeObject>(resource: Resource, key: ObjectKey, options?: ReadOptions): Promise<T>
  /** One page. */
  list<T extends KubeObject>(resource: Resource, options?: ListOptions): Promise<ObjectList<T>>
  /** Ends when the server ends it; throws KubeError `Expired` for 410, also when it comes in mid-stream. */
  watch<T extends KubeObject>(resource: Resource, options: WatchOptions): AsyncIterable<WatchEvent<T>>
  create<T extends KubeObject>(resource: Resource, object: T, options?: WriteOptions): Promise<T>
  /** A full update (PUT). With `metadata.resourceVersion` it is refused (`Conflict`) when the object changed since. */
  update<T extends KubeObject>(resource: Resource, object: T, options?: WriteOptions): Promise<T>
  patch<T extends KubeObject>(resource: Resource, key: ObjectKey, patch: Patch, options?: WriteOptions): Promise<T>
  /** With `uid` or `resourceVersion` as preconditions (`Conflict` when they do not hold). */
  delete(resource: Resource, key: ObjectKey, options?: DeleteOptions): Promise<void>
  /** A token of a ServiceAccount (TokenRequest, authentication.k8s.io/v1). */
  requestToken(account: ObjectKey, request: TokenQuery, signal?: AbortSignal): Promise<BoundToken>
  /** Who signs tokens of ServiceAccounts, and with which keys (`/.well-known/openid-configuration`, `/openid/v1/jwks`). */
  tokenIssuer(signal?: AbortSignal): Promise<TokenIssuer>
  /** What a version of a group has (Kubernetes API discovery, APIResourceList), without subresources; `NotFound` for one that is not served. */
  resources(group: string, version: string, signal?: AbortSignal): Promise<readonly Resource[]>
  /** `GET /version`: `v1.36.3`. */
  serverVersion(signal?: AbortSignal): Promise<string>
  close(): void
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  /** Only `metadata` comes over the wire (PartialObjectMetadata). */
  readonly metadataOnly?: true
}

export interface ListOptions extends ReadOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  readonly limit?: number | undefined
  readonly continue?: string | undefined
  /** `0` accepts what the server has in its cache (Kubernetes API concepts, resource versions). */
  readonly resourceVersion?: string | undefined
  readonly resourceVersionMatch?: 'NotOlderThan' | 'Exact' | undefined
}

export interface ObjectList<T extends KubeObject> {
  readonly items: readonly T[]
  readonly resourceVersion: string
  /** Where the next page starts; absent on the last. */
  readonly continue?: string | undefined
}

export interface WatchOptions extends Omit<ListOptions, 'limit' | 'continue' | 'resourceVersion' | 'resourceVersionMatch'> {
  readonly resourceVersion: string
  /** How long the server keeps it open, in seconds. */
  readonly timeoutSeconds: number
  readonly signal: AbortSignal
}

export type WatchEvent<T extends KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined
  /** `metadata.managedFields[].manager` of what is written. */
  readonly fieldManager?: string
  readonly subresource?: 'status'
}

export type Patch =
  | { readonly type: 'merge'; readonly body: object }
  | { readonly type: 'json'; readonly body: readonly object[] }
  | { readonly type: 'apply'; readonly body: KubeObject; readonly force?: true }

export interface DeleteOptions {
  readonly signal?: AbortSignal | undefined
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
}

export interface TokenQuery {
  readonly audiences: readonly string[]
  /** The API server's least is 600. */
  readonly expirationSeconds?: number
}

export interface BoundToken {
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** "ServiceAccount issuer discovery" (Kubernetes, Managing Service Accounts). */
export interface TokenIssuer {
  /** `iss` of its tokens. */
  readonly issuer: string
  /** Members of a JSON Web Key Set. */
  readonly keys: readonly object[]
}
