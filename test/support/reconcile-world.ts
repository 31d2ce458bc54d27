import { GENERATOR_REF_KINDS } from '../../plugin/api/generator-kinds.ts'
import { templateBudget, templateSurroundings } from '../../plugin/cli/template-tools.ts'
import { type ChangeNotices, noChangeNotices } from '../../plugin/controller/external-secrets/change-notices.ts'
import type { ExternalSecretObject } from '../../plugin/controller/external-secrets/external-secret-object.ts'
import { GenericTargets } from '../../plugin/controller/external-secrets/generic-targets.ts'
import { keptTarget } from '../../plugin/controller/external-secrets/managed-targets.ts'
import { MANAGED_LABEL } from '../../plugin/controller/external-secrets/markers.ts'
import type { Freshness, UsableStores } from '../../plugin/controller/external-secrets/pass-tools.ts'
import { reconcileExternalSecret } from '../../plugin/controller/external-secrets/reconcile-external-secret.ts'
import { RefreshMemory } from '../../plugin/controller/external-secrets/refresh-memory.ts'
import type { SecretObject } from '../../plugin/controller/external-secrets/secret-object.ts'
import { createdByIndexValue, TargetSecrets } from '../../plugin/controller/external-secrets/target-secrets.ts'
import type { ObjectMetrics } from '../../plugin/controller/external-secrets/tell-outcome.ts'
import { GENERATOR_STATES } from '../../plugin/controller/generators/generator-state-object.ts'
import { GeneratorStates } from '../../plugin/controller/generators/generator-states.ts'
import { generatorResource, usableGenerators } from '../../plugin/controller/generators/usable-generators.ts'
import type { Outcome as NextPass } from '../../plugin/controller/queue/pass.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../plugin/controller/resources.ts'
import { ClusterObjectReads } from '../../plugin/controller/stores/cluster-objects.ts'
import { ReadFloors } from '../../plugin/controller/stores/read-floors.ts'
import { usableStores } from '../../plugin/controller/stores/usable-stores.ts'
import { generators, type LoadGenerator } from '../../plugin/generators/registry.ts'
import { NAMESPACES, SECRETS } from '../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../plugin/kube/kube-object.ts'
import type { ObjectCache } from '../../plugin/kube/object-cache.ts'
import type { Resource } from '../../plugin/kube/resource.ts'
import { silentLogger } from '../../plugin/model/logger.ts'
import { systemRandom } from '../../plugin/model/random.ts'
import { providers } from '../../plugin/providers/registry.ts'
import { freshStores } from '../../plugin/stores/open-store.ts'
import { cachedEngine } from '../../templates/cached-engine.ts'
import { goTemplateEngine } from '../../templates/go-template/go-template-engine.ts'
import { goKeyRenaming } from '../../templates/scopes/go-key-renaming.ts'
import { type KubeEmulator, startKubeEmulator } from './emulators/kube/start-kube-emulator.ts'
import { FakeClock } from './fake-clock.ts'

export const NAMESPACE = 'shop'
/** A custom resource that is none of ESO's. */
export const THINGS: Resource = { group: 'example.com', version: 'v1', plural: 'things', kind: 'Thing', isNamespaced: true }
export const OBJECT = { namespace: NAMESPACE, name: 'database' }

/** A cluster with one ExternalSecret, whose passes a test starts by hand; the watches are never behind. */
export interface ReconcileWorld extends AsyncDisposable {
  readonly emulator: KubeEmulator
  readonly clock: FakeClock
  /** What of the store's keys is too old to be given out. */
  readonly floors: ReadFloors
  /** How fresh each pass wanted what it read, in their order. */
  readonly asked: readonly Freshness[]
  /** `TYPE REASON message`, in their order. */
  readonly events: string[]
  /** Makes or changes the ExternalSecret `shop/database`, which reads the store `demo`. */
  want(spec: Readonly<Record<string, unknown>>, metadata?: Readonly<Record<string, unknown>>): void
  /** What the store `demo` has. */
  provide(values: Readonly<Record<string, string>>): void
  reconcile(): Promise<NextPass>
  /** Another process leads from now on: it knows what the status says, and no more. */
  restart(): void
  object(): ExternalSecretObject
  secret(name?: string): SecretObject | undefined
  /** The Secret's data as text. */
  data(): Readonly<Record<string, string>> | undefined
  ready(): string
}

export interface WorldOptions {
  readonly notices?: ChangeNotices
  readonly statusEveryRefresh?: boolean
  readonly allowsGenericTargets?: boolean
  readonly controllerClass?: string
  /** Those of the program without it. */
  readonly generators?: ReadonlyMap<string, LoadGenerator>
  readonly metrics?: ObjectMetrics
}

