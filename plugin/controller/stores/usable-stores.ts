import { createHash } from 'node:crypto'
import type { StoreRef } from '../../api/external-secret.ts'
import { readStore } from '../../api/read-store.ts'
import type { Reading } from '../../api/reading.ts'
import type { Store } from '../../api/store.ts'
import type { FoundStore, StoreSource } from '../../expansion/store-source.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { ObjectCache } from '../../kube/object-cache.ts'
import { fieldName } from '../../model/field-path.ts'
import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { LoadProvider } from '../../providers/registry.ts'
import { namespaceConditions } from '../../stores/namespace-conditions.ts'
import type { OpenDetector } from '../../stores/open-detector.ts'
import type { StoreOpener } from '../../stores/open-store.ts'
import { providerSchemas } from '../../stores/provider-schemas.ts'
import { storeId } from '../../stores/store-lookup.ts'
import { dependsOnConsumer, keyPrefixOf, referenceTraits, storeProvider } from '../../stores/store-provider.ts'
import { canonicalJson } from '../../stores/warm/store-identity.ts'
import { conditionOf } from '../conditions.ts'
import type { WatchedStore } from '../detection/detection-schedule.ts'
import type { UsedKey } from '../external-secrets/change-notices.ts'
import type { UsableStores } from '../external-secrets/pass-tools.ts'
import type { RotationOf } from '../external-secrets/rotated-users.ts'
import { nameAt } from '../rotations/name-at.ts'
import type { Rotation } from '../rotations/rotation.ts'
import { clusterCredentials } from './cluster-credentials.ts'
import type { ClusterObjectReads, FreshAsking } from './cluster-objects.ts'
import type { ReadFloors } from './read-floors.ts'
import { isOfClass, type StoreKubeObject, storeKindOf } from './store-kube-object.ts'

export interface StoreCaches {
  readonly secretStores: Pick<ObjectCache<StoreKubeObject>, 'get'>
  readonly clusterSecretStores: Pick<ObjectCache<StoreKubeObject>, 'get'>
  readonly namespaces: Pick<ObjectCache<KubeObject>, 'get'>
}

export interface UsableStoresOptions {
  readonly caches: StoreCaches
  readonly providers: ReadonlyMap<string, LoadProvider>
  readonly opener: StoreOpener
  readonly objects: ClusterObjectReads
  readonly floors: ReadFloors
  readonly controllerClass: string
  /** Whether a store must be Ready before it is read from (external-secrets.md 4.18). */
  readonly floodGate: boolean
}

/** Credentials are those of the cluster's own namespaces: readers are shared among all that may use the same. */
export const CLUSTER_OWNER = 'cluster'

/** What can be watched of the store that a reference means; undefined where its provider can do no more than read, or it may not be used. */
export function watchedStores(
  options: UsableStoresOptions,
  openDetector: OpenDetector,
): (ref: StoreRef, namespace: string) => Promise<WatchedStore | undefined> {
  return async (ref, namespace) => {
    const object = lookUp(ref, namespace, options.caches)
    const { value: resource } = object ? await readStoreObject(object, options.providers) : {}
    if (!object || !resource || refusal(object, resource, namespace, options)) return undefined
    const { id, config } = storeProvider(resource)
    const provider = await options.providers.get(id)?.()
    if (!provider?.detect) return undefined
    const { name, identity } = foundStore(resource, namespace, options)
    const digest = createHash('sha256')
      .update(canonicalJson([id, config]))
      .digest('base64url')
    const store = { resource, place: { object: name }, namespace }
    const asker = { storeKind: resource.kind, namespace }
    return {
      identity: `${identity} ${digest}`,
      name,
      provider: id,
      open: (pace, notBeforeMs = 0) =>
        openDetector(store, namespace, clusterCredentials(asker, options.objects, { notBeforeMs }), pace, {
          owner: CLUSTER_OWNER,
        }),
    }
  }
}

/**
 * Which of the rotations a key of a store of the cluster is one of, if any: named by its provider, or with its store as an ExternalSecret or as the
 * provider names it.
 */
