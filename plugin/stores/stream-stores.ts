import type { FoundStore, StoreSource } from '../expansion/store-source.ts'
import type { CredentialSource } from '../providers/credential-source.ts'
import type { Asker } from './local-credentials.ts'
import type { StoreOpener } from './open-store.ts'
import { storeId, storeLookup } from './store-lookup.ts'
import type { StoreObject } from './store-object.ts'
import { dependsOnConsumer, referenceTraits } from './store-provider.ts'

/** How the stores of a stream are used. */
export interface StreamStoreTools {
  readonly opener: StoreOpener
  readonly credentials: (asker: Asker) => CredentialSource
}

/** The stores of a stream, as the ExternalSecrets of the same stream may use them (external-secrets.md 4.18, 5). */
export function streamStores(stores: readonly StoreObject[], tools: StreamStoreTools): StoreSource {
  const lookUp = storeLookup(stores)
  const found = new Map<string, FoundStore>()

  return {
    find(ref, namespace) {
      const id = storeId(ref.kind ?? 'SecretStore', namespace, `${ref.name} for ${namespace}`)
      const store = found.get(id) ?? foundStore(lookUp(ref, namespace), namespace, tools)
      found.set(id, store)
      return store
    },
  }
}

function foundStore(store: StoreObject, namespace: string, { opener, credentials }: StreamStoreTools): FoundStore {
  const { kind, metadata } = store.resource
  const name = storeId(kind, store.namespace, metadata.name)
  // Credentials of a ClusterSecretStore that name no namespace are the consumer's (external-secrets.md 5.3, referent auth).
  const identity = kind === 'ClusterSecretStore' && dependsOnConsumer(store.resource) ? `${name} for ${namespace}` : name
  const open: FoundStore['open'] = () => opener.open(store, namespace, credentials({ storeKind: kind, namespace }))
  return { identity, name, place: store.place, ...referenceTraits(store.resource), open }
}
