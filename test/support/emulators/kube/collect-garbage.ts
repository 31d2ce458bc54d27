import type { KubeStorage } from './kube-storage.ts'
import type { ServedResource, StoredObject } from './stored-object.ts'

/**
 * What kube-controller-manager would have done by now: objects whose owners are all gone are deleted, namespaces that end are emptied and go.
 * Finalizers are waited for.
 */
export function collectGarbage(
  storage: KubeStorage,
  resources: readonly ServedResource[],
  remove: (resource: ServedResource, object: StoredObject) => void,
): void {
  for (let isSettled = false; !isSettled; ) {
    isSettled = true
    for (const [resource, object] of garbage(storage, resources)) {
      const before = storage.revision
      remove(resource, object)
      if (storage.revision !== before) isSettled = false
    }
  }
  for (const resource of resources.filter(isNamespaces)) {
    for (const object of storage.list(resource)) {
      if (object.metadata.deletionTimestamp === undefined || !isEmpty(storage, resources, object.metadata.name)) continue
      storage.delete(resource, object)
    }
  }
}

function garbage(
  storage: KubeStorage,
  resources: readonly ServedResource[],
): readonly (readonly [ServedResource, StoredObject])[] {
  const all = resources.flatMap((resource) => storage.list(resource).map((object) => [resource, object] as const))
  const uids = new Set(all.map(([, { metadata }]) => metadata.uid))
  const ending = new Set(
    all.flatMap(([resource, { metadata }]) => (isNamespaces(resource) && metadata.deletionTimestamp ? [metadata.name] : [])),
  )
  return all.filter(([, { metadata }]) => {
    const owners = metadata.ownerReferences ?? []
    const isOrphan = owners.length > 0 && !owners.some(({ uid }) => uids.has(uid))
    return isOrphan || (metadata.namespace !== undefined && ending.has(metadata.namespace))
  })
}

function isEmpty(storage: KubeStorage, resources: readonly ServedResource[], namespace: string): boolean {
  return resources.every((resource) => !resource.isNamespaced || storage.list(resource, namespace).length === 0)
}

function isNamespaces({ group, plural }: ServedResource): boolean {
  return group === '' && plural === 'namespaces'
}
