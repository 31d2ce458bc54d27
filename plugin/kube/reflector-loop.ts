import { errorName } from './error-name.ts'
import type { ListOptions, WatchEvent } from './kube-client.ts'
import { KubeError } from './kube-error.ts'
import type { KubeObject } from './kube-object.ts'
import type { ObjectStore } from './object-store.ts'
import { ReflectedObjects } from './reflected-objects.ts'
import { ReflectorBackoff } from './reflector-backoff.ts'
import { listAll } from './reflector-list.ts'
import { type ReflectorOptions, type ReflectorPorts, withoutManagedFields } from './reflector-options.ts'
import { cutWhenSilent } from './reflector-silence.ts'

type LoopOptions<T extends KubeObject> = Omit<ReflectorOptions<T>, 'indexes'>

/** Watches last from this long to twice as long, by chance: many of one start are not renewed at once (client-go, defaultMinWatchTimeout). */
const LEAST_WATCH_SECONDS = 300

/** A watch that ends within a second without a word is a failure and not an end (client-go, VeryShortWatchError). */
const SHORT_WATCH_MS = 1_000

const REMEDIES: ReadonlyMap<number, string> = new Map([
  [403, 'let the account list and watch it'],
  [404, 'the API server does not know this kind: install its definition'],
])

/** The one activity of a reflector: list, watch, wait, and what it has seen so far. */
export class ReflectorLoop<T extends KubeObject> {
  seenVersion: string | undefined
  isSynced = false
  readonly #options: LoopOptions<T>
  readonly #ports: ReflectorPorts
  readonly #signal: AbortSignal
  readonly #objects: ReflectedObjects<T>
  readonly #backoff: ReflectorBackoff
  readonly #firstSync = Promise.withResolvers<void>()
  #mustList = true
  #isUnknown = false

  constructor(options: LoopOptions<T>, store: ObjectStore<T>, ports: ReflectorPorts, signal: AbortSignal) {
    this.#options = options
    this.#ports = ports
    this.#signal = signal
    this.#objects = new ReflectedObjects(store, options.handler, options.keep ?? withoutManagedFields, ports.logger)
    this.#backoff = new ReflectorBackoff(ports.clock, ports.random)
    this.#firstSync.promise.catch(() => {})
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        if (this.#mustList) await this.#list()
        if (this.seenVersion !== undefined) await this.#watch(this.seenVersion)
      } catch (thrown) {
        if (this.#signal.aborted) break
        this.#mustList ||= needsList(thrown)
        await this.#wait(thrown)
      }
    }
    this.#firstSync.reject(this.#signal.reason)
    this.#ports.onState?.({ phase: 'stopped' })
  }

  async synced(waiting: AbortSignal): Promise<void> {
    waiting.throwIfAborted()
    const { promise, reject } = Promise.withResolvers<void>()
    const giveUp = (): void => reject(waiting.reason)
    waiting.addEventListener('abort', giveUp)
    try {
      await Promise.race([this.#firstSync.promise, promise])
    } finally {
      waiting.removeEventListener('abort', giveUp)
    }
  }

  async #list(): Promise<void> {
    const { client, resource, pageSize = 500 } = this.#options
    this.#ports.onState?.({ phase: 'listing' })
    const { objects, resourceVersion } = await listAll<T>(
      {
        client,
        resource,
        pageSize,
        selection: this.#selection(),
        seenVersion: this.seenVersion,
        keep: (object) => this.#objects.kept(object),
      },
      this.#ports.clock,
      this.#signal,
    )
    this.#hasAll(objects)
    this.seenVersion = resourceVersion
    this.#mustList = false
  }

  #hasAll(objects: readonly T[]): void {
    this.#objects.replace(objects)
    this.isSynced = true
    this.#firstSync.resolve()
  }

  /** Returns when the watch has come to its end, or was cut after it had lived: the next one goes on where it was. */
  async #watch(resourceVersion: string): Promise<void> {
    const { client, resource } = this.#options
    const { clock, random } = this.#ports
    const timeoutSeconds = Math.floor(LEAST_WATCH_SECONDS * (1 + random.fraction()))
    const startedAt = clock.monotonic()
    let hasSpoken = false
    const hasLived = (): boolean => hasSpoken || clock.monotonic() - startedAt >= SHORT_WATCH_MS
    this.#ports.onState?.({ phase: 'watching' })
    this.#objects.tellAgain()
    try {
      await cutWhenSilent(clock, this.#signal, async (cut, heard) => {
        const events = client.watch<T>(resource, { ...this.#selection(), resourceVersion, timeoutSeconds, signal: cut })
        for await (const event of events) {
          cut.throwIfAborted()
          heard()
          hasSpoken = true
          this.#take(event)
        }
      })
    } catch (thrown) {
      if (!isLostConnection(thrown) || !hasLived()) throw thrown
      return
    }
    if (!hasLived()) throw new KubeError('the watch ended at once', 200, 'ShortWatch')
  }

  #take(event: WatchEvent<T>): void {
    if (event.type === 'BOOKMARK') {
      this.seenVersion = event.resourceVersion || this.seenVersion
      this.#objects.tellAgain()
      return
    }
    this.#objects.take(event)
    this.seenVersion = event.object.metadata.resourceVersion ?? this.seenVersion
  }

  async #wait(thrown: unknown): Promise<void> {
    const isUnknown = this.#options.mayBeUnknown === true && isUnknownKind(thrown)
    if (isUnknown) this.#hasAll([])
    const failure = thrown instanceof KubeError ? thrown : undefined
    const delayMs = this.#backoff.next(failure?.retryAfterMs)
    const [reason, status] = [failure?.reason ?? errorName(thrown), failure?.status ?? 0]
    this.#ports.onState?.({ phase: 'waiting', reason, status, delayMs })
    const { plural } = this.#options.resource
    const remedy = REMEDIES.get(status)
    const said = { resource: plural, reason, status, delayMs: Math.round(delayMs), ...(remedy !== undefined && { remedy }) }
    if (!isUnknown) this.#ports.logger.warn('following a resource failed', said)
    else if (!this.#isUnknown)
      this.#ports.logger.info('there is none of a kind until the API server knows it', { resource: plural })
    this.#isUnknown = isUnknown
    await this.#ports.clock.sleep(delayMs, this.#signal).catch(() => {})
  }

  #selection(): Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector' | 'metadataOnly'> {
    const { namespace, labelSelector, fieldSelector, metadataOnly } = this.#options
    return { namespace, labelSelector, fieldSelector, ...(metadataOnly && { metadataOnly }) }
  }
}

/**
 * Nothing is lost by watching on from where it was when the server could not be reached (status 0) or has too much to do (429).
 * Everything else, 410 Gone first of all, is cured by a list or said by it.
 */
function needsList(thrown: unknown): boolean {
  return !isLostConnection(thrown) && !(thrown instanceof KubeError && thrown.status === 429)
}

/** A list has no name that there could be nothing of. */
function isUnknownKind(thrown: unknown): boolean {
  return thrown instanceof KubeError && thrown.status === 404
}

/** An event that is too large for us comes again with every watch from before it: only a list gets past it. */
function isLostConnection(thrown: unknown): boolean {
  return thrown instanceof KubeError && thrown.status === 0 && thrown.reason !== 'TooLarge'
}
