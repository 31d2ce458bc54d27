import type { Clock } from '../../model/clock.ts'
import type { TimerQueue } from './timer-queue.ts'

/** From the first refusal to the next attempt, and at most, in milliseconds. */
const FIRST_PAUSE_MS = 60_000
const MOST_PAUSE_MS = 60 * 60_000

/**
 * When a store is opened again that could not be opened for a reason that somebody has to see to: soon, for what it needs (a Secret, a ConfigMap with
 * an authority, a right) is often made just after the store; twice as late after each further time.
 */
export class Reopening {
  readonly #clock: Clock
  readonly #timers: TimerQueue
  readonly #onDue: () => void
  #atMs = Number.POSITIVE_INFINITY
  #pauseMs = FIRST_PAUSE_MS

  constructor(clock: Clock, timers: TimerQueue, onDue: () => void) {
    this.#clock = clock
    this.#timers = timers
    this.#onDue = onDue
  }

  get isDue(): boolean {
    return this.#clock.monotonic() >= this.#atMs
  }

  refused(): void {
    this.#atMs = this.#timers.after(this.#pauseMs, this.#onDue).atMs
    this.#pauseMs = Math.min(MOST_PAUSE_MS, this.#pauseMs * 2)
  }

  opened(): void {
    this.#atMs = Number.POSITIVE_INFINITY
    this.#pauseMs = FIRST_PAUSE_MS
  }
}
