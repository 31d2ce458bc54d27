import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../plugin/model/clock.ts'

interface Sleeper {
  readonly atMs: number
  readonly wake: () => void
}

/** What goes with a clock. */
export interface ClockSurroundings {
  /** Resolves when nothing can go on by itself before time does. {@link settle} */
  readonly settled?: () => Promise<void>
  /** Told of every new time, before anybody wakes up to it. */
  readonly onTime?: (now: number) => void
}

/** Rounds of the event loop after which work without any real waiting counts as endless. */
const MOST_TURNS = 100_000

/**
 * Time that goes on from one sleeper to the next, in their order, as far as a test says: hours of many actors take milliseconds.
 * Between two of them everything that waits for nothing but the event loop has run.
 */
export class VirtualClock implements Clock {
  #elapsed = 0
  #wallOffset: number
  /** By time, those of one time in the order in which they fell asleep. */
  readonly #sleepers: Sleeper[] = []
  readonly #settled: () => Promise<void>
  readonly #onTime: (now: number) => void

  constructor(startsAt = Date.UTC(2026, 0, 1), { settled = settle, onTime = () => undefined }: ClockSurroundings = {}) {
    this.#wallOffset = startsAt
    this.#settled = settled
    this.#onTime = onTime
  }

  now = (): number => this.#wallOffset + this.#elapsed

  monotonic = (): number => this.#elapsed

  sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted) return Promise.reject(signal.reason)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const leave = (): void => {
      const place = this.#sleepers.indexOf(sleeper)
      if (place >= 0) this.#sleepers.splice(place, 1)
      reject(signal?.reason)
    }
    const sleeper: Sleeper = {
      atMs: this.#elapsed + Math.max(0, ms),
      wake: () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      },
    }
    this.#insert(sleeper)
    signal?.addEventListener('abort', leave, { once: true })
    return promise
  }

  get sleeping(): number {
    return this.#sleepers.length
  }

  /** Lets `ms` pass. */
  async run(ms: number): Promise<void> {
    const end = this.#elapsed + ms
    await this.#settled()
    for (let next = this.#sleepers[0]; next !== undefined && next.atMs <= end; next = this.#sleepers[0]) {
      this.#sleepers.shift()
      this.#pass(Math.max(this.#elapsed, next.atMs))
      next.wake()
      await this.#settled()
    }
    this.#pass(end)
  }

  /** Somebody sets the wall clock: `now` jumps, `monotonic` and the sleepers do not. */
  stepWallClock(ms: number): void {
    this.#wallOffset += ms
  }

  #pass(elapsed: number): void {
    this.#elapsed = elapsed
    this.#onTime(this.now())
  }

  #insert(sleeper: Sleeper): void {
    let low = 0
    let high = this.#sleepers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#sleepers[middle]?.atMs ?? 0) <= sleeper.atMs) low = middle + 1
      else high = middle
    }
    this.#sleepers.splice(low, 0, sleeper)
  }
}

/** Returns when no promise and no `setImmediate` is left that could go on by itself. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    await nextTurn()
    if (!process.getActiveResourcesInfo().includes('Immediate')) return
  }
  throw new Error(`still busy after ${MOST_TURNS} turns of the event loop`)
}