export function rotationAmong(rotations: readonly Rotation[], options: UsableStoresOptions): RotationOf {
  const { keys, names } = rotatedBy(rotations)
  const lower = (found: Found): readonly string[] => Array.from(found.keys(), (name) => name.toLowerCase())
  const spellings = Array.from(names.values(), lower).flat()
  const keySpellings = new Map(Array.from(keys, ([store, found]) => [store, lower(found)]))
  const named = async ({ store: ref, key }: UsedKey, namespace: string, ofStore: Found | undefined) => {
    const { value } = await readingOf(ref, namespace, options)
    if (!value) return undefined
    const { id } = storeProvider(value)
    const fullKey = nameAt(id, keyPrefixOf(value) + key)
    for (const [name, rotation] of ofStore ?? []) if (nameAt(id, name) === fullKey) return rotation
    return names.get(id)?.get(fullKey)
  }
  return (used, namespace) => {
    const { store: ref, key } = used
    const store = storeId(kindOf(ref), namespace, ref.name ?? '')
    const ofStore = keys.get(store)
    const found = ofStore?.get(key)
    if (found) return found
    // A store may have a prefix for it, and a provider may not tell upper from lower case.
    const end = key.toLowerCase()
    const isEnd = (name: string): boolean => name.endsWith(end)
    const mayBe = spellings.some(isEnd) || keySpellings.get(store)?.some(isEnd)
    return mayBe ? named(used, namespace, ofStore) : undefined
  }
}

/** By key or by name. */
type Found = ReadonlyMap<string, Rotation>

/** Keys by store, names by provider; of several rotations of one the first. */
function rotatedBy(rotations: readonly Rotation[]): Readonly<Record<'keys' | 'names', ReadonlyMap<string, Found>>> {
  const [keys, names] = [new Map<string, Map<string, Rotation>>(), new Map<string, Map<string, Rotation>>()]
  for (const rotation of rotations) {
    const isKey = 'store' in rotation
    const [all, owner] = isKey ? [keys, rotation.store] : [names, rotation.provider]
    const found = all.get(owner) ?? new Map<string, Rotation>()
    const given = isKey ? [rotation.key] : Array.from(rotation.names, (name) => nameAt(rotation.provider, name))
    for (const one of given) if (!found.has(one)) found.set(one, rotation)
    all.set(owner, found)
  }
  return { keys, names }
}

async function readingOf(ref: StoreRef, namespace: string, options: UsableStoresOptions): Promise<Partial<Reading<Store>>> {
  const object = lookUp(ref, namespace, options.caches)
  return object ? readStoreObject(object, options.providers) : {}
}

/** The stores of a cluster, found in what the watches tell (external-secrets.md 4.18, 5). */
export function usableStores(options: UsableStoresOptions): UsableStores {
  const { controllerClass, floors } = options
  return {
    classOf(ref, namespace) {
      const store = lookUp(ref, namespace, options.caches)
      return store && !isOfClass(store, controllerClass) ? 'foreign' : 'ours'
    },
    async areUsable(refs, namespace) {
      for (const ref of refs) {
        const store = lookUp(ref, namespace, options.caches)
        const { value } = store ? await readStoreObject(store, options.providers) : {}
        if (!store || !value || refusal(store, value, namespace, options)) return false
      }
      return true
    },
    async sourceFor(refs, namespace, fresh) {
      const readings = new Map<StoreKubeObject, Reading<Store>>()
      for (const ref of refs) {
        const store = lookUp(ref, namespace, options.caches)
        if (store && !readings.has(store)) readings.set(store, await readStoreObject(store, options.providers))
        floors.raise({ kind: kindOf(ref), name: ref.name ?? '' }, fresh.keys, fresh.notBeforeMs)
      }
      return storeSource(options, readings, { notBeforeMs: fresh.credentialsNotBeforeMs ?? 0 })
    },
  }
}

/** Objects of a cache stay the same object until they change: each version is read once. */
const known = new WeakMap<StoreKubeObject, Promise<Reading<Store>>>()

