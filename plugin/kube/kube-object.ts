/** What every object of Kubernetes has; the kinds that we read add to it. */
export interface KubeObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: ObjectMeta
}

/** `metadata`, as the API server gives it (Kubernetes API, ObjectMeta). */
export interface ObjectMeta {
  readonly name: string
  /** Absent for what lives in the cluster as a whole. */
  readonly namespace?: string
  readonly uid?: string
  /** Opaque; compared for equality only. */
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly OwnerReference[]
  readonly managedFields?: readonly ManagedFields[]
}

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** Who set which fields; `fieldsV1` has the form `{"f:data": {"f:password": {}}}`. */
export interface ManagedFields {
  readonly manager?: string
  readonly operation?: string
  readonly subresource?: string
  readonly time?: string
  readonly fieldsV1?: Readonly<Record<string, unknown>>
}

/** Names one object of a resource. */
export interface ObjectKey {
  /** Absent for what lives in the cluster as a whole. */
  readonly namespace?: string | undefined
  readonly name: string
}

/** `namespace/name`, or the name alone. */
export function keyText({ namespace, name }: ObjectKey): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`
}

/** The opposite of {@link keyText}. */
export function keyOf(text: string): ObjectKey {
  const slash = text.indexOf('/')
  return slash === -1 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) }
}
