import type { Clock } from '../../model/clock.ts'

/** So many a second, and a few at once after a pause. */
export class TokenBucket {
  readonly #ratePerMs: number
  readonly #burst: number
  readonly #clock: Pick<Clock, 'monotonic'>
  #tokens: number
  #countedAtMs: number

  constructor(perSecond: number, burst: number, clock: Pick<Clock, 'monotonic'>) {
    this.#ratePerMs = perSecond / 1_000
    this.#burst = burst
    this.#clock = clock
    this.#tokens = burst
    this.#countedAtMs = clock.monotonic()
  }

  /** What was taken came to nothing. */
  giveBack(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1)
  }

  /** 0 when one was taken; else after how many milliseconds to ask again. */
  take(): number {
    const now = this.#clock.monotonic()
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#countedAtMs) * this.#ratePerMs)
    this.#countedAtMs = now
    // Times are fractions: what is almost whole was waited for.
    if (this.#tokens < 1 - 1e-6) return Math.max(1, Math.ceil((1 - this.#tokens) / this.#ratePerMs))
    this.#tokens = Math.max(0, this.#tokens - 1)
    return 0
  }
}
