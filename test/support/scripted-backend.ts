import type { Clock } from '../../plugin/model/clock.ts'
import { SecretError } from '../../plugin/model/secret-error.ts'
import type { ChangeDetector, ChangeListener, VersionOutcome, VersionQuery } from '../../plugin/providers/change-detector.ts'
import type { CallPace } from '../../plugin/providers/provider.ts'

export interface BackendShape {
  /** What one call answers for; `Infinity`: pages of a listing of everything. */
  readonly batchSize: number
  readonly pageSize?: number
  /** A listing shows what was there so long ago, in milliseconds. */
  readonly lagMs?: number
  /** A key that is asked for alone is told as it is now. */
  readonly describesOne?: true
  readonly comparable?: boolean
  /** Calls in any second; more are throttled. */
  readonly quotaPerSecond?: number
  /** Of one call, in milliseconds. */
  readonly latencyMs?: number
  /** It tells of changes by itself. */
  readonly tells?: true
}

interface History {
  readonly version: string | undefined
  readonly atMs: number
}

/** A secret manager in memory, told by its versions alone: it has a quota, lags and outages as a test wants them. */
export class ScriptedBackend {
  readonly shape: BackendShape
  /** What answers: `undefined` for the truth. */
  answer: VersionOutcome | undefined
  /** Rejects every call. */
  outage: SecretError | undefined
  /** Refuses subscriptions. */
  refusal: SecretError | undefined
  /** Who is subscribed now. */
  readonly subscribers = new Set<ChangeListener>()
  subscriptions = 0
  calls = 0
  throttled = 0
  /** Called when a key has been looked at. */
  onLook: (key: string, atMs: number) => void = () => undefined
  readonly #clock: Clock
  readonly #history = new Map<string, History[]>()
  readonly #live = new Set<ChangeListener>()
  #recent: number[] = []

  constructor(shape: BackendShape, clock: Clock) {
    this.shape = shape
    this.#clock = clock
  }

  /** Writes a version, or removes the secret. */
  put(key: string, version: string | undefined): void {
    const history = this.#history.get(key) ?? []
    history.push({ version, atMs: this.#clock.now() })
    if (history.length > 4) history.shift()
    this.#history.set(key, history)
    for (const subscriber of this.#live) subscriber.onKeys([key])
  }

  /** The connections by which it tells break, or are there again: then it tells all keys. */
  connect(isLive: boolean): void {
    for (const subscriber of this.subscribers) {
      if (isLive) this.#live.add(subscriber)
      else this.#live.delete(subscriber)
      subscriber.onLive(isLive)
      if (isLive) subscriber.onKeys([...this.#history.keys()])
    }
  }

  read(key: string): string | undefined {
    return this.#history.get(key)?.at(-1)?.version
  }

  detector(pace: CallPace): ChangeDetector {
    const { batchSize, pageSize = 100, lagMs = 0, comparable = true } = this.shape
    const isListing = batchSize === Number.POSITIVE_INFINITY
    return {
      batchSize,
      lagMs,
      comparable,
      close: async () => undefined,
      ...(this.shape.tells && { subscribe: (listener, signal) => this.#subscribe(listener, signal) }),
      versions: async (queries, signal) => {
        if (this.#live.size > 0) return queries.map((query) => this.#outcome(query, 0))
        if (this.shape.describesOne && queries.length === 1) {
          await this.#call(pace, signal)
          await this.#wait(signal)
          return queries.map((query) => this.#outcome(query, 0))
        }
        if (isListing) {
          for (let page = 0; page < this.#history.size; page += pageSize) await this.#call(pace, signal)
          await this.#wait(signal)
          return queries.map((query) => this.#outcome(query, lagMs))
        }
        const outcomes: VersionOutcome[] = []
        for (let from = 0; from < queries.length; from += batchSize) {
          const asked = queries.slice(from, from + batchSize)
          outcomes.push(...(await this.#answerTo(asked, pace, signal)))
        }
        await this.#wait(signal).catch(() => undefined)
        return outcomes
      },
    }
  }

  async #subscribe(listener: ChangeListener, signal: AbortSignal): Promise<void> {
    this.subscriptions++
    if (this.refusal) throw this.refusal
    this.subscribers.add(listener)
    await Promise.resolve()
    this.#live.add(listener)
    listener.onLive(true)
    listener.onKeys([...this.#history.keys()])
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    this.subscribers.delete(listener)
    if (this.#live.delete(listener)) listener.onLive(false)
  }

  /** As the real ones: what was not answered in time fails by itself, and not what was. */
  async #answerTo(queries: readonly VersionQuery[], pace: CallPace, signal: AbortSignal): Promise<readonly VersionOutcome[]> {
    try {
      await this.#call(pace, signal)
      return queries.map((query) => this.#outcome(query, 0))
    } catch (thrown) {
      if (!signal.aborted) throw thrown
      return queries.map(() => ({ state: 'failed', error: new SecretError('Deadline', 'over') }))
    }
  }

  async #call(pace: CallPace, signal: AbortSignal): Promise<void> {
    await pace.take(signal)
    this.#count()
    if (this.outage) throw this.outage
  }

  async #wait(signal: AbortSignal): Promise<void> {
    if (this.shape.latencyMs !== undefined) await this.#clock.sleep(this.shape.latencyMs, signal)
  }

  #count(): void {
    const now = this.#clock.monotonic()
    this.calls++
    this.#recent = this.#recent.filter((at) => now - at < 1_000)
    this.#recent.push(now)
    if (this.#recent.length > (this.shape.quotaPerSecond ?? Number.POSITIVE_INFINITY)) this.throttled++
  }

  #outcome({ key }: VersionQuery, lagMs: number): VersionOutcome {
    const now = this.#clock.now()
    this.onLook(key, now)
    if (this.answer) return this.answer
    const history = this.#history.get(key) ?? []
    const shown = history.findLast(({ atMs }) => atMs <= now - lagMs) ?? history[0]
    if (shown?.version === undefined) return { state: 'absent' }
    const { version, atMs } = shown
    return { state: 'version', version, changedAtMs: atMs, ...(lagMs > 0 && { isListed: true }) }
  }
}
