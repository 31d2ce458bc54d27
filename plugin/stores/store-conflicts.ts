import { SecretError } from '../model/secret-error.ts'
import { storeId } from './store-lookup.ts'
import type { StoreObject } from './store-object.ts'

/** Two stores of one kind and name: which one an ExternalSecret means would depend on the order of files. Each Conflict names both places. */
export function storeConflicts(stores: readonly StoreObject[]): readonly SecretError[] {
  const first = new Map<string, StoreObject>()
  return stores.flatMap((store) => {
    const id = storeId(store.resource.kind, store.namespace, store.resource.metadata.name)
    const other = first.get(id)
    if (!other) {
      first.set(id, store)
      return []
    }
    return [
      new SecretError('Conflict', `${id} is also defined in ${other.place.file ?? '-'}:${other.place.line ?? 1}`, {
        place: { ...store.place, field: 'metadata.name' },
        remedy: 'remove one of them, or give it another name',
      }),
    ]
  })
}