/** What a store asks for, by the schema of its provider, which is loaded for it, as `validate` reads it. Never throws on what is written there. */
export function readStoreObject(store: StoreKubeObject, providers: ReadonlyMap<string, LoadProvider>): Promise<Reading<Store>> {
  const reading = known.get(store) ?? readNew(store, providers)
  known.set(store, reading)
  return reading
}

async function readNew(store: StoreKubeObject, providers: ReadonlyMap<string, LoadProvider>): Promise<Reading<Store>> {
  const kind = storeKindOf(store)
  const whole = { ...store, apiVersion: 'external-secrets.io/v1', kind }
  return readStore(whole, await providerSchemas([whole], providers))
}

function storeSource(
  options: UsableStoresOptions,
  readings: ReadonlyMap<StoreKubeObject, Reading<Store>>,
  asking: FreshAsking,
): StoreSource {
  return {
    find(ref, namespace) {
      const kind = kindOf(ref)
      const name = ref.name ?? ''
      const object = lookUp(ref, namespace, options.caches)
      if (!object) throw new SecretError('NotFound', `could not get ${kind} ${quoteName(name)}, there is none`)
      const { value, problems } = readings.get(object) ?? { problems: [] }
      if (!value) {
        const said = problems.map(({ path, message }) => `${fieldName(path)} ${message}`).join('; ')
        throw new SecretError('InvalidSpec', `${kind} ${quoteName(name)} cannot be used: ${said}`)
      }
      const refused = refusal(object, value, namespace, options)
      if (refused) throw refused
      return foundStore(value, namespace, options, asking)
    },
  }
}

function lookUp(ref: StoreRef, namespace: string, caches: StoreCaches): StoreKubeObject | undefined {
  const name = ref.name ?? ''
  if (name === '') return undefined
  return kindOf(ref) === 'ClusterSecretStore'
    ? caches.clusterSecretStores.get({ name })
    : caches.secretStores.get({ namespace, name })
}

/** Anything but exactly ClusterSecretStore is a SecretStore (external-secrets.md 2.1). */
function kindOf(ref: StoreRef): 'SecretStore' | 'ClusterSecretStore' {
  return ref.kind === 'ClusterSecretStore' ? 'ClusterSecretStore' : 'SecretStore'
}

function refusal(
  object: StoreKubeObject,
  store: Store,
  namespace: string,
  { controllerClass, floodGate, caches }: UsableStoresOptions,
): SecretError | undefined {
  const name = quoteName(store.metadata.name)
  if (!isOfClass(object, controllerClass)) return new SecretError('InvalidSpec', 'can not reference unmanaged store')
  const consumer = caches.namespaces.get({ name: namespace })
  const labels = consumer && (consumer.metadata.labels ?? {})
  if (store.kind === 'ClusterSecretStore' && namespaceConditions(store, { name: namespace, labels }) !== 'allowed')
    return new SecretError(
      'AccessDenied',
      `using cluster store ${name} is not allowed from namespace ${quoteName(namespace)}: denied by spec.condition`,
    )
  if (floodGate && conditionOf(object.status?.conditions, 'Ready')?.status !== 'True')
    return new SecretError('Unavailable', `${store.kind} ${name} is not ready`)
  return undefined
}

function foundStore(
  resource: Store,
  namespace: string,
  { opener, objects }: UsableStoresOptions,
  asking: FreshAsking = {},
): FoundStore {
  const { kind, metadata } = resource
  const name = storeId(kind, namespace, metadata.name)
  const place = { object: name }
  return {
    identity: kind === 'ClusterSecretStore' && dependsOnConsumer(resource) ? `${name} for ${namespace}` : name,
    name,
    place,
    ...referenceTraits(resource),
    open: () => {
      const credentials = clusterCredentials({ storeKind: kind, namespace }, objects, asking)
      return opener.open({ resource, place, namespace }, namespace, credentials, { owner: CLUSTER_OWNER })
    },
  }
}
