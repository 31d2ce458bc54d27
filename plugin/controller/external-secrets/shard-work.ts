import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { type KubeObject, keyOf, keyText, type ObjectKey } from '../../kube/kube-object.ts'
import type { ObjectHandler } from '../../kube/object-cache.ts'
import { isReady } from '../conditions.ts'
import type { DetectionSchedule, OnChanges, OnTelling, StoreDetection } from '../detection/detection-schedule.ts'
import { GeneratorStates } from '../generators/generator-states.ts'
import { sweepStates } from '../generators/sweep-states.ts'
import { usableGenerators } from '../generators/usable-generators.ts'
import { WorkQueue } from '../queue/work-queue.ts'
import type { Rotation } from '../rotations/rotation.ts'
import { reconcileStore, type StoreReconcileTools } from '../stores/reconcile-store.ts'
import { type StoreKubeObject, storeKindOf } from '../stores/store-kube-object.ts'
import { rotationAmong, type UsableStoresOptions, usableStores, watchedStores } from '../stores/usable-stores.ts'
import { type ChangeNotices, noChangeNotices } from './change-notices.ts'
import { DetectedChanges, laneOf, raiseFloor } from './detected-changes.ts'
import { storeIndexValue, targetIndexValue } from './external-secret-indexes.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import type { ExternalSecretsPorts, ExternalSecretsSettings } from './external-secrets-ports.ts'
import type { StoreValidation } from './external-secrets-view.ts'
import { genericTargetHandler } from './generic-target-handler.ts'
import { GenericTargets } from './generic-targets.ts'
import { inOrderOfKeys } from './in-order-of-keys.ts'
import { type ReconcileTools, reconcileExternalSecret } from './reconcile-external-secret.ts'
import { RefreshMemory } from './refresh-memory.ts'
import { RotatedUsers } from './rotated-users.ts'
import type { Shard } from './shard.ts'
import { isSignificantChange } from './significant-change.ts'
import { TargetSecrets } from './target-secrets.ts'
import type { WatchedCluster } from './watched-cluster.ts'

/** They wait for providers more than they work: some that do not answer leave room for the others. */
const STORE_WORKERS = 16
/** How long ExternalSecrets wait at the start for stores that nobody has validated yet. */
const FIRST_STORES_MS = 5_000

/** Duty B for one shard: works while this process leads it. */
export class ShardWork {
  readonly queue: WorkQueue
  readonly storeQueue: WorkQueue
  readonly #ports: ExternalSecretsPorts
  readonly #settings: ExternalSecretsSettings
  readonly #shard: Shard
  readonly #cluster: WatchedCluster
  readonly #rotatedUsers = new RotatedUsers(() => this.#ownObjects())
  #targets: TargetSecrets
  #generic: GenericTargets | undefined
  #memory = new RefreshMemory()
  #notices: ChangeNotices = noChangeNotices
  #startedAt: number
  #schedule: DetectionSchedule | undefined
  /** Stores, by key. */
  #validatedAt = new Map<string, number>()
  /** All that there was before is added by {@link ShardWork.run}, in its order. */
  #hasBegun = false

  constructor(ports: ExternalSecretsPorts, settings: ExternalSecretsSettings, cluster: WatchedCluster, shard: Shard) {
    this.#ports = ports
    this.#startedAt = ports.clock.now()
    this.#settings = settings
    this.#shard = shard
    this.#cluster = cluster
    this.queue = new WorkQueue(ports)
    this.storeQueue = new WorkQueue(ports)
    this.#targets = new TargetSecrets(ports.client, cluster.secrets.cache)
    cluster.tell({
      externalSecrets: this.#externalSecretHandler(),
      secrets: this.#secretHandler(),
      stores: this.#storeHandler(),
      objects: genericTargetHandler(
        () => this.#generic,
        (target) => this.#wake(target),
      ),
    })
  }

  has(object: ExternalSecretObject): boolean {
    return this.#shard.has(object)
  }

