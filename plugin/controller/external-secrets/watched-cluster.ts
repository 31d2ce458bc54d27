import { NAMESPACES, SECRETS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import type { KubeObject, ObjectKey, ObjectMeta } from '../../kube/kube-object.ts'
import type { ObjectCache, ObjectHandler } from '../../kube/object-cache.ts'
import { type Reflector, startReflector } from '../../kube/reflector.ts'
import type { ReflectorOptions } from '../../kube/reflector-options.ts'
import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import { ClusterExternalSecrets, type ClusterExternalSecretsPorts } from '../cluster-external-secrets/cluster-external-secrets.ts'
import { CLUSTER_EXTERNAL_SECRETS, CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../resources.ts'
import type { StoreKubeObject } from '../stores/store-kube-object.ts'
import type { StoreCaches } from '../stores/usable-stores.ts'
import { type ExternalSecretIndex, externalSecretIndexes } from './external-secret-indexes.ts'
import { type ExternalSecretObject, keptExternalSecret } from './external-secret-object.ts'
import { kindId } from './generic-targets.ts'
import { keptTarget } from './managed-targets.ts'
import { MANAGED_LABEL } from './markers.ts'
import { isSignificantChange } from './significant-change.ts'
import { CREATED_BY_INDEX, createdByIndexValue } from './target-secrets.ts'
import { type KindHandler, WatchedKinds } from './watched-kinds.ts'
import { WrittenObjects } from './written-objects.ts'

export interface ClusterPorts extends ClusterExternalSecretsPorts {
  readonly client: KubeClient
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export interface ClusterScope {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined
  readonly reconcilesClusterStores: boolean
}

/** Told what happens in the cluster. */
export interface ClusterHandlers {
  readonly externalSecrets: ObjectHandler<ExternalSecretObject>
  readonly secrets: ObjectHandler<KubeObject>
  readonly stores: ObjectHandler<StoreKubeObject>
  readonly objects: KindHandler
}

const EMPTY_CACHE = { get: () => undefined }

/** What there is in a cluster, watched once for all shards that this process works on. */
export class WatchedCluster {
  readonly externalSecrets: Reflector<ExternalSecretObject, ExternalSecretIndex>
  readonly secrets: Reflector<KubeObject, typeof CREATED_BY_INDEX>
  /** Undefined where ClusterExternalSecrets are not ours. */
  readonly everywhere: ClusterExternalSecrets | undefined
  /** What ExternalSecrets make instead of Secrets; nothing is watched before one asks for it. */
  readonly kinds: WatchedKinds
  readonly written: WrittenObjects<ExternalSecretObject>
  readonly writtenStores: WrittenObjects<StoreKubeObject>
  readonly #stores: Reflector<StoreKubeObject>
  readonly #clusterStores: Reflector<StoreKubeObject> | undefined
  readonly #namespaces: Reflector<KubeObject> | undefined
  readonly #handlers: ClusterHandlers[] = []
  readonly #noticedAt = new Map<string, number>()
  readonly #clock: Clock

  /** Starts to watch; `signal` ends that. */
  constructor(ports: ClusterPorts, scope: ClusterScope, signal: AbortSignal) {
    this.#clock = ports.clock
    const start = <T extends KubeObject, Index extends string = string>(
      options: Omit<ReflectorOptions<T, Index>, 'client' | 'namespace'>,
    ): Reflector<T, Index> => {
      const namespace = options.resource.isNamespaced ? scope.namespace : undefined
      return startReflector<T, Index>({ ...options, client: ports.client, namespace }, ports, signal)
    }
    this.externalSecrets = start({
      resource: EXTERNAL_SECRETS,
      keep: keptExternalSecret,
      indexes: externalSecretIndexes,
      handler: this.#externalSecretHandler(),
    })
    this.secrets = start({
      resource: SECRETS,
      metadataOnly: true,
      labelSelector: `${MANAGED_LABEL}=true`,
      keep: keptTarget,
      indexes: { [CREATED_BY_INDEX]: createdByIndexValue },
      handler: this.#toldAll(({ secrets }) => secrets),
    })
    const managed = { metadataOnly: true, labelSelector: `${MANAGED_LABEL}=true`, keep: keptTarget } as const
    this.kinds = new WatchedKinds(
      (resource, handler, until) =>
        startReflector<KubeObject>(
          { ...managed, resource, handler, client: ports.client, namespace: scope.namespace },
          ports,
          until,
        ),
      this.#kindHandler(),
      signal,
    )
    this.#stores = start({ resource: SECRET_STORES, handler: this.#storeHandler() })
    if (scope.reconcilesClusterStores) {
      // ESO's chart leaves out the definitions of what is cluster-wide where that is asked for.
      this.#clusterStores = start({ resource: CLUSTER_SECRET_STORES, mayBeUnknown: true, handler: this.#storeHandler() })
      this.everywhere = new ClusterExternalSecrets(ports, {
        namespaces: () => this.#namespaces?.cache.list() ?? [],
        childrenOf: (uid) => this.externalSecrets.cache.byIndex('owner', uid),
        find: (key) => this.written.get(key),
        wrote: (object) => this.written.wrote(object),
      })
      this.#namespaces = start({ resource: NAMESPACES, metadataOnly: true, handler: this.everywhere.namespaceHandler })
      this.everywhere.watch(start({ resource: CLUSTER_EXTERNAL_SECRETS, mayBeUnknown: true, handler: this.everywhere.handler }))
    }
    this.written = new WrittenObjects(this.externalSecrets.cache)
    this.writtenStores = new WrittenObjects({ get: (key) => this.toldStore(key) })
  }

  /** To be called before anything can have happened: where it was made. */
  tell(handlers: ClusterHandlers): void {
    this.#handlers.push(handlers)
  }

  /** Resolves once everything that there is has been seen. */
  async synced(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors().map((reflector) => reflector.synced(signal)))
  }

  get isSynced(): boolean {
    return this.#reflectors().every(({ isSynced }) => isSynced)
  }

  stores(): readonly StoreKubeObject[] {
    return [...this.#stores.cache.list(), ...(this.#clusterStores?.cache.list() ?? [])]
  }

  /** As the watch tells it, without what was written since. */
  toldStore(key: ObjectKey): StoreKubeObject | undefined {
    return this.#storesOf(key)?.cache.get(key)
  }

  get storeCaches(): StoreCaches {
    const namespaces: Pick<ObjectCache<KubeObject>, 'get'> = this.#namespaces?.cache ?? EMPTY_CACHE
    return { secretStores: this.writtenStores, clusterSecretStores: this.writtenStores, namespaces }
  }

  /** When this version of an ExternalSecret was first seen, in milliseconds since the epoch. */
  noticedAt({ uid = '' }: ObjectMeta): number | undefined {
    return this.#noticedAt.get(uid)
  }

  #storesOf({ namespace }: ObjectKey): Reflector<StoreKubeObject> | undefined {
    return namespace === undefined ? this.#clusterStores : this.#stores
  }

  #reflectors(): readonly Pick<Reflector<KubeObject>, 'synced' | 'isSynced'>[] {
    const all = [this.externalSecrets, this.secrets, this.#stores, this.#clusterStores, this.#namespaces]
    return all.flatMap((reflector) => reflector ?? [])
  }

  #externalSecretHandler(): ObjectHandler<ExternalSecretObject> {
    const told = this.#toldAll(({ externalSecrets }) => externalSecrets)
    const notice = (object: ExternalSecretObject): void => {
      this.everywhere?.childChanged(object)
      this.#noticedAt.set(object.metadata.uid ?? '', this.#clock.now())
    }
    return {
      onAdd: (object) => {
        notice(object)
        told.onAdd(object)
      },
      onUpdate: (before, now) => {
        this.written.told(now)
        if (isSignificantChange(before, now)) {
          notice(now)
          this.#leaveKinds()
        }
        told.onUpdate(before, now)
      },
      onDelete: (object, isLastKnown) => {
        this.written.told(object, true)
        this.everywhere?.childChanged(object)
        this.#noticedAt.delete(object.metadata.uid ?? '')
        this.#leaveKinds()
        told.onDelete(object, isLastKnown)
      },
    }
  }

  /** Kinds that no ExternalSecret makes any more are not watched any more. */
  #leaveKinds(): void {
    this.kinds.retain((kind) => {
      const [first] = this.externalSecrets.cache.byIndex('kind', kindId(kind))
      return first !== undefined
    })
  }

  #kindHandler(): KindHandler {
    const each = (tell: (handler: KindHandler) => void): void => {
      for (const { objects } of this.#handlers) tell(objects)
    }
    return {
      changed: (kind, object) => each((handler) => handler.changed(kind, object)),
      gone: (kind, object) => each((handler) => handler.gone(kind, object)),
      left: (kind) => each((handler) => handler.left(kind)),
    }
  }

  #storeHandler(): ObjectHandler<StoreKubeObject> {
    const told = this.#toldAll(({ stores }) => stores)
    return {
      onAdd: (store) => told.onAdd(store),
      onUpdate: (before, now) => {
        this.writtenStores.told(now)
        told.onUpdate(before, now)
      },
      onDelete: (store, isLastKnown) => {
        this.writtenStores.told(store, true)
        told.onDelete(store, isLastKnown)
      },
    }
  }

  #toldAll<T extends KubeObject>(handlerOf: (handlers: ClusterHandlers) => ObjectHandler<T>): ObjectHandler<T> {
    const each = (tell: (handler: ObjectHandler<T>) => void): void => {
      for (const handlers of this.#handlers) tell(handlerOf(handlers))
    }
    return {
      onAdd: (object) => each((handler) => handler.onAdd(object)),
      onUpdate: (before, now) => each((handler) => handler.onUpdate(before, now)),
      onDelete: (object, isLastKnown) => each((handler) => handler.onDelete(object, isLastKnown)),
    }
  }
}
