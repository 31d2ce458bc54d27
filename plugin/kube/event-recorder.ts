import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import type { Random } from '../model/random.ts'
import { EVENTS } from './core-resources.ts'
import { EventCorrelator, type EventSeries } from './event-correlator.ts'
import { type EventSubject, type EventToRecord, eventName, eventNamespace, eventObject, eventPatch } from './event-record.ts'
import type { KubeClient, WriteOptions } from './kube-client.ts'
import { isKubeError } from './kube-error.ts'
import { keyText } from './kube-object.ts'

export interface RecorderPorts {
  readonly client: Pick<KubeClient, 'create' | 'patch'>
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
  readonly logger: Logger
}

/** Of all events since the start. */
export interface EventCounts {
  readonly written: number
  /** Counted, but not written: there were too many about their object. */
  readonly throttled: number
  /** Never written: too many waited, or the API server was away for too long. */
  readonly dropped: number
  /** The API server did not take them. */
  readonly refused: number
}

/** Series that wait at most; an outage of the API server must not fill the memory. */
const MOST_WAITING = 5_000
const WRITERS = 4
/** As client-go (record, maxTriesPerEvent and defaultSleepDuration). */
const MOST_TRIES = 12
const RETRY_MS = 10_000

/**
 * Records Events (core/v1). The same event again is a count and a time on the one that is there; the correlator says what is the same and what is
 * too much (`event-correlator.ts`, as client-go).
 */
export class EventRecorder {
  readonly #component: string
  readonly #ports: RecorderPorts
  readonly #correlator: EventCorrelator
  readonly #waiting: EventSeries[] = []
  #writers = 0
  #idle = Promise.withResolvers<void>()
  readonly #counts = { written: 0, throttled: 0, dropped: 0, refused: 0 }
  /** Aborted when the recorder stops: nobody waits for another try. */
  readonly #stopping = new AbortController()
  /** Aborted when its time to stop is over. */
  readonly #ending = new AbortController()
  #lastName = 0n

  /** `component` is what the events name as their source (external-secrets.md 4.15: `external-secrets`). */
  constructor(component: string, ports: RecorderPorts) {
    this.#component = component
    this.#ports = ports
    this.#correlator = new EventCorrelator(ports.clock, (subject) => eventName(subject, this.#nameTime()))
  }

  get counts(): EventCounts {
    return { ...this.#counts }
  }

  /** Never waits, never fails. */
  record(subject: EventSubject, event: EventToRecord): void {
    const series = this.#correlator.observe(subject, event)
    if (series.isWaiting) return
    if (this.#stopping.signal.aborted || this.#waiting.length >= MOST_WAITING) this.#counts.dropped++
    else if (!series.takeToken()) this.#counts.throttled++
    else {
      series.isWaiting = true
      // Who writes it now puts it back afterwards: two writes of one event may arrive in the other order.
      if (!series.isBeingWritten) this.#enqueue(series)
    }
  }

  /** Writes what waits, each once more, until `signal` is aborted. What is recorded afterwards is dropped. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopping.abort()
    const end = (): void => this.#ending.abort()
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    if (this.#writers > 0) await this.#idle.promise
    signal.removeEventListener('abort', end)
  }

  #enqueue(series: EventSeries): void {
    this.#waiting.push(series)
    if (this.#writers >= WRITERS) return
    if (this.#writers++ === 0) this.#idle = Promise.withResolvers<void>()
    void this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    for (let series = this.#waiting.shift(); series; series = this.#waiting.shift()) {
      series.isBeingWritten = true
      await this.#write(series)
      series.isBeingWritten = false
      if (series.isWaiting) this.#waiting.push(series)
    }
    if (--this.#writers === 0) this.#idle.resolve()
  }

  async #write(series: EventSeries): Promise<void> {
    for (let tries = 1; ; tries++) {
      series.isWaiting = false
      const outcome = await this.#attempt(series, tries)
      if (typeof outcome === 'string') {
        this.#counts[outcome]++
        return
      }
      if (tries >= MOST_TRIES || this.#stopping.signal.aborted) {
        this.#counts.dropped++
        this.#ports.logger.warn('an event could not be written', { reason: series.event.reason, tries })
        return
      }
      await this.#pause(tries, outcome.retryAfterMs)
    }
  }

  /** The first pause is by chance shorter, so that many who met one outage come apart. */
  async #pause(tries: number, retryAfterMs: number): Promise<void> {
    const ms = tries === 1 ? RETRY_MS * this.#ports.random.fraction() : RETRY_MS
    // Rejects when the recorder stops: then the next try is the last.
    await this.#ports.clock.sleep(Math.max(ms, retryAfterMs), this.#stopping.signal).catch(() => undefined)
  }

  async #attempt(series: EventSeries, tries: number): Promise<'written' | 'refused' | { readonly retryAfterMs: number }> {
    try {
      if (!series.isStored || !(await this.#patched(series))) await this.#create(series)
      series.isStored = true
      return 'written'
    } catch (thrown) {
      if (!isKubeError(thrown)) return { retryAfterMs: 0 }
      // The answer to an earlier try was lost on its way.
      if (thrown.reason === 'AlreadyExists' && tries > 1) {
        series.isStored = true
        return 'written'
      }
      if (thrown.status === 0 || thrown.status === 429 || thrown.status >= 500) return { retryAfterMs: thrown.retryAfterMs ?? 0 }
      const { subject, event } = series
      this.#ports.logger.warn('the API server refused an event', {
        object: keyText(subject.metadata),
        event: event.reason,
        reason: thrown.reason,
      })
      return 'refused'
    }
  }

  /** False when the event is gone: the API server keeps events for an hour. */
  async #patched({ subject, event, seen }: EventSeries): Promise<boolean> {
    const key = { namespace: eventNamespace(subject), name: seen.eventName }
    try {
      await this.#ports.client.patch(EVENTS, key, { type: 'merge', body: eventPatch(event, seen) }, this.#options())
      return true
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return false
      throw thrown
    }
  }

  async #create({ subject, event, seen }: EventSeries): Promise<void> {
    await this.#ports.client.create(EVENTS, eventObject(subject, event, seen, this.#component), this.#options())
  }

  #options(): WriteOptions {
    return { signal: this.#ending.signal, fieldManager: this.#component }
  }

  /** Now in nanoseconds, what is below a millisecond by chance; never the same twice. */
  #nameTime(): bigint {
    const { clock, random } = this.#ports
    const time = BigInt(Math.floor(clock.now())) * 1_000_000n + BigInt(Math.floor(random.fraction() * 1_000_000))
    this.#lastName = time > this.#lastName ? time : this.#lastName + 1n
    return this.#lastName
  }
}