  /**
   * Works until `signal` is aborted, and resolves once no pass is under way. `client` writes as long as this process leads; `beside` runs from when
   * everything is known. Rejects with KubeError when it cannot begin.
   */
  async run(client: KubeClient, signal: AbortSignal, beside: (signal: AbortSignal) => Promise<void>): Promise<void> {
    await this.#cluster.synced(signal)
    this.#targets = new TargetSecrets(client, this.#cluster.secrets.cache)
    this.#generic = this.#settings.allowsGenericTargets ? new GenericTargets(client, this.#cluster.kinds) : undefined
    await this.#seeTargets(signal)
    this.#memory = new RefreshMemory()
    this.#validatedAt = new Map()
    this.#startedAt = this.#ports.clock.now()
    const detection = this.#detection(client)
    this.#schedule = detection
    const tools = this.#reconcileTools(client, this.#startedAt)
    this.#hasBegun = true
    for (const { metadata } of inOrderOfKeys(this.#ownObjects())) this.queue.add(keyText(metadata), 'priority')
    const storeTools = this.#storeTools(client, () => detection?.stores() ?? [])
    const validating = await this.#validateStores(storeTools, signal)
    try {
      await Promise.all([
        beside(signal),
        detection?.run(signal),
        this.#shard.index === 0 ? this.#cluster.everywhere?.run(client, signal) : undefined,
        this.#shard.index === 0 ? this.#sweepStates(client, signal) : undefined,
        this.queue.run((key) => this.#reconcile(key, tools, signal), { concurrency: this.#settings.concurrent }, signal),
        validating.ended,
      ])
    } finally {
      this.#leave()
    }
  }

  #sweepStates(client: KubeClient, signal: AbortSignal): Promise<void> {
    const { generators, objects, clock, logger } = this.#ports
    return sweepStates({ ...generators, client, objects, clock, logger, namespace: this.#settings.namespace }, signal)
  }

  /** Another tells of its objects from then on. */
  #leave(): void {
    const { metrics } = this.#ports
    this.#hasBegun = false
    this.#schedule = undefined
    for (const object of this.#ownObjects()) metrics.ExternalSecret.deleted(object)
    for (const store of this.#ownStores()) metrics[storeKindOf(store)].deleted(store)
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

  /** What the next refresh of its objects depends on beside their status; unless this process leads, another knows more. */
  get refreshFacts(): Pick<ReconcileTools, 'memory' | 'notices' | 'startedAt'> & { readonly isLeading: boolean } {
    return { memory: this.#memory, notices: this.#notices, startedAt: this.#startedAt, isLeading: this.#hasBegun }
  }

  /** What its detectors know; nothing unless this process leads. */
  get detections(): readonly StoreDetection[] {
    return this.#schedule?.stores() ?? []
  }

  /** When its next pass is; unless this process leads nobody here knows. */
  nextPassAt({ metadata }: ExternalSecretObject): number | undefined {
    return this.#wallTime(this.queue.dueAtMs(keyText(metadata)))
  }

  hasStore(store: StoreKubeObject): boolean {
    return this.#shard.hasStore(store)
  }

  /** When a store was validated last, and will be. */
  validationOf({ metadata }: StoreKubeObject): StoreValidation {
    const key = keyText(metadata)
    return { lastAt: this.#validatedAt.get(key), nextAt: this.#wallTime(this.storeQueue.dueAtMs(key)) }
  }

  #wallTime(monotonicMs: number | undefined): number | undefined {
    const { clock } = this.#ports
    return this.#hasBegun && monotonicMs !== undefined ? clock.now() + monotonicMs - clock.monotonic() : undefined
  }

  /** Keys that it holds and their versions, in turn. */
  heldBy({ metadata }: ExternalSecretObject): readonly string[] {
    return this.#memory.get(metadata.uid ?? '')?.held ?? []
  }

  /** Somebody says what was rotated: a detector looks where there is one, else whoever uses it is read again. Gives how many use it. */
  async rotated(rotations: readonly Rotation[]): Promise<number> {
    return await this.#rotatedUsers.tellEach(
      rotationAmong(rotations, this.#storeOptions()),
      async ({ object: { metadata }, keys, atMs }) => {
        if ((await this.#notices.rotated(metadata, keys, atMs)) === 'changed') this.queue.add(keyText(metadata), 'priority')
      },
    )
  }

  async #reconcile(key: string, tools: ReconcileTools, signal: AbortSignal): ReturnType<typeof reconcileExternalSecret> {
    const object = this.#cluster.written.get(keyOf(key))
    if (!object || !this.#shard.has(object)) return { next: 'none' }
    try {
      return await reconcileExternalSecret(object, tools, signal)
    } finally {
      this.#forgetGone(object)
    }
  }

  /** What ended or left the shard during its pass was forgotten before the pass had its say, and nobody will tell of it again. */
  #forgetGone(object: ExternalSecretObject): void {
    const { written, externalSecrets } = this.#cluster
    const told = externalSecrets.cache.get(object.metadata)
    if (!told) written.forget(object.metadata)
    if (!told || told.metadata.uid !== object.metadata.uid || !this.#shard.has(told)) this.#forget(object)
  }

  #forget(object: ExternalSecretObject): void {
    this.#memory.forget(object.metadata.uid ?? '')
    this.#notices.forget(object.metadata)
    if (this.#shard.has(object)) this.#ports.metrics.ExternalSecret.deleted(object)
  }

  async #reconcileStore(key: string, tools: StoreReconcileTools, signal: AbortSignal): ReturnType<typeof reconcileStore> {
    const store = this.#cluster.writtenStores.get(keyOf(key))
    if (!store) {
      this.#validatedAt.delete(key)
      return { next: 'none' }
    }
    const events = store.metadata.namespace === undefined ? this.#ports.events.clusterStores : this.#ports.events.stores
    try {
      const next = await reconcileStore(store, { ...tools, events }, signal)
      this.#validatedAt.set(key, tools.clock.now())
      return next
    } finally {
      const told = this.#cluster.toldStore(store.metadata)
      if (!told) this.#cluster.writtenStores.forget(store.metadata)
      if (told?.metadata.uid !== store.metadata.uid) this.#forgetStore(store)
    }
  }

  #forgetStore(store: StoreKubeObject): void {
    this.#validatedAt.delete(keyText(store.metadata))
    this.#ports.metrics[storeKindOf(store)].deleted(store)
  }

  #ownObjects(): readonly ExternalSecretObject[] {
    return Array.from(this.#cluster.externalSecrets.cache.list()).filter((object) => this.#shard.has(object))
  }

  #ownStores(): readonly StoreKubeObject[] {
    return this.#cluster.stores().filter((store) => this.#shard.hasStore(store))
  }

  /**
   * Validates stores until `signal` is aborted. Those that nobody has validated yet go first: their ExternalSecrets would fail, say so, and be tried
   * again. Resolves once they have had their pass, or have been waited for.
   */
  async #validateStores(tools: StoreReconcileTools, signal: AbortSignal): Promise<{ readonly ended: Promise<void> }> {
    const { first: waiting = [], later = [] } = Object.groupBy(this.#ownStores(), (store) => (isReady(store) ? 'later' : 'first'))
    const first = new Set(waiting.map(({ metadata }) => keyText(metadata)))
    const passed = new AbortController()
    const validate = async (key: string): ReturnType<typeof reconcileStore> => {
      try {
        return await this.#reconcileStore(key, tools, signal)
      } finally {
        first.delete(key)
        if (first.size === 0) passed.abort()
      }
    }
    for (const key of first) this.storeQueue.add(key, 'priority')
    const ended = this.storeQueue.run(validate, { concurrency: STORE_WORKERS }, signal)
    const waited = AbortSignal.any([passed.signal, signal])
    if (first.size > 0) await this.#ports.clock.sleep(FIRST_STORES_MS, waited).catch(() => undefined)
    for (const { metadata } of later) this.storeQueue.add(keyText(metadata), 'priority')
    return { ended }
  }

  #reconcileTools(client: KubeClient, startedAt: number): ReconcileTools {
    const { objects, templating, logger, clock, metrics, events, generators } = this.#ports
    const { controllerClass } = this.#settings
    return {
      client,
      targets: this.#targets,
      generic: this.#generic,
      stores: usableStores(this.#storeOptions()),
      generators: usableGenerators({ ...generators, client, objects, controllerClass }),
      states: new GeneratorStates({ ...generators, client, objects, clock, logger }),
      objects,
      templating,
      notices: this.#notices,
      memory: this.#memory,
      settings: this.#settings,
      startedAt,
      noticedAt: ({ metadata }) => this.#cluster.noticedAt(metadata) ?? startedAt,
      wrote: (object) => this.#cluster.written.wrote(object),
      events: events.externalSecrets,
      metrics: metrics.ExternalSecret,
      logger,
      clock,
    }
  }

  #storeOptions(): UsableStoresOptions {
    const { providers, opener, objects, floors } = this.#ports
    const { controllerClass, floodGate } = this.#settings
    const caches = this.#cluster.storeCaches
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
    const onTelling: OnTelling = ({ name }) => this.storeQueue.add(name.slice(name.indexOf(' ') + 1), 'periodic')
    const schedule = detection.createSchedule(client, { onChanges, onTelling })
    const storeOf = watchedStores(this.#storeOptions(), detection.openDetector)
    // What reads from another shard's store as well is read at its turns: no store has two detectors.
    const watchedStore: typeof storeOf = async (ref, namespace) => {
      const store = await storeOf(ref, namespace)
      return store && this.#shard.hasStoreOf(store.name) ? store : undefined
    }
    const notices = new DetectedChanges({ schedule, watchedStore, clock })
    this.#notices = notices
    return schedule
  }

  #storeTools(client: KubeClient, detections: StoreReconcileTools['detections']): StoreReconcileTools {
    const { objects, logger, clock, metrics, events, providers, opener } = this.#ports
    const { controllerClass, storeRequeueMs, storeLookMs } = this.#settings
    const common = { client, objects, logger, clock, metrics, providers, opener, controllerClass, detections }
    const wrote = (store: StoreKubeObject): void => this.#cluster.writtenStores.wrote(store)
    return { ...common, events: events.stores, requeueMs: storeRequeueMs, lookMs: storeLookMs, wrote }
  }

  #externalSecretHandler(): ObjectHandler<ExternalSecretObject> {
    const add = (object: ExternalSecretObject): void => {
      if (this.#hasBegun && this.#shard.has(object)) this.queue.add(keyText(object.metadata), 'priority')
    }
    return {
      onAdd: add,
      onUpdate: (before, now) => {
        if (this.#shard.has(before) && !this.#shard.has(now)) this.#forget(before)
        else if (isSignificantChange(before, now)) add(now)
      },
      onDelete: (object) => this.#forget(object),
    }
  }

  #secretHandler(): ObjectHandler<KubeObject> {
    const told = (secret: KubeObject): void => {
      this.#targets.told(secret)
      // A version that a pass has written or looked at is no news.
      if (this.#targets.hashOf(secret) === undefined) this.#wake(targetIndexValue(secret.metadata))
    }
    return {
      onAdd: told,
      onUpdate: (_before, now) => told(now),
      onDelete: (secret) => {
        this.#targets.toldGone(secret)
        this.#wake(targetIndexValue(secret.metadata))
      },
    }
  }

  #wake(target: string): void {
    for (const object of this.#cluster.externalSecrets.cache.byIndex('target', target))
      if (this.#shard.has(object)) this.queue.add(keyText(object.metadata), 'priority')
  }

  #storeHandler(): ObjectHandler<StoreKubeObject> {
    const add = (store: StoreKubeObject): void => {
      if (this.#hasBegun && this.#shard.hasStore(store)) this.storeQueue.add(keyText(store.metadata), 'priority')
    }
    return {
      onAdd: add,
      onUpdate: (before, now) => {
        if (isSignificantChange(before, now)) add(now)
        if (!isReady(before) && isReady(now)) this.#wakeUsers(now.metadata)
        if (before.metadata.generation !== now.metadata.generation) this.#watchAnew(now.metadata)
      },
      onDelete: (store) => {
        if (this.#shard.hasStore(store)) this.#forgetStore(store)
        this.#watchAnew(store.metadata)
      },
    }
  }

  /** What watches the store as it was knows nothing of it as it is: a pass over each object that reads from it has it watched anew. */
  #watchAnew(store: ObjectKey): void {
    for (const { metadata } of this.#usersOf(store)) {
      this.#notices.unwatch(metadata)
      this.queue.add(keyText(metadata), 'periodic')
    }
  }

  /** Those that wait for the store need not wait for their next attempt: ESO lets them. */
  #wakeUsers(store: ObjectKey): void {
    for (const object of this.#usersOf(store)) if (!isReady(object)) this.queue.add(keyText(object.metadata), 'priority')
  }

  #usersOf(store: ObjectKey): readonly ExternalSecretObject[] {
    const users = this.#cluster.externalSecrets.cache.byIndex('store', storeIndexValue(store))
    return Array.from(users).filter((object) => this.#shard.has(object))
  }
}
