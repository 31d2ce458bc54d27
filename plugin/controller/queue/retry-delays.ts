import type { Clock } from '../../model/clock.ts'

/** The first failure of a key waits this long, each further one twice as long (external-secrets.md 4.5). */
const FIRST_MS = 1_000
const LONGEST_MS = 7 * 60_000
/** All keys together: so many retries at once, then one each {@link REFILL_MS} (external-secrets.md 4.5). */
const BURST = 100
const REFILL_MS = 100

/** How long a key that failed waits: the longer of its own exponential delay and of its place in a bucket that all keys share. */
export class RetryDelays {
  readonly #clock: Clock
  readonly #failures = new Map<string, number>()
  /** When the bucket is full again: taking a token moves it on, and waiting for one is how far it is away. */
  #fullAtMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Failures of the key since it was last forgotten. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0
  }

  /** Counts a failure, and says in how many milliseconds the key is tried again. */
  next(key: string): number {
    const failures = this.failures(key)
    this.#failures.set(key, failures + 1)
    return Math.max(Math.min(FIRST_MS * 2 ** failures, LONGEST_MS), this.#takeToken())
  }

  forget(key: string): void {
    this.#failures.delete(key)
  }

  #takeToken(): number {
    const now = this.#clock.monotonic()
    this.#fullAtMs = Math.max(this.#fullAtMs, now) + REFILL_MS
    return Math.max(0, this.#fullAtMs - now - BURST * REFILL_MS)
  }
}
