import { NAMESPACES } from '../../../../plugin/kube/core-resources.ts'
import type { KubeObject, ObjectKey } from '../../../../plugin/kube/kube-object.ts'
import type { Resource } from '../../../../plugin/kube/resource.ts'
import { collectGarbage } from './collect-garbage.ts'
import { type KubeApi, timeText } from './kube-api.ts'
import { apiVersionOf, type ServedResource, type StoredObject } from './stored-object.ts'
import { createObject, deleteObject, updateObject, type Write } from './write-objects.ts'

/** What a test does to the objects themselves; the server's rules hold for it all the same. */
export interface EmulatorHand {
  /** Creates the object or replaces it (its status too, where that is given), whatever its version; makes its namespace if need be. */
  put(resource: Resource, object: KubeObject | StoredObject, fieldManager?: string): StoredObject
  get(resource: Resource, key: ObjectKey): StoredObject | undefined
  list(resource: Resource, namespace?: string): readonly StoredObject[]
  /** Tells every write from now on, as it happens. */
  follow(resource: Resource, onWrite: (object: StoredObject, type: 'ADDED' | 'MODIFIED' | 'DELETED') => void): void
  /** Nothing happens when there is none. Finalizers keep it. */
  remove(resource: Resource, key: ObjectKey): void
  /** What kube-controller-manager would do by now: what nobody owns any more goes, namespaces that end are emptied. */
  collectGarbage(): void
}

export function emulatorHand(api: KubeApi): EmulatorHand {
  const { storage } = api
  const write = (resource: ServedResource, manager: string, subresource?: 'status'): Write => ({
    storage,
    resource,
    writer: { manager, subresource, time: timeText(api.now()) },
  })
  const served = ({ group, plural }: Resource): ServedResource => {
    const found = api.resources.find((known) => known.group === group && known.plural === plural)
    if (!found) throw new Error(`the emulator has no ${plural}`)
    return found
  }
  const openNamespace = (name: string): void => {
    const namespaces = served(NAMESPACES)
    if (storage.get(namespaces, undefined, name)) return
    createObject(write(namespaces, 'test'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }

  return {
    put(resource, object, fieldManager = 'test') {
      const kind = served(resource)
      const { namespace, name } = object.metadata
      if (namespace !== undefined) openNamespace(namespace)
      const before = storage.get(kind, namespace, name)
      const { resourceVersion: _, ...metadata } = object.metadata
      const current = before?.metadata.resourceVersion
      const sent: StoredObject = {
        ...object,
        apiVersion: apiVersionOf(kind),
        kind: kind.kind,
        metadata: { ...metadata, ...(current !== undefined && { resourceVersion: current }) },
      }
      const written = before ? updateObject(write(kind, fieldManager), name, sent) : createObject(write(kind, fieldManager), sent)
      if (!kind.hasStatus || sent['status'] === undefined) return written
      return updateObject(write(kind, fieldManager, 'status'), name, { ...written, status: sent['status'] })
    },
    get: (resource, { namespace, name }) => storage.get(served(resource), namespace, name),
    list: (resource, namespace) => storage.list(served(resource), namespace),
    follow(resource, onWrite) {
      storage.listen(served(resource), ({ object, type }) => onWrite(object, type))
    },
    remove(resource, { namespace, name }) {
      const kind = served(resource)
      if (storage.get(kind, namespace, name)) deleteObject(write(kind, 'test'), namespace, name, {})
    },
    collectGarbage() {
      collectGarbage(storage, api.resources, (resource, { metadata }) => {
        deleteObject(write(resource, 'kube-controller-manager'), metadata.namespace, metadata.name, {})
      })
    },
  }
}
