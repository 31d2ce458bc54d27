import type { StoreRef } from '../api/external-secret.ts'
import type { FoundStore, StoreSource } from '../expansion/store-source.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { storeId, storeLookup } from '../stores/store-lookup.ts'
import type { StoreObject } from '../stores/store-object.ts'
import type { StreamObjects } from '../stores/stream-objects.ts'
import { findAdministratorStore } from './find-administrator-store.ts'
import { findGitStore } from './find-git-store.ts'
import { refusing } from './refusing.ts'
import type { TenantStoreTools } from './store-finding.ts'
import { storeTenancies } from './store-tenancies.ts'

/** The stores that a tenant may use: the administrator's first, then those of the stream by what they are (R3). Throws SecretError Conflict. */
export async function tenantStores(
  streamStores: readonly StoreObject[],
  objects: StreamObjects,
  tools: TenantStoreTools,
): Promise<StoreSource> {
  const own = new Map(tools.policy.stores.map((store) => [idOf(store), store]))
  checkShadowing(streamStores, own)
  const lookUpOwn = storeLookup(tools.policy.stores)
  const lookUp = storeLookup(streamStores)
  const tenancyOf = await storeTenancies([...own.values(), ...streamStores], tools.providers)
  const finding = { ...tools, objects, fitting: new Map(), refused: refusing(tools) }
  const found = new Map<string, FoundStore>()

  function known(store: FoundStore): FoundStore {
    const first = found.get(store.identity) ?? store
    found.set(store.identity, first)
    return first
  }

  return {
    find(ref, namespace, wanted) {
      checkNarrowing(ref, tools)
      const administrators = own.get(storeId(ref.kind ?? 'SecretStore', namespace, ref.name ?? ''))
      if (administrators) {
        lookUpOwn(ref, namespace)
        return known(findAdministratorStore(administrators, namespace, tenancyOf(administrators), finding))
      }
      const store = lookUp(ref, namespace)
      return known(findGitStore(store, { namespace, wanted }, tenancyOf(store), finding))
    },
  }
}

/** R3: whoever reviews a store of the same kind and name in Git would take it for the one that is read. */
function checkShadowing(streamStores: readonly StoreObject[], own: ReadonlyMap<string, StoreObject>): void {
  const shadow = streamStores.find((store) => own.has(idOf(store)))
  if (!shadow) return
  throw new SecretError('Conflict', `${idOf(shadow)} is a store of the administrator's`, {
    place: { ...shadow.place, field: 'metadata.name' },
    remedy: "give the store another name, or remove it and use the administrator's",
  })
}

function checkNarrowing(ref: StoreRef, { narrowedTo }: TenantStoreTools): void {
  if (narrowedTo === undefined || narrowedTo.includes(ref.name ?? '')) return
  throw new SecretError(
    'AccessDenied',
    `the store ${quoteName(ref.name ?? '')} is not among those that the parameter stores of the Application names`,
    { remedy: 'add it to the parameter, or remove the parameter' },
  )
}

function idOf({ resource, namespace }: StoreObject): string {
  return storeId(resource.kind, namespace, resource.metadata.name)
}
