import type { Clock } from '../model/clock.ts'
import type { Random } from '../model/random.ts'

/** client-go, tools/cache/reflector.go: at an API server that is down, about 0.22 attempts a second stay. */
const FIRST_MS = 800
const MOST_MS = 30_000
const HEALTHY_AFTER_MS = 120_000

/** How long to wait before the next attempt: twice as long each time, by chance up to twice that; afresh after two minutes without a failure. */
export class ReflectorBackoff {
  readonly #clock: Clock
  readonly #random: Random
  #nextMs = FIRST_MS
  #failedAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** Milliseconds; `atLeastMs` is what the server asked for. */
  next(atLeastMs = 0): number {
    const now = this.#clock.monotonic()
    if (now - this.#failedAt > HEALTHY_AFTER_MS) this.#nextMs = FIRST_MS
    const delayMs = Math.max(atLeastMs, this.#nextMs * (1 + this.#random.fraction()))
    this.#nextMs = Math.min(MOST_MS, this.#nextMs * 2)
    this.#failedAt = now + delayMs
    return delayMs
  }
}
