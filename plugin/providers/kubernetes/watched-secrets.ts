import { SECRETS } from '../../kube/core-resources.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { ObjectCache, ObjectHandler } from '../../kube/object-cache.ts'
import { objectIdentity } from '../../kube/object-identity.ts'
import { startReflector } from '../../kube/reflector.ts'
import type { ReflectorState } from '../../kube/reflector-options.ts'
import { restClient } from '../../kube/rest-client.ts'
import type { Clock } from '../../model/clock.ts'
import { silentLogger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import type { SecretError } from '../../model/secret-error.ts'
import type { ChangeListener } from '../change-detector.ts'
import { PAGE_SIZE, type SecretFacts } from './api.ts'
import { kubeFailure } from './failure.ts'
import { lastChangeMs } from './last-change.ts'
import { StoreTransport, type StoreTransportParts } from './store-transport.ts'

export interface WatchedSecretsParts extends StoreTransportParts {
  readonly namespace: string
  readonly clock: Clock
  readonly random: Random
}

/** What a watch of a namespace's Secrets has told: names, resource versions and when they were changed, nothing else of them is kept. */
export class WatchedSecrets {
  readonly #parts: WatchedSecretsParts
  #session: WatchSession | undefined

  constructor(parts: WatchedSecretsParts) {
    this.#parts = parts
  }

  /** Whether everything that happens is told at the moment: {@link factsOf} is what is there then. */
  get isLive(): boolean {
    return this.#session?.isLive === true
  }

  /** Undefined for a Secret that is not there. */
  factsOf(name: string): Omit<SecretFacts, 'name'> | undefined {
    return this.#session?.factsOf(name)
  }

  /** As {@link ChangeDetector.subscribe}. */
  async follow(listener: ChangeListener, signal: AbortSignal): Promise<void> {
    this.#session = new WatchSession(this.#parts, listener)
    try {
      await this.#session.run(signal)
    } finally {
      this.#session = undefined
    }
  }
}

/** One reflector, from its first list until it is stopped or will not do. */
class WatchSession implements ObjectHandler<KubeObject> {
  isLive = false
  readonly #parts: WatchedSecretsParts
  readonly #listener: ChangeListener
  readonly #transport: StoreTransport
  readonly #end = new AbortController()
  readonly #changed = new Set<string>()
  #verb: 'list' | 'watch' = 'list'
  /** A watch was granted, and what came of it is not known to be over. */
  #isOpen = false
  #isMute = false
  #refusal: SecretError | undefined
  #cache: ObjectCache<KubeObject> | undefined

  constructor(parts: WatchedSecretsParts, listener: ChangeListener) {
    this.#parts = parts
    this.#listener = listener
    this.#transport = new StoreTransport(parts, {
      onOpen: () => this.#note({ isOpen: true }),
      onMute: (isMute) => this.#note({ isMute }),
    })
  }

  factsOf(name: string): Omit<SecretFacts, 'name'> | undefined {
    const { resourceVersion, managedFields = [] } = this.#cache?.get({ namespace: this.#parts.namespace, name })?.metadata ?? {}
    if (resourceVersion === undefined) return undefined
    return { resourceVersion, changedAtMs: lastChangeMs(managedFields.map(({ time }) => time)) }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, namespace } = this.#parts
    const client = restClient(this.#transport, { clock, random })
    const { cache, stopped } = startReflector(
      { client, resource: SECRETS, namespace, metadataOnly: true, keep: whatIsTold, handler: this, pageSize: PAGE_SIZE },
      { clock, random, logger: silentLogger, onState: (state) => this.#follow(state) },
      AbortSignal.any([signal, this.#end.signal]),
    )
    this.#cache = cache
    await stopped
    client.close()
    if (this.#refusal && !signal.aborted) throw this.#refusal
  }

  onAdd({ metadata }: KubeObject): void {
    this.#hasChanged(metadata.name)
  }

  onUpdate(_before: KubeObject, { metadata }: KubeObject): void {
    this.#hasChanged(metadata.name)
  }

  onDelete({ metadata }: KubeObject): void {
    this.#hasChanged(metadata.name)
  }

  #follow(state: ReflectorState): void {
    if (state.phase === 'listing') this.#verb = 'list'
    // The next watch goes on where the one before ended: between the two nothing is lost.
    if (state.phase === 'watching') this.#verb = 'watch'
    else this.#note({ isOpen: false })
    if (state.phase !== 'waiting') return
    this.#refusal = this.#transport.lasting ?? this.#refusalOf(state.status)
    if (this.#refusal) this.#end.abort()
  }

  /** What the same request would be answered again; a version that is too old (410) or too many requests (429) are none of it. */
  #refusalOf(status: number): SecretError | undefined {
    if (status < 300 || status >= 500 || status === 408 || status === 410 || status === 429) return undefined
    const asked = { verb: this.#verb, namespace: this.#parts.namespace, verbs: ['list', 'watch'] }
    return kubeFailure({ status, headers: {}, body: new Uint8Array() }, asked)
  }

  #note({ isOpen = this.#isOpen, isMute = this.#isMute }: { isOpen?: boolean; isMute?: boolean }): void {
    this.#isOpen = isOpen
    this.#isMute = isMute
    const isLive = isOpen && !isMute
    if (isLive !== this.isLive) {
      this.isLive = isLive
      this.#listener.onLive(isLive)
    }
    this.#tell()
  }

  #hasChanged(name: string): void {
    if (this.#changed.size === 0) queueMicrotask(() => this.#tell())
    this.#changed.add(name)
  }

  /** Not before whoever asks for them is answered out of what was told. */
  #tell(): void {
    if (!this.isLive || this.#changed.size === 0) return
    const keys = [...this.#changed]
    this.#changed.clear()
    this.#listener.onKeys(keys)
  }
}

/** Annotations may hold all of a Secret (kubectl's last applied configuration): nothing of them stays. */
function whatIsTold({ metadata }: KubeObject): KubeObject {
  const { managedFields = [] } = metadata
  return {
    metadata: {
      ...objectIdentity(metadata),
      managedFields: managedFields
        .map(({ time = '' }) => ({ time }))
        .toSorted((one, other) => (one.time < other.time ? 1 : -1))
        .slice(0, 1),
    },
  }
}
