import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { KubeStorage } from './kube-storage.ts'
import { type Writer, withManagedFields } from './managed-fields.ts'
import { asKept, checkMeta } from './object-rules.ts'
import { alreadyExists, conflict, invalid, notFound, Refused } from './refused.ts'
import type { ServedResource, StoredObject } from './stored-object.ts'

export interface Write {
  readonly storage: KubeStorage
  readonly resource: ServedResource
  readonly writer: Writer
}

export function createObject({ storage, resource, writer }: Write, sent: StoredObject): StoredObject {
  const { name, namespace, generateName = '' } = sent.metadata
  const named = name || `${generateName}${generateName && randomUUID().slice(0, 5)}`
  if (sent.metadata.resourceVersion) {
    throw new Refused(500, 'InternalError', 'resourceVersion should not be set on objects to be created')
  }
  if (storage.get(resource, namespace, named)) throw alreadyExists(resource, named)
  const made: StoredObject = {
    ...sent,
    metadata: {
      ...sent.metadata,
      name: named,
      uid: randomUUID(),
      creationTimestamp: writer.time,
      ...(resource.isCustom && { generation: 1 }),
    },
  }
  if (resource.hasStatus) Reflect.deleteProperty(made, 'status')
  checkMeta(resource, made)
  const kept = asKept(resource, undefined, made)
  return storage.put(resource, withManagedFields(undefined, kept, resource, writer))
}

/** PUT, and what a patch comes to. Nothing is written when nothing changes. */
export function updateObject(write: Write, name: string, sent: StoredObject): StoredObject {
  const { storage, resource, writer } = write
  const { namespace, resourceVersion, uid } = sent.metadata
  const before = storage.get(resource, namespace, name)
  if (!before) {
    if (!resource.createsOnUpdate || writer.subresource !== undefined) throw notFound(resource, name)
    if (resourceVersion) throw conflict(resource, name, 'StorageError: invalid object')
    return createObject(write, sent)
  }
  if (uid && uid !== before.metadata.uid) throw conflict(resource, name, 'the UID in the precondition is another')
  if (!resourceVersion && !resource.takesBlindUpdates) {
    throw invalid(resource, name, 'FieldValueInvalid', 'metadata.resourceVersion')
  }
  if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) {
    throw conflict(resource, name, 'the object has been modified; please apply your changes to the latest version and try again')
  }
  const now = withManagedFields(before, nextState(write, before, sent), resource, writer)
  if (isDeepStrictEqual(before, now)) return before
  if (now.metadata.deletionTimestamp !== undefined && !now.metadata.finalizers?.length) return storage.delete(resource, now)
  return storage.put(resource, now)
}

/** The part of what was sent that this request may change, on top of what is there. */
function nextState({ resource, writer }: Write, before: StoredObject, sent: StoredObject): StoredObject {
  if (writer.subresource === 'status') return withField(before, 'status', sent['status'])
  const { metadata } = before
  const { labels, annotations, finalizers, ownerReferences } = sent.metadata
  const isNew = finalizers?.some((finalizer) => !metadata.finalizers?.includes(finalizer))
  if (metadata.deletionTimestamp !== undefined && isNew) {
    throw invalid(resource, metadata.name, 'FieldValueForbidden', 'metadata.finalizers')
  }
  const meta = {
    ...without(metadata, ['labels', 'annotations', 'finalizers', 'ownerReferences']),
    ...(hasMembers(labels) && { labels }),
    ...(hasMembers(annotations) && { annotations }),
    ...(finalizers?.length && { finalizers }),
    ...(ownerReferences?.length && { ownerReferences }),
  }
  const content = resource.hasStatus ? withField(sent, 'status', before['status']) : sent
  const now: StoredObject = { ...content, apiVersion: before.apiVersion ?? '', kind: before.kind ?? '', metadata: meta }
  checkMeta(resource, now)
  const kept = asKept(resource, before, now)
  const bumped = resource.isCustom && !isDeepStrictEqual(specOf(before), specOf(kept))
  return bumped ? { ...kept, metadata: { ...meta, generation: (metadata.generation ?? 0) + 1 } } : kept
}

/** Go leaves out maps that are empty. */
function hasMembers(map: object | undefined): boolean {
  return map !== undefined && Object.keys(map).length > 0
}

/** What a generation counts: all but metadata and status (apiextensions, customResourceStrategy). */
function specOf(object: StoredObject): object {
  return without(object, ['metadata', 'status'])
}

export interface Preconditions {
  readonly uid?: string
  readonly resourceVersion?: string
}

/** Gives the object when finalizers keep it. */
export function deleteObject(
  write: Write,
  namespace: string | undefined,
  name: string,
  wanted: Preconditions,
): StoredObject | undefined {
  const { storage, resource, writer } = write
  const before = storage.get(resource, namespace, name)
  if (!before) throw notFound(resource, name)
  const { metadata } = before
  for (const field of ['uid', 'resourceVersion'] as const) {
    if (wanted[field] && wanted[field] !== metadata[field])
      throw conflict(resource, name, `the ${field} in the precondition is another`)
  }
  const isKept = (metadata.finalizers?.length ?? 0) > 0 || (resource.kind === 'Namespace' && resource.group === '')
  if (!isKept) {
    storage.delete(resource, before)
    return undefined
  }
  if (metadata.deletionTimestamp !== undefined) return before
  const generation = metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }
  const meta = { ...metadata, ...generation, deletionTimestamp: writer.time, deletionGracePeriodSeconds: 0 }
  const ended = resource.kind === 'Namespace' ? { ...before, status: { phase: 'Terminating' } } : before
  return storage.put(resource, { ...ended, metadata: meta })
}

function withField(object: StoredObject, name: string, value: unknown): StoredObject {
  return value === undefined ? without(object, [name]) : { ...object, [name]: value }
}

function without<T extends object>(object: T, names: readonly string[]): T {
  const copy = { ...object }
  for (const name of names) Reflect.deleteProperty(copy, name)
  return copy
}
