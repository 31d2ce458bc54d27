import { isDeepStrictEqual } from 'node:util'
import { contentHash } from '../../refresh/content-hash.ts'
import type { GenericObject } from './generic-object.ts'
import { CREATED_BY_LABEL, createdBy, DATA_HASH_ANNOTATION, MANAGED_LABEL } from './markers.ts'
import { SyncFailure } from './sync-failure.ts'
import { takeOwnership } from './take-ownership.ts'

export interface ObjectMutation {
  /** The live object; undefined when there is none. */
  readonly existing: GenericObject | undefined
  /** What templates and values make of it. */
  readonly made: GenericObject
  readonly externalSecret: { readonly name: string; readonly namespace: string; readonly uid: string }
  readonly creationPolicy: string
}

/**
 * The object as it is to be written (external-secrets.md 4.12). Pure. Throws SyncFailure `shapeObject` when it belongs to somebody else, or has nothing
 * that a hash could be made of. Finalizers and owners of others stay: ESO takes them away from what it writes as a whole.
 */
export function mutateObject({ existing, made, externalSecret, creationPolicy }: ObjectMutation): GenericObject {
  const hash = contentHash(contentOf(made))
  if (hash === undefined) throw new SyncFailure('shapeObject', 'the object has neither spec nor data')
  const ownerReferences = ownersOf(existing ?? made, { ...externalSecret, creationPolicy })
  const { managedFields: _, ownerReferences: __, labels, annotations, ...metadata } = made.metadata
  const { uid, resourceVersion, finalizers = [] } = existing?.metadata ?? {}
  const { [CREATED_BY_LABEL]: ___, ...ownLabels } = labels ?? {}
  return {
    ...made,
    metadata: {
      ...metadata,
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(finalizers.length > 0 && { finalizers }),
      ...(ownerReferences.length > 0 && { ownerReferences }),
      labels: {
        ...ownLabels,
        ...(creationPolicy === 'Owner' && { [CREATED_BY_LABEL]: createdBy(externalSecret.namespace, externalSecret.name) }),
        [MANAGED_LABEL]: 'true',
      },
      annotations: { ...annotations, [DATA_HASH_ANNOTATION]: hash },
    },
  }
}

/** What is hashed of it. */
export function contentOf({ spec, data }: GenericObject): { readonly spec?: unknown; readonly data?: unknown } {
  return { spec, data }
}

function ownersOf(object: GenericObject, owner: Parameters<typeof takeOwnership>[1]): ReturnType<typeof takeOwnership> {
  try {
    return takeOwnership(object, owner)
  } catch (thrown) {
    throw thrown instanceof SyncFailure ? new SyncFailure('shapeObject', thrown.message) : thrown
  }
}

/** Whether `wanted` says nothing that the live object does not say already. What the API server fills in by itself counts as a difference. */
export function isAsWanted(existing: GenericObject, wanted: GenericObject): boolean {
  return isDeepStrictEqual(compared(existing), compared(wanted))
}

function compared(object: GenericObject): unknown {
  const { metadata, status: _, ...content } = object
  const { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = metadata
  return { ...content, labels: { ...labels }, annotations: { ...annotations }, finalizers, ownerReferences }
}
