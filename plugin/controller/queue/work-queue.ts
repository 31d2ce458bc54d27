import type { Clock } from '../../model/clock.ts'
import { failureFields } from '../../model/failure-fields.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import { DelayedKeys } from './delayed-keys.ts'
import type { ReadyKey } from './fair-lane.ts'
import { betterLane, type Lane } from './lane.ts'
import type { Outcome, Worker } from './pass.ts'
import { RetryDelays } from './retry-delays.ts'
import { TurnOrder } from './turn-order.ts'

export interface QueuePorts {
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
  readonly logger: Logger
}

export interface RunOptions {
  /** Passes under way at once. */
  readonly concurrency: number
}

/** What the lanes hold, for metrics. */
export interface LaneLoad {
  readonly ready: number
  /** How long the key that waits longest has been ready, in milliseconds; 0 when none waits. */
  readonly oldestMs: number
}

/** A delay becomes up to a tenth longer, so that what failed or started together comes apart. */
const JITTER = 0.1
/**
 * What is planned comes on the whole second after its time, where that is no more than a tenth longer: the process wakes up once a second for all of it,
 * and not for each.
 */
const STEP_MS = 1_000
/** A timer of Node takes no longer time than 2^31 - 1 ms and fires at once instead; nothing is lost by looking once a day. */
const LONGEST_SLEEP_MS = 24 * 3_600_000

/**
 * Keys (`namespace/name`) to work on. A key stands in it once: ready in a lane, or waiting for a time. Adding it again gives it the earlier of
 * both times and the better of both lanes. While a key is worked on, adding it makes it run once more afterwards.
 *
 * The priority lane goes first, namespaces of a lane in turn; after seven in a row of it the periodic lane has one turn (`turn-order.ts`).
 * Time is the monotonic one: delays hold when the wall clock is set.
 */
export class WorkQueue {
  readonly #clock: Clock
  readonly #random: Pick<Random, 'fraction'>
  readonly #logger: Logger
  readonly #turns = new TurnOrder()
  readonly #delayed = new DelayedKeys()
  readonly #retries: RetryDelays
  /** Keys that are ready, and in which lane. */
  readonly #ready = new Map<string, Lane>()
  /** Keys that are worked on; with a lane if they were added since. */
  readonly #running = new Map<string, Lane | undefined>()
  #worker:
    | { readonly work: Worker; readonly concurrency: number; readonly signal: AbortSignal; readonly drained: () => void }
    | undefined
  #alarm: { readonly atMs: number; readonly cancel: AbortController } | undefined
  #isScheduled = false

  constructor({ clock, random, logger }: QueuePorts) {
    this.#clock = clock
    this.#random = random
    this.#logger = logger
    this.#retries = new RetryDelays(clock)
  }