export async function reconcileWorld(options: WorldOptions = {}): Promise<ReconcileWorld> {
  const clock = new FakeClock()
  const emulator = await startKubeEmulator({
    resources: [
      EXTERNAL_SECRETS,
      SECRET_STORES,
      CLUSTER_SECRET_STORES,
      ...GENERATOR_REF_KINDS.map(generatorResource),
      GENERATOR_STATES,
      THINGS,
    ],
    now: clock.now,
    namespaces: [NAMESPACE],
  })
  const client = emulator.localClient({ clock })
  const events: string[] = []
  const objects = new ClusterObjectReads(client, clock, 30_000)
  const floors = new ReadFloors(clock)
  const tools = { environment: new Map<string, string>(), clock, random: systemRandom, logger: silentLogger }
  const opener = freshStores(providers, { ...tools, callTimeoutMs: 1_000, concurrency: 4 })
  const {
    controllerClass = 'default',
    statusEveryRefresh = false,
    notices = noChangeNotices,
    allowsGenericTargets = false,
  } = options
  const caches = {
    secretStores: { get: (key: { readonly name: string }) => emulator.get(SECRET_STORES, key) },
    clusterSecretStores: { get: (key: { readonly name: string }) => emulator.get(CLUSTER_SECRET_STORES, key) },
    namespaces: { get: (key: { readonly name: string }) => emulator.get(NAMESPACES, key) },
  }
  const object = (): ExternalSecretObject => {
    const found: ExternalSecretObject | undefined = emulator.get(EXTERNAL_SECRETS, OBJECT)
    if (!found) throw new Error('there is no ExternalSecret')
    return found
  }
  const secret = (name = OBJECT.name): SecretObject | undefined => emulator.get(SECRETS, { namespace: NAMESPACE, name })
  const asked: Freshness[] = []
  let passTools = {
    client,
    targets: new TargetSecrets(client, managedSecrets(emulator)),
    generic: allowsGenericTargets
      ? new GenericTargets(client, { cacheOf: (_kind, resource) => managedObjects(emulator, resource) })
      : undefined,
    stores: notingStores(usableStores({ caches, providers, opener, objects, floors, controllerClass, floodGate: true }), asked),
    generators: usableGenerators({
      client,
      known: options.generators ?? generators,
      tools: { ...tools, callTimeoutMs: 1_000 },
      objects,
      controllerClass,
    }),
    states: new GeneratorStates({
      client,
      known: options.generators ?? generators,
      tools: { ...tools, callTimeoutMs: 1_000 },
      objects,
      clock,
      logger: silentLogger,
    }),
    objects,
    templating: {
      engine: async () => cachedEngine(goTemplateEngine),
      keyRenaming: async () => goKeyRenaming,
      budget: templateBudget,
      surroundings: templateSurroundings,
    },
    notices,
    memory: new RefreshMemory(),
    settings: { reconcilesClusterStores: true, allowsGenericTargets, statusEveryRefresh },
    startedAt: clock.now(),
    noticedAt: () => clock.now(),
    wrote: () => undefined,
    events: {
      record: (_about: unknown, event: { readonly type: string; readonly reason: string; readonly message: string }) =>
        events.push(`${event.type} ${event.reason} ${event.message}`),
    },
    metrics: options.metrics ?? { reconciled() {}, failed() {}, conditions() {}, deleted() {} },
    logger: silentLogger,
    clock,
  }

  return {
    emulator,
    clock,
    floors,
    asked,
    events,
    want(spec, metadata = {}) {
      const whole = { secretStoreRef: { name: 'demo' }, refreshInterval: '1h', ...spec }
      const before: ExternalSecretObject | undefined = emulator.get(EXTERNAL_SECRETS, OBJECT)
      const given: ExternalSecretObject = { metadata: { ...before?.metadata, ...OBJECT, ...metadata }, spec: whole }
      emulator.put(EXTERNAL_SECRETS, given)
    },
    provide(values) {
      const data = Object.entries(values).map(([key, value]) => ({ key, value }))
      const given: KubeObject & { spec: unknown; status: unknown } = {
        metadata: { name: 'demo', namespace: NAMESPACE },
        spec: { provider: { fake: { data } } },
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      }
      emulator.put(SECRET_STORES, given)
    },
    reconcile: () => reconcileExternalSecret(object(), passTools, new AbortController().signal),
    restart() {
      passTools = { ...passTools, memory: new RefreshMemory(), startedAt: clock.now() }
    },
    object,
    secret,
    data() {
      const found = secret()
      const { data = {} } = found ?? {}
      return found && Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]))
    },
    ready() {
      const condition = object().status?.conditions?.find(({ type }) => type === 'Ready')
      return condition ? `${condition.status} ${condition.reason ?? ''}: ${condition.message ?? ''}` : 'not said'
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  }
}

function notingStores(stores: UsableStores, asked: Freshness[]): UsableStores {
  return {
    ...stores,
    sourceFor(refs, namespace, fresh) {
      asked.push(fresh)
      return stores.sourceFor(refs, namespace, fresh)
    },
  }
}

/** What the watch of the managed objects of a kind would have. */
function managedObjects(emulator: KubeEmulator, resource: Resource): Pick<ObjectCache<KubeObject>, 'get'> {
  return {
    get(key) {
      const found: KubeObject | undefined = emulator.get(resource, key)
      return found?.metadata.labels?.[MANAGED_LABEL] === 'true' ? keptTarget(found) : undefined
    },
  }
}

/** What the watch of managed Secrets would have. */
function managedSecrets(emulator: KubeEmulator): ObjectCache<KubeObject, 'createdBy'> {
  const all = (): readonly KubeObject[] =>
    emulator.list(SECRETS).filter(({ metadata }) => metadata.labels?.[MANAGED_LABEL] === 'true')
  return {
    get: (key) => all().find(({ metadata }) => metadata.name === key.name && metadata.namespace === key.namespace),
    list: all,
    byIndex: (_index, value) => all().filter((secret) => createdByIndexValue(secret).includes(value)),
    get size() {
      return all().length
    },
  }
}
