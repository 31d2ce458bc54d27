import { readExternalSecret } from '../../api/read-external-secret.ts'
import { entriesOf, type FindEntry, type GeneratorEntry } from '../../expansion/entry.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { type KubeObject, keyText } from '../../kube/kube-object.ts'
import { listPages } from '../../kube/list-pages.ts'
import type { Resource } from '../../kube/resource.ts'
import { fieldName } from '../../model/field-path.ts'
import type { FindQuery } from '../../model/find-query.ts'
import { asSecretError, type SecretError } from '../../model/secret-error.ts'
import { generatorResource } from '../generators/usable-generators.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../resources.ts'

const ALPHA = { group: 'external-secrets.io', version: 'v1alpha1' }
/** What writes to providers (external-secrets.md 6): ESO's alone. */
const PUSHES: readonly Resource[] = [
  { ...ALPHA, plural: 'pushsecrets', kind: 'PushSecret', isNamespaced: true },
  { ...ALPHA, plural: 'clusterpushsecrets', kind: 'ClusterPushSecret', isNamespaced: false },
]

const CLUSTER_GENERATORS = generatorResource('ClusterGenerator')

/** What a controller of ours would leave undone. */
export interface Unserved {
  /** Kinds that there are objects of. */
  readonly pushes: readonly { readonly kind: string; readonly count: number }[]
  /** Whose provider is not implemented; `name` is `SecretStore shop/vault`. */
  readonly stores: readonly { readonly name: string; readonly provider: string }[]
  /** Of a kind that is not implemented; `name` is `ClusterGenerator wide`. */
  readonly generators: readonly { readonly name: string; readonly kind: string }[]
  /** That ask for what is not implemented, such as a generator; `name` is `shop/database`. */
  readonly externalSecrets: readonly { readonly name: string; readonly why: string }[]
}

interface LiveStore extends KubeObject {
  readonly spec?: { readonly controller?: string; readonly provider?: Readonly<Record<string, unknown>> }
}

interface LiveGenerator extends KubeObject {
  readonly spec?: { readonly kind?: string }
}

/** A store as it is in the cluster; what it says is not checked yet. */
export type FoundLiveStore = KubeObject & { readonly kind: string; readonly spec?: unknown }

export interface OwnAbilities {
  readonly controllerClass: string
  /** Providers and kinds of generators. */
  readonly implemented: ReadonlySet<string>
  readonly generators: ReadonlySet<string>
  /** Why a store can never make a search; undefined where it may. */
  readonly impossibleSearch: (query: FindQuery, store: FoundLiveStore) => Promise<string | undefined>
}

/** What of the cluster's objects we would not serve; stores of another class are not ours. Rejects with KubeError. */
export async function findUnserved(client: KubeClient, own: OwnAbilities, signal: AbortSignal): Promise<Unserved> {
  const pushes = await Promise.all(
    PUSHES.map(async (resource) => ({ kind: resource.kind, count: await count(client, resource, signal) })),
  )
  const generators = await unservedGenerators(client, own.generators, signal)
  const stores: { name: string; provider: string }[] = []
  const servedStores = new Map<string, FoundLiveStore>()
  for (const resource of [CLUSTER_SECRET_STORES, SECRET_STORES]) {
    for await (const page of listPages<LiveStore>(client, resource, { signal })) {
      for (const store of page) {
        const { metadata, spec = {} } = store
        const [provider = ''] = Object.keys(spec.provider ?? {})
        const isOurs = (spec.controller ?? '') === '' || spec.controller === own.controllerClass
        const name = `${resource.kind} ${keyText(metadata)}`
        if (isOurs && !own.implemented.has(provider)) stores.push({ name, provider })
        else if (isOurs) servedStores.set(name, { ...store, kind: resource.kind })
      }
    }
  }
  const externalSecrets: { name: string; why: string }[] = []
  for await (const page of listPages(client, EXTERNAL_SECRETS, { signal })) {
    for (const object of page) {
      const why = await unservedPart(object, { own, generators, stores: servedStores })
      if (why !== undefined) externalSecrets.push({ name: keyText(object.metadata), why })
    }
  }
  return { pushes: pushes.filter((one) => one.count > 0), stores, generators, externalSecrets }
}

async function count(client: KubeClient, resource: Resource, signal: AbortSignal): Promise<number> {
  let found = 0
  for await (const page of listPages(client, resource, { signal })) found += page.length
  return found
}

async function unservedGenerators(
  client: KubeClient,
  implemented: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Unserved['generators']> {
  const found: { name: string; kind: string }[] = []
  for await (const page of listPages<LiveGenerator>(client, CLUSTER_GENERATORS, { signal })) {
    for (const { metadata, spec } of page) {
      const kind = spec?.kind ?? ''
      if (!implemented.has(kind)) found.push({ name: `${CLUSTER_GENERATORS.kind} ${keyText(metadata)}`, kind })
    }
  }
  return found
}

interface Served {
  readonly own: OwnAbilities
  /** Those that are not. */
  readonly generators: Unserved['generators']
  readonly stores: ReadonlyMap<string, FoundLiveStore>
}

/** In the words of a render that meets it. What the schema refuses is no matter of ours. */
async function unservedPart(object: KubeObject, served: Served): Promise<string | undefined> {
  const { value } = readExternalSecret({ ...object, apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' })
  if (!value) return undefined
  if (value.spec.target.manifest) return 'a target that is no Secret, which needs --unsafe-allow-generic-targets'
  try {
    for (const entry of entriesOf(value.spec)) {
      const why = entry.generatorRef
        ? unservedGenerator(entry, served)
        : entry.ref === undefined && (await unservedSearch(entry, object, served))
      if (why) return why
    }
    return undefined
  } catch (thrown) {
    return fieldAndMessage(asSecretError(thrown))
  }
}

function unservedGenerator({ path, generatorRef }: GeneratorEntry, { own, generators }: Served): string | undefined {
  const { kind, name } = generatorRef
  const ofCluster = generators.find((one) => kind === CLUSTER_GENERATORS.kind && one.name === `${kind} ${name}`)
  const isServed = kind === CLUSTER_GENERATORS.kind ? !ofCluster : own.generators.has(kind)
  if (isServed) return undefined
  return `${fieldName([...path, 'sourceRef', 'generatorRef'])}: the generator ${ofCluster?.kind ?? kind} is not implemented here`
}

async function unservedSearch(
  { path, find, store }: FindEntry,
  { metadata: { namespace = '' } }: KubeObject,
  { own, stores }: Served,
): Promise<string | undefined> {
  const { name = '', kind } = store
  const found = stores.get(kind === 'ClusterSecretStore' ? `${kind} ${name}` : `SecretStore ${namespace}/${name}`)
  const why = found && (await own.impossibleSearch(find, found))
  return why === undefined ? undefined : `${fieldName([...path, 'find'])}: ${why}`
}

function fieldAndMessage({ place, message }: SecretError): string {
  return place.field === undefined ? message : `${place.field}: ${message}`
}
