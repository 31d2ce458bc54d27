import { isDeepStrictEqual } from 'node:util'
import type { KubeClient } from '../../kube/kube-client.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { ObjectHandler } from '../../kube/object-cache.ts'
import type { Reflector } from '../../kube/reflector.ts'
import type { ExternalSecretObject } from '../external-secrets/external-secret-object.ts'
import { isSignificantChange } from '../external-secrets/significant-change.ts'
import type { ObjectMetrics } from '../external-secrets/tell-outcome.ts'
import { type QueuePorts, WorkQueue } from '../queue/work-queue.ts'
import type { ClusterExternalSecretObject } from './cluster-external-secret-object.ts'
import { type ClusterExternalSecretTools, reconcileClusterExternalSecret } from './reconcile-cluster-external-secret.ts'

export interface ClusterExternalSecretsPorts extends QueuePorts {
  readonly metrics: Readonly<Record<'ClusterExternalSecret', ObjectMetrics>>
}

const WORKERS = 2

/** The ClusterExternalSecrets of a cluster: looked at when one changes, when a namespace does, and when what one made does. */
export class ClusterExternalSecrets {
  readonly handler: ObjectHandler<ClusterExternalSecretObject>
  readonly namespaceHandler: ObjectHandler<KubeObject>
  readonly #queue: WorkQueue
  readonly #ports: ClusterExternalSecretsPorts
  readonly #caches: Pick<ClusterExternalSecretTools, 'namespaces' | 'childrenOf' | 'find' | 'wrote'>
  #reflector: Reflector<ClusterExternalSecretObject> | undefined

  constructor(
    ports: ClusterExternalSecretsPorts,
    caches: Pick<ClusterExternalSecretTools, 'namespaces' | 'childrenOf' | 'find' | 'wrote'>,
  ) {
    this.#ports = ports
    this.#caches = caches
    this.#queue = new WorkQueue(ports)
    const add = ({ metadata }: KubeObject): void => this.#queue.add(metadata.name, 'priority')
    this.handler = {
      onAdd: add,
      onUpdate: (before, now) => (isSignificantChange(before, now) ? add(now) : undefined),
      onDelete: (object) => ports.metrics.ClusterExternalSecret.deleted(object),
    }
    this.namespaceHandler = {
      onAdd: () => this.#addAll(),
      onUpdate: ({ metadata: before }, { metadata: now }) => {
        if (before.deletionTimestamp !== now.deletionTimestamp || !isDeepStrictEqual(before.labels, now.labels)) this.#addAll()
      },
      onDelete: () => this.#addAll(),
    }
  }

  /** Those that `handler` is told of. */
  watch(reflector: Reflector<ClusterExternalSecretObject>): void {
    this.#reflector = reflector
  }

  /** An ExternalSecret was made, changed or deleted: perhaps one of theirs. */
  childChanged({ metadata }: ExternalSecretObject): void {
    for (const { kind, name, controller } of metadata.ownerReferences ?? [])
      if (kind === 'ClusterExternalSecret' && controller === true) this.#queue.add(name, 'priority')
  }

  /** Works until `signal` is aborted, and resolves once no pass is under way. */
  async run(client: KubeClient, signal: AbortSignal): Promise<void> {
    const { clock, logger, metrics } = this.#ports
    const tools = { ...this.#caches, client, clock, logger, metrics: metrics.ClusterExternalSecret }
    this.#addAll()
    await this.#queue.run(
      async (name) => {
        const object = this.#reflector?.cache.get({ name })
        return object ? reconcileClusterExternalSecret(object, tools, signal) : { next: 'none' }
      },
      { concurrency: WORKERS },
      signal,
    )
  }

  #addAll(): void {
    for (const { metadata } of this.#reflector?.cache.list() ?? []) this.#queue.add(metadata.name, 'priority')
  }
}