  /** The key is worked on as soon as its turn comes, also if it waited for a later time. */
  add(key: string, lane: Lane): void {
    const delayed = this.#delayed.delete(key)
    const wanted = delayed ? betterLane(delayed.lane, lane) : lane
    if (this.#running.has(key)) this.#running.set(key, betterLane(this.#running.get(key) ?? 'periodic', wanted))
    else this.#makeReady(key, wanted)
  }

  /** The key is ready in `ms` (at once if that is past), or at most a second and a tenth later; earlier if it is waiting for an earlier time already. */
  addAfter(key: string, ms: number, lane: Lane): void {
    if (ms <= 0) this.add(key, lane)
    else if (ms * JITTER < STEP_MS) this.#delay(key, ms + this.#jitter(ms), lane)
    else this.#delayUntil(key, Math.ceil((this.#clock.monotonic() + ms) / STEP_MS) * STEP_MS, lane)
  }

  /** When the key is worked on, on the monotonic clock; undefined for one that waits for nothing. */
  dueAtMs(key: string): number | undefined {
    return this.#ready.has(key) || this.#running.has(key) ? this.#clock.monotonic() : this.#delayed.get(key)?.atMs
  }

  load(lane: Lane): LaneLoad {
    const { size, oldestSince } = this.#turns.lanes[lane]
    return { ready: size, oldestMs: oldestSince === undefined ? 0 : this.#clock.monotonic() - oldestSince }
  }

  /** Keys that wait for their time. */
  get delayed(): number {
    return this.#delayed.size
  }

  get running(): number {
    return this.#running.size
  }

  /**
   * Works until `signal` is aborted, then lets the passes under way end: it resolves when no pass runs. What is ready or delayed stays, for another
   * `run` after it (a leader that lost its lease and leads again).
   */
  async run(work: Worker, { concurrency }: RunOptions, signal: AbortSignal): Promise<void> {
    if (this.#worker) throw new Error('the queue is being worked on already')
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#worker = { work, concurrency, signal, drained: resolve }
    const stop = (): void => {
      this.#alarm?.cancel.abort()
      this.#alarm = undefined
      if (this.#running.size === 0) resolve()
    }
    signal.addEventListener('abort', stop, { once: true })
    this.#schedule()
    await promise
    this.#worker = undefined
  }

  #makeReady(key: string, lane: Lane): void {
    const current = this.#ready.get(key)
    if (current === 'priority' || current === lane) return
    if (current) this.#turns.lanes[current].delete(key)
    this.#turns.lanes[lane].push(key, this.#clock.monotonic())
    this.#ready.set(key, lane)
    this.#schedule()
  }

  #delay(key: string, ms: number, lane: Lane): void {
    this.#delayUntil(key, this.#clock.monotonic() + ms, lane)
  }

  #delayUntil(key: string, atMs: number, lane: Lane): void {
    // Ready is earlier than any time, and so is the run that follows the one under way.
    const sooner = this.#ready.get(key) ?? this.#running.get(key)
    if (sooner) return this.add(key, lane)
    const delayed = this.#delayed.get(key)
    this.#delayed.set({
      key,
      atMs: Math.min(atMs, delayed?.atMs ?? atMs),
      lane: delayed ? betterLane(delayed.lane, lane) : lane,
    })
    this.#setAlarm()
  }

  #jitter(ms: number): number {
    return ms * JITTER * this.#random.fraction()
  }

  /** In a turn of its own of the event loop: handlers end before a pass reads what they change, and sockets have their turn between passes. */
  #schedule(): void {
    if (this.#isScheduled || !this.#worker) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#dispatch()
    })
  }

  #dispatch(): void {
    const worker = this.#worker
    if (!worker || worker.signal.aborted) return
    const now = this.#clock.monotonic()
    for (let due = this.#delayed.takeDue(now); due !== undefined; due = this.#delayed.takeDue(now)) this.add(due.key, due.lane)
    this.#setAlarm()
    for (let next = this.#turns.start(worker.concurrency); next; next = this.#turns.start(worker.concurrency)) {
      this.#ready.delete(next.key)
      this.#running.set(next.key, undefined)
      void this.#pass(next, worker.work)
    }
  }

  async #pass(taken: ReadyKey & { readonly lane: Lane }, work: Worker): Promise<void> {
    const { key, lane } = taken
    const waitedMs = this.#clock.monotonic() - taken.since
    const outcome = await this.#outcomeOf(work, key, { lane, waitedMs, failures: this.#retries.failures(key) })
    const again = this.#running.get(key)
    this.#running.delete(key)
    this.#turns.end(taken)
    if (again) this.#makeReady(key, again)
    this.#follow(key, lane, outcome)
    if (this.#worker?.signal.aborted === true && this.#running.size === 0) this.#worker.drained()
    this.#schedule()
  }

  async #outcomeOf(work: Worker, key: string, pass: Parameters<Worker>[1]): Promise<Outcome> {
    try {
      return await work(key, pass)
    } catch (thrown) {
      // What was cut because it is to stop has not failed.
      if (this.#worker?.signal.aborted !== true)
        this.#logger.warn('a pass failed unexpectedly', { key, ...failureFields(thrown) })
      return { next: 'retry' }
    }
  }

  #follow(key: string, lane: Lane, outcome: Outcome): void {
    if (outcome.next === 'retry') {
      const ms = Math.max(this.#retries.next(key), outcome.atLeastMs ?? 0)
      this.#delay(key, ms + this.#jitter(ms), lane)
      return
    }
    this.#retries.forget(key)
    if (outcome.next === 'after') this.addAfter(key, outcome.ms, 'periodic')
  }

  /** Sees to it that somebody looks when the first delayed key is due. */
  #setAlarm(): void {
    const { first } = this.#delayed
    if (!first || !this.#worker || this.#worker.signal.aborted) return
    if (this.#alarm && this.#alarm.atMs <= first.atMs) return
    this.#alarm?.cancel.abort()
    const now = this.#clock.monotonic()
    const ms = Math.min(Math.max(0, first.atMs - now), LONGEST_SLEEP_MS)
    const alarm = { atMs: now + ms, cancel: new AbortController() }
    this.#alarm = alarm
    void this.#ring(ms, alarm)
  }

  async #ring(ms: number, alarm: { readonly cancel: AbortController }): Promise<void> {
    try {
      await this.#clock.sleep(ms, alarm.cancel.signal)
    } catch {
      return
    }
    if (this.#alarm === alarm) this.#alarm = undefined
    this.#schedule()
  }
}
