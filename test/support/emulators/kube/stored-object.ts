import type { KubeObject, ObjectMeta } from '../../../../plugin/kube/kube-object.ts'
import type { Resource } from '../../../../plugin/kube/resource.ts'

/** An object as the server keeps it. Never changed; a write makes another. */
export interface StoredObject extends KubeObject {
  readonly metadata: StoredMeta
  readonly [field: string]: unknown
}

export interface StoredMeta extends ObjectMeta {
  readonly generateName?: string
  readonly deletionGracePeriodSeconds?: number
}

/** A resource that the server has, and how it treats it. */
export interface ServedResource extends Resource {
  /** `status` is written through its subresource alone. */
  readonly hasStatus: boolean
  /** Defined by a CustomResourceDefinition: has a generation, and every object says its kind. */
  readonly isCustom: boolean
  /** PUT without `metadata.resourceVersion` is taken (apiserver, AllowUnconditionalUpdate). */
  readonly takesBlindUpdates: boolean
  /** PUT of what does not exist creates it (apiserver, AllowCreateOnUpdate). */
  readonly createsOnUpdate: boolean
}

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`
}

/** In the order of these etcd keeps objects. */
export function storageKey(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}
