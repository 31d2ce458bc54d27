import type { Clock } from '../../model/clock.ts'

/** While a provider is away, renders wait no longer than this for it to be back, in milliseconds. */
const SHORT_MS = 1_000
/** For so long after a failure. Then one render waits in full again: a provider may be slow rather than away. */
const AWAY_MS = 15_000

/**
 * How long renders wait for a provider before last good values stand in: our own limit of R16. Without it a provider that does not answer
 * would be tried until the author's or Argo CD's time is over, for which nothing may stand in.
 */
export class Patience {
  readonly #fullMs: number
  readonly #clock: Clock
  #awayUntilMs = 0

  constructor(fullMs: number, clock: Clock) {
    this.#fullMs = fullMs
    this.#clock = clock
  }

  get ms(): number {
    return this.isShort ? Math.min(this.#fullMs, SHORT_MS) : this.#fullMs
  }

  /** The provider was away a moment ago. */
  get isShort(): boolean {
    return this.#clock.now() < this.#awayUntilMs
  }

  noteAway(): void {
    this.#awayUntilMs = this.#clock.now() + AWAY_MS
  }

  noteBack(): void {
    this.#awayUntilMs = 0
  }

  /** Whether `work` is still going on after that time. Never throws. */
  async isOver(work: Promise<unknown>): Promise<boolean> {
    const ending = new AbortController()
    const done = work.then(
      () => false,
      () => false,
    )
    const over = this.#clock.sleep(this.ms, ending.signal).then(
      () => true,
      () => false,
    )
    const isOver = await Promise.race([done, over])
    ending.abort()
    return isOver
  }
}
