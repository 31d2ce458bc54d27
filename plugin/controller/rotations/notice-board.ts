import { CONFIG_MAPS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { keyText, type ObjectKey } from '../../kube/kube-object.ts'
import { type Reflector, startReflector } from '../../kube/reflector.ts'
import type { Clock } from '../../model/clock.ts'
import { failureFields } from '../../model/failure-fields.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import { SecretError } from '../../model/secret-error.ts'
import { type Notice, type NoticeMap, noticesIn } from './notice.ts'
import { NoticeWriter } from './notice-writer.ts'
import type { Rotation, RotationTarget } from './rotation.ts'
import type { RotationIntake } from './rotation-intake.ts'

export interface NoticeBoardPorts {
  readonly client: KubeClient
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/**
 * A ConfigMap by which whichever process takes an event tells those that lead. An event counts as taken once its notice is written; whoever comes to
 * lead finds what was written before, so nothing is lost when leaders change. To be told twice costs a look, or a read.
 */
export class NoticeBoard implements RotationIntake {
  readonly #ports: NoticeBoardPorts
  readonly #map: ObjectKey
  readonly #writer: NoticeWriter
  readonly #watch: Reflector<NoticeMap>
  /** In their order, and when this process first saw them: no clock but its own says what is old. */
  #seen: ReadonlyMap<string, { readonly notice: Notice; readonly atMs: number }> = new Map()
  readonly #followers = new Set<(rotations: readonly Rotation[]) => void>()

  /** Starts to watch `map`, which need not be there; `signal` ends that. */
  constructor(ports: NoticeBoardPorts, map: ObjectKey, signal: AbortSignal) {
    this.#ports = ports
    this.#map = map
    const { clock } = ports
    this.#writer = new NoticeWriter({
      ...ports,
      map,
      ageMs: (id) => clock.monotonic() - (this.#seen.get(id)?.atMs ?? clock.monotonic()),
    })
    this.#watch = startReflector<NoticeMap>(
      {
        client: ports.client,
        resource: CONFIG_MAPS,
        namespace: map.namespace,
        fieldSelector: `metadata.name=${map.name}`,
        handler: {
          onAdd: (now) => this.#told(now),
          onUpdate: (_before, now) => this.#told(now),
          onDelete: () => this.#told(undefined),
        },
      },
      ports,
      signal,
    )
  }

  async take(rotations: readonly Rotation[], id?: string): Promise<'taken' | 'known'> {
    // Whoever cannot watch it would not hear of it when leading.
    if (!this.#watch.isSynced) throw new SecretError('Unavailable', `the ConfigMap ${keyText(this.#map)} is not watched yet`)
    if (id !== undefined && this.#seen.has(id)) return 'known'
    const at = new Date(this.#ports.clock.now()).toISOString()
    const ids = rotations.map((_, index) => (index === 0 && id !== undefined ? id : this.#newId()))
    return await this.#writer.write(rotations.map((rotation, index) => ({ id: ids[index] ?? '', at, rotation })))
  }

  /** Tells `target` what is there and what comes, until `signal` is aborted. */
  async follow(target: RotationTarget, signal: AbortSignal): Promise<void> {
    let news: Rotation[] = []
    let woken = Promise.withResolvers<void>()
    const wake = (rotations: readonly Rotation[]): void => {
      news.push(...rotations)
      woken.resolve()
    }
    const stop = (): void => woken.resolve()
    wake(Array.from(this.#seen.values(), ({ notice }) => earlier(notice)))
    this.#followers.add(wake)
    signal.addEventListener('abort', stop)
    while (!signal.aborted) {
      await woken.promise
      woken = Promise.withResolvers()
      const rotations = news
      news = []
      if (!signal.aborted && rotations.length > 0) await this.#tell(target, rotations)
    }
    this.#followers.delete(wake)
    signal.removeEventListener('abort', stop)
  }

  async #tell(target: RotationTarget, rotations: readonly Rotation[]): Promise<void> {
    try {
      await target.rotated(rotations)
    } catch (thrown) {
      this.#ports.logger.warn('what events say could not be looked at', failureFields(thrown))
    }
  }

  #told(map: NoticeMap | undefined): void {
    const [before, atMs] = [this.#seen, this.#ports.clock.monotonic()]
    const notices = noticesIn(map)
    this.#seen = new Map(notices.map((notice) => [notice.id, { notice, atMs: before.get(notice.id)?.atMs ?? atMs }]))
    const news = notices.filter(({ id }) => !before.has(id))
    const rotations = this.#watch.isSynced ? news.map(({ rotation }) => rotation) : news.map(earlier)
    for (const wake of this.#followers) wake(rotations)
  }

  #newId(): string {
    return Buffer.from(this.#ports.random.bytes(12)).toString('base64url')
  }
}

function earlier({ at, rotation }: Notice): Rotation {
  return { ...rotation, writtenAtMs: Date.parse(at) }
}
