import { NAMESPACES, SECRETS } from '../../kube/core-resources.ts'
import type { EventRecorder } from '../../kube/event-recorder.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { type KubeObject, keyText, type ObjectKey } from '../../kube/kube-object.ts'
import type { ObjectHandler } from '../../kube/object-cache.ts'
import { type Reflector, startReflector } from '../../kube/reflector.ts'
import type { ReflectorOptions } from '../../kube/reflector-options.ts'
import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import type { LoadProvider } from '../../providers/registry.ts'
import type { OpenDetector } from '../../stores/open-detector.ts'
import type { StoreOpener } from '../../stores/open-store.ts'
import { ClusterExternalSecrets } from '../cluster-external-secrets/cluster-external-secrets.ts'
import { conditionOf } from '../conditions.ts'
import type { DetectionSchedule, OnChanges } from '../detection/detection-schedule.ts'
import { WorkQueue } from '../queue/work-queue.ts'
import { CLUSTER_EXTERNAL_SECRETS, CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../resources.ts'
import type { RotatedNames } from '../rotations/event-names.ts'
import type { ClusterObjectReads } from '../stores/cluster-objects.ts'
import type { ReadFloors } from '../stores/read-floors.ts'
import { reconcileStore, type StoreReconcileTools } from '../stores/reconcile-store.ts'
import type { StoreKubeObject } from '../stores/store-kube-object.ts'
import { isRotatedKey, isRotatedName, type UsableStoresOptions, usableStores, watchedStores } from '../stores/usable-stores.ts'
import { type ChangeNotices, noChangeNotices } from './change-notices.ts'
import { DetectedChanges, laneOf, raiseFloor } from './detected-changes.ts'
import { type ExternalSecretIndex, externalSecretIndexes, storeIndexValue, targetIndexValue } from './external-secret-indexes.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import type { ExternalSecretsFacts } from './external-secrets-view.ts'
import { inOrderOfKeys } from './in-order-of-keys.ts'
import { MANAGED_LABEL } from './markers.ts'
import type { ControllerSettings } from './pass-tools.ts'
import { type ReconcileTools, reconcileExternalSecret } from './reconcile-external-secret.ts'
import { RefreshMemory } from './refresh-memory.ts'
import { type IsRotated, rotatedUsers } from './rotated-users.ts'
import type { TemplatingTools } from './shape-content.ts'
import { isSignificantChange } from './significant-change.ts'
import { CREATED_BY_INDEX, createdByIndexValue, TargetSecrets } from './target-secrets.ts'
import type { ObjectMetrics } from './tell-outcome.ts'
import { WrittenObjects } from './written-objects.ts'

export interface ExternalSecretsSettings extends ControllerSettings {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined
  readonly controllerClass: string
  readonly floodGate: boolean
  /** Passes over ExternalSecrets at once. */
  readonly concurrent: number
  /** Between two validations of a store, in milliseconds. */
  readonly storeRequeueMs: number
}

export interface ExternalSecretsPorts {
  readonly client: KubeClient
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Each kind of object is told of by a component of its own, as in ESO. */
  readonly events: Readonly<Record<'externalSecrets' | 'stores' | 'clusterStores', Pick<EventRecorder, 'record'>>>
  readonly metrics: Readonly<
    Record<'ExternalSecret' | 'SecretStore' | 'ClusterSecretStore' | 'ClusterExternalSecret', ObjectMetrics>
  >
  readonly providers: ReadonlyMap<string, LoadProvider>
  readonly opener: StoreOpener
  readonly objects: ClusterObjectReads
  readonly floors: ReadFloors
  readonly templating: TemplatingTools
  /** What notices changes between reads, told what is watched; undefined where every refresh is to read. */
  readonly detection: DetectionPorts | undefined
}

export interface DetectionPorts {
  createSchedule(client: KubeClient, onChanges: OnChanges): DetectionSchedule
  readonly openDetector: OpenDetector
}

const STORE_WORKERS = 4
/** How long ExternalSecrets wait at the start for stores that nobody has validated yet. */
const FIRST_STORES_MS = 5_000

/** Duty B in one process: watches from the start, works while it leads. */
export class ExternalSecretsController {
  readonly queue: WorkQueue
  readonly storeQueue: WorkQueue
  readonly #ports: ExternalSecretsPorts
  readonly #settings: ExternalSecretsSettings
  readonly #externalSecrets: Reflector<ExternalSecretObject, ExternalSecretIndex>
  readonly #secrets: Reflector<KubeObject, typeof CREATED_BY_INDEX>
  readonly #stores: Reflector<StoreKubeObject>
  readonly #clusterStores: Reflector<StoreKubeObject> | undefined
  readonly #namespaces: Reflector<KubeObject> | undefined
  readonly #everywhere: ClusterExternalSecrets | undefined
  #targets: TargetSecrets
  readonly #written: WrittenObjects<ExternalSecretObject>
  readonly #writtenStores: WrittenObjects<StoreKubeObject>
  readonly #noticedAt = new Map<string, number>()
  #memory = new RefreshMemory()
  #notices: ChangeNotices = noChangeNotices
  #startedAt: number
  /** All that there was before is added by {@link ExternalSecretsController.run}, in its order. */
  #hasBegun = false

  /** Starts to watch; `signal` ends that. */
  constructor(ports: ExternalSecretsPorts, settings: ExternalSecretsSettings, signal: AbortSignal) {
    this.#ports = ports
    this.#startedAt = ports.clock.now()
    this.#settings = settings
    this.queue = new WorkQueue(ports)
    this.storeQueue = new WorkQueue(ports)
    const start = <T extends KubeObject, Index extends string = string>(
      options: Omit<ReflectorOptions<T, Index>, 'client' | 'namespace'>,
    ): Reflector<T, Index> => {
      const namespace = options.resource.isNamespaced ? settings.namespace : undefined
      return startReflector<T, Index>({ ...options, client: ports.client, namespace }, ports, signal)
    }
    this.#externalSecrets = start({
      resource: EXTERNAL_SECRETS,
      indexes: externalSecretIndexes,
      handler: this.#externalSecretHandler(),
    })
    this.#secrets = start({
      resource: SECRETS,
      metadataOnly: true,
      labelSelector: `${MANAGED_LABEL}=true`,
      indexes: { [CREATED_BY_INDEX]: createdByIndexValue },
      handler: this.#secretHandler(),
    })
    this.#stores = start({ resource: SECRET_STORES, handler: this.#storeHandler() })
    if (settings.reconcilesClusterStores) {
      this.#clusterStores = start({ resource: CLUSTER_SECRET_STORES, handler: this.#storeHandler() })
      const everywhere = new ClusterExternalSecrets(ports, {
        namespaces: () => this.#namespaces?.cache.list() ?? [],
        childrenOf: (uid) => this.#externalSecrets.cache.byIndex('owner', uid),
        find: (key) => this.#written.get(key),
        wrote: (object) => this.#written.wrote(object),
      })
      this.#everywhere = everywhere
      this.#namespaces = start({ resource: NAMESPACES, metadataOnly: true, handler: everywhere.namespaceHandler })
      everywhere.watch(start({ resource: CLUSTER_EXTERNAL_SECRETS, handler: everywhere.handler }))
    }
    this.#targets = new TargetSecrets(ports.client, this.#secrets.cache)
    this.#written = new WrittenObjects(this.#externalSecrets.cache)
    this.#writtenStores = new WrittenObjects({ get: (key) => this.#storesOf(key)?.cache.get(key) })
  }

  /** Resolves once everything that there is has been seen. */
  async synced(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors().map((reflector) => reflector.synced(signal)))
  }

  get isSynced(): boolean {
    return this.#reflectors().every(({ isSynced }) => isSynced)
  }

  /**
   * Works until `signal` is aborted, and resolves once no pass is under way. `client` writes as long as this process leads; `beside` runs from when
   * everything is known. Rejects with KubeError when it cannot begin.
   */
  async run(client: KubeClient, signal: AbortSignal, beside: (signal: AbortSignal) => Promise<void>): Promise<void> {
    await this.synced(signal)
    this.#targets = new TargetSecrets(client, this.#secrets.cache)
    await this.#seeTargets(signal)
    this.#memory = new RefreshMemory()
    this.#startedAt = this.#ports.clock.now()
    const detection = this.#detection(client)
    const tools = this.#reconcileTools(client, this.#startedAt)
    this.#hasBegun = true
    for (const { metadata } of inOrderOfKeys(this.#externalSecrets.cache.list())) this.queue.add(keyText(metadata), 'priority')
    for (const stores of [this.#stores, this.#clusterStores])
      for (const { metadata } of stores?.cache.list() ?? []) this.storeQueue.add(keyText(metadata), 'priority')
    const storeTools = this.#storeTools(client)
    await this.#firstStores(storeTools, signal)
    await Promise.all([
      beside(signal),
      detection?.run(signal),
      this.#everywhere?.run(client, signal),
      this.queue.run((key) => this.#reconcile(key, tools, signal), { concurrency: this.#settings.concurrent }, signal),
      this.storeQueue.run((key) => this.#reconcileStore(key, storeTools, signal), { concurrency: STORE_WORKERS }, signal),
    ])
  }

  /** What was not seen at once is looked at when its turn comes. */
  async #seeTargets(signal: AbortSignal): Promise<void> {
    try {
      await this.#targets.seeAll(this.#settings.namespace, signal)
    } catch (thrown) {
      signal.throwIfAborted()
      if (!isKubeError(thrown)) throw thrown
      this.#ports.logger.warn('Secrets could not be listed', { reason: thrown.reason })
    }
  }

  /** For the dashboard, as it is now; also of a process that stands by. */
  facts(): ExternalSecretsFacts {
    return {
      externalSecrets: this.#externalSecrets.cache.list(),
      stores: [...this.#stores.cache.list(), ...(this.#clusterStores?.cache.list() ?? [])],
      refresh: { memory: this.#memory, notices: this.#notices, startedAt: this.#startedAt },
      heldBy: ({ uid = '' }) => this.#memory.get(uid)?.held ?? [],
      now: this.#ports.clock.now(),
    }
  }

  /** Somebody says that a key was rotated: a detector looks where there is one, else whoever uses it is read again. Gives how many use it. */
  rotated(store: string, key: string): Promise<number> {
    return this.#rotated(isRotatedKey(store, key))
  }

  /** The same of every key of the provider's stores that has one of these names. */
  rotatedNames(rotated: RotatedNames): Promise<number> {
    return this.#rotated(isRotatedName(rotated, this.#storeOptions()))
  }

  async #rotated(isRotated: IsRotated): Promise<number> {
    const users = await rotatedUsers(this.#externalSecrets.cache.list(), isRotated)
    for (const { object, keys } of users)
      if ((await this.#notices.rotated(object.metadata, keys)) === 'changed') this.queue.add(keyText(object.metadata), 'priority')
    return users.length
  }

  async #reconcile(key: string, tools: ReconcileTools, signal: AbortSignal): ReturnType<typeof reconcileExternalSecret> {
    const object = this.#written.get(keyOf(key))
    return object ? reconcileExternalSecret(object, tools, signal) : { next: 'none' }
  }

  async #reconcileStore(key: string, tools: StoreReconcileTools, signal: AbortSignal): ReturnType<typeof reconcileStore> {
    const store = this.#writtenStores.get(keyOf(key))
    if (!store) return { next: 'none' }
    const events = store.metadata.namespace === undefined ? this.#ports.events.clusterStores : this.#ports.events.stores
    return reconcileStore(store, { ...tools, events }, signal)
  }

  #storesOf({ namespace }: ObjectKey): Reflector<StoreKubeObject> | undefined {
    return namespace === undefined ? this.#clusterStores : this.#stores
  }

  /** Stores that nobody has validated yet go first: their ExternalSecrets would fail, say so, and be tried again. */
  async #firstStores(tools: StoreReconcileTools, signal: AbortSignal): Promise<void> {
    const all = [...this.#stores.cache.list(), ...(this.#clusterStores?.cache.list() ?? [])]
    const ending = new AbortController()
    const validated = all
      .filter((store) => !isReady(store))
      .map((store) => this.#reconcileStore(keyText(store.metadata), tools, signal))
    const waited = this.#ports.clock.sleep(FIRST_STORES_MS, AbortSignal.any([ending.signal, signal])).catch(() => undefined)
    await Promise.race([Promise.allSettled(validated), waited])
    ending.abort()
  }

  #reflectors(): readonly Pick<Reflector<KubeObject>, 'synced' | 'isSynced'>[] {
    const all = [this.#externalSecrets, this.#secrets, this.#stores, this.#clusterStores, this.#namespaces]
    return all.flatMap((reflector) => reflector ?? [])
  }

  #reconcileTools(client: KubeClient, startedAt: number): ReconcileTools {
    const { objects, templating, logger, clock, metrics, events } = this.#ports
    return {
      client,
      targets: this.#targets,
      stores: usableStores(this.#storeOptions()),
      objects,
      templating,
      notices: this.#notices,
      memory: this.#memory,
      settings: this.#settings,
      startedAt,
      noticedAt: ({ metadata }) => this.#noticedAt.get(metadata.uid ?? '') ?? startedAt,
      wrote: (object) => this.#written.wrote(object),
      events: events.externalSecrets,
      metrics: metrics.ExternalSecret,
      logger,
      clock,
    }
  }

  #storeOptions(): UsableStoresOptions {
    const { providers, opener, objects, floors } = this.#ports
    const { controllerClass, floodGate } = this.#settings
    const namespaces = this.#namespaces?.cache ?? EMPTY_CACHE
    const caches = { secretStores: this.#writtenStores, clusterSecretStores: this.#writtenStores, namespaces }
    return { caches, providers, opener, objects, floors, controllerClass, floodGate }
  }

  /** One detector a store for all ExternalSecrets, for as long as this process leads. */
  #detection(client: KubeClient): DetectionSchedule | undefined {
    const { detection, floors, clock } = this.#ports
    if (!detection) return undefined
    const onChanges: OnChanges = (changes) => {
      for (const change of changes) {
        raiseFloor(change, floors, clock.now())
        notices.told(change)
        for (const watcher of change.watchers) this.queue.add(watcher, laneOf(change))
      }
    }
    const schedule = detection.createSchedule(client, onChanges)
    const watchedStore = watchedStores(this.#storeOptions(), detection.openDetector)
    const notices = new DetectedChanges({ schedule, watchedStore, clock })
    this.#notices = notices
    return schedule
  }

  #storeTools(client: KubeClient): StoreReconcileTools {
    const { objects, logger, clock, metrics, events, providers, opener } = this.#ports
    const { controllerClass, storeRequeueMs } = this.#settings
    const common = { client, objects, logger, clock, metrics, providers, opener, controllerClass }
    const wrote = (store: StoreKubeObject): void => this.#writtenStores.wrote(store)
    return { ...common, events: events.stores, requeueMs: storeRequeueMs, wrote }
  }

  #externalSecretHandler(): ObjectHandler<ExternalSecretObject> {
    const notice = (object: ExternalSecretObject): void => {
      const { metadata } = object
      this.#everywhere?.childChanged(object)
      this.#noticedAt.set(metadata.uid ?? '', this.#ports.clock.now())
      if (this.#hasBegun) this.queue.add(keyText(metadata), 'priority')
    }
    return {
      onAdd: notice,
      onUpdate: (before, now) => {
        this.#written.told(now)
        if (isSignificantChange(before, now)) notice(now)
      },
      onDelete: (object) => {
        this.#written.told(object, true)
        this.#everywhere?.childChanged(object)
        this.#noticedAt.delete(object.metadata.uid ?? '')
        this.#memory.forget(object.metadata.uid ?? '')
        this.#notices.forget(object.metadata)
        this.#ports.metrics.ExternalSecret.deleted(object)
      },
    }
  }

  #secretHandler(): ObjectHandler<KubeObject> {
    const told = (secret: KubeObject): void => {
      this.#targets.told(secret)
      // A version that a pass has written or looked at is no news.
      if (this.#targets.hashOf(secret) === undefined) this.#wakeOwners(secret.metadata)
    }
    return {
      onAdd: told,
      onUpdate: (_before, now) => told(now),
      onDelete: (secret) => {
        this.#targets.toldGone(secret)
        this.#wakeOwners(secret.metadata)
      },
    }
  }

  #wakeOwners(secret: ObjectKey): void {
    for (const { metadata } of this.#externalSecrets.cache.byIndex('target', targetIndexValue(secret)))
      this.queue.add(keyText(metadata), 'priority')
  }

  #storeHandler(): ObjectHandler<StoreKubeObject> {
    return {
      onAdd: (store) => this.storeQueue.add(keyText(store.metadata), 'priority'),
      onUpdate: (before, now) => {
        this.#writtenStores.told(now)
        if (isSignificantChange(before, now)) this.storeQueue.add(keyText(now.metadata), 'priority')
        if (!isReady(before) && isReady(now)) this.#wakeUsers(now.metadata)
        if (before.metadata.generation !== now.metadata.generation) this.#watchAnew(now.metadata)
      },
      onDelete: (store) => {
        this.#writtenStores.told(store, true)
        this.#ports.metrics[store.metadata.namespace === undefined ? 'ClusterSecretStore' : 'SecretStore'].deleted(store)
      },
    }
  }

  /** What watches the store as it was knows nothing of it as it is: a pass over each object that reads from it has it watched anew. */
  #watchAnew(store: ObjectKey): void {
    for (const { metadata } of this.#externalSecrets.cache.byIndex('store', storeIndexValue(store))) {
      this.#notices.forget(metadata)
      this.queue.add(keyText(metadata), 'periodic')
    }
  }

  /** Those that wait for the store need not wait for their next attempt: ESO lets them. */
  #wakeUsers(store: ObjectKey): void {
    for (const object of this.#externalSecrets.cache.byIndex('store', storeIndexValue(store)))
      if (!isReady(object)) this.queue.add(keyText(object.metadata), 'priority')
  }
}

const EMPTY_CACHE = { get: () => undefined }

function isReady({ status }: ExternalSecretObject | StoreKubeObject): boolean {
  return conditionOf(status?.conditions, 'Ready')?.status === 'True'
}

/** The opposite of {@link keyText}. */
function keyOf(key: string): ObjectKey {
  const slash = key.indexOf('/')
  return slash === -1 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}
