import type { StoreRef } from '../api/external-secret.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import { namespaceProblem } from './store-conditions.ts'
import type { StoreObject } from './store-object.ts'

const STORES_NAMED = 5

/** Finds the store that a reference from `namespace` means. Throws SecretError InvalidSpec when there is none, AccessDenied when it may not be used from there. */
export type StoreLookup = (ref: StoreRef, namespace: string) => StoreObject

/** Anything but exactly ClusterSecretStore is a SecretStore of the ExternalSecret's own namespace (external-secrets.md 2.1). */
export function storeLookup(stores: readonly StoreObject[]): StoreLookup {
  const byId = new Map(
    stores.map((store) => [storeId(store.resource.kind, store.namespace, store.resource.metadata.name), store]),
  )
  return (ref, namespace) => {
    const kind = ref.kind ?? 'SecretStore'
    const store = byId.get(storeId(kind, namespace, ref.name ?? ''))
    if (!store) throw notFound(kind, ref.name ?? '', namespace, stores)
    const problem = namespaceProblem(store, namespace) ?? foreignClass(store)
    if (problem) throw problem
    return store
  }
}

/** A ClusterSecretStore has no namespace. */
export function storeId(kind: string, namespace: string, name: string): string {
  return kind === 'ClusterSecretStore' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}

function notFound(kind: string, name: string, namespace: string, stores: readonly StoreObject[]): SecretError {
  if (name === '') return new SecretError('InvalidSpec', 'no store is named', { remedy: 'set spec.secretStoreRef.name' })
  const known = stores
    .slice(0, STORES_NAMED)
    .map((store) => storeId(store.resource.kind, store.namespace, store.resource.metadata.name))
  const where = kind === 'ClusterSecretStore' ? '' : ` in namespace ${quoteName(namespace)}`
  return new SecretError('InvalidSpec', `there is no ${kind} ${quoteName(name)}${where} in this stream`, {
    remedy:
      known.length > 0
        ? `the stream has ${known.join(', ')}${stores.length > STORES_NAMED ? ` and ${stores.length - STORES_NAMED} more` : ''}`
        : 'add the store to the stream: it has none',
  })
}

/** ESO leaves such an ExternalSecret to the controller of that class without a word (external-secrets.md 4.18); a render must not drop it. */
function foreignClass({ resource }: StoreObject): SecretError | undefined {
  const { controller } = resource.spec
  if (!controller || controller === 'default') return undefined
  return new SecretError('InvalidSpec', `the store belongs to the controller class ${quoteName(controller)}`, {
    remedy: 'deliver the ExternalSecret by passthrough, or remove spec.controller from the store',
  })
}
