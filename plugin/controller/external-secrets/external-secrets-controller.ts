import type { KubeClient } from '../../kube/kube-client.ts'
import type { Staleness } from '../../observability/staleness-text.ts'
import type { StoreDetection } from '../detection/detection-schedule.ts'
import type { Lane } from '../queue/lane.ts'
import type { LaneLoad } from '../queue/work-queue.ts'
import type { RotationTarget } from '../rotations/rotation.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import type { ExternalSecretsPorts, ExternalSecretsSettings } from './external-secrets-ports.ts'
import type { ExternalSecretsFacts } from './external-secrets-view.ts'
import { isPartial } from './next-status.ts'
import { shards } from './shard.ts'
import { ShardWork } from './shard-work.ts'
import { refreshIntervalMs, stalenessMs } from './staleness.ts'
import { WatchedCluster } from './watched-cluster.ts'

/** Duty B in one process: watches everything from the start, works on the shards that it leads. */
export class ExternalSecretsController {
  readonly #ports: ExternalSecretsPorts
  readonly #cluster: WatchedCluster
  /** By index. */
  readonly #works: readonly ShardWork[]

  /** Starts to watch; `signal` ends that. */
  constructor(ports: ExternalSecretsPorts, settings: ExternalSecretsSettings, shardCount: number, signal: AbortSignal) {
    this.#ports = ports
    const cluster = new WatchedCluster(ports, settings, signal)
    this.#cluster = cluster
    this.#works = shards(shardCount).map((shard) => new ShardWork(ports, settings, cluster, shard))
  }

  /** Whether everything that there is has been seen. */
  get isSynced(): boolean {
    return this.#cluster.isSynced
  }

  /**
   * Works on a shard until `signal` is aborted, and resolves once no pass is under way. `client` writes as long as this process leads it; `beside` runs
   * from when everything is known, and is given who finds out whom of the shard rotations concern. Rejects with KubeError when it cannot begin.
   */
  async run(
    shard: number,
    client: KubeClient,
    signal: AbortSignal,
    beside: (rotations: RotationTarget, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const work = this.#works[shard]
    await work?.run(client, signal, (leading) => beside(work, leading))
  }

  load(shard: number, lane: Lane): LaneLoad {
    return this.#works[shard]?.queue.load(lane) ?? { ready: 0, oldestMs: 0 }
  }

  /** Of the shards that this process leads. */
  get detections(): readonly StoreDetection[] {
    return this.#works.flatMap(({ detections }) => detections)
  }

  /** The same of their objects. */
  staleness(): readonly Staleness[] {
    const now = this.#ports.clock.now()
    return Array.from(this.#cluster.externalSecrets.cache.list()).flatMap((object) => {
      const { refreshFacts } = this.#workOf(object)
      const ms = refreshFacts.isLeading ? stalenessMs(object, refreshFacts, now) : undefined
      if (ms === undefined) return []
      const { namespace = '', name, labels } = object.metadata
      return [{ namespace, name, labels, seconds: ms / 1_000, intervalSeconds: (refreshIntervalMs(object) ?? 0) / 1_000 }]
    })
  }

  /** In how many of its objects something stands in for a missing value, by namespace. */
  partial(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const object of this.#cluster.externalSecrets.cache.list()) {
      if (!isPartial(object) || !this.#workOf(object).refreshFacts.isLeading) continue
      const { namespace = '' } = object.metadata
      counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
    }
    return counts
  }

  /** For the dashboard, as it is now; also of a process that stands by. */
  facts(): ExternalSecretsFacts {
    return {
      externalSecrets: this.#cluster.externalSecrets.cache.list(),
      stores: this.#cluster.stores(),
      refreshOf: (object) => this.#workOf(object).refreshFacts,
      heldBy: (object) => this.#workOf(object).heldBy(object),
      nextPassAt: (object) => this.#workOf(object).nextPassAt(object),
      validationOf: (store) => this.#works.find((work) => work.hasStore(store))?.validationOf(store),
      detections: this.detections,
      now: this.#ports.clock.now(),
    }
  }

  #workOf(object: ExternalSecretObject): ShardWork {
    const work = this.#works.find((one) => one.has(object))
    if (!work) throw new TypeError('every ExternalSecret is in a shard')
    return work
  }
}
