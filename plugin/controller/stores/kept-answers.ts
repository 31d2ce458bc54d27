import type { Clock } from '../../model/clock.ts'

interface Kept<T> {
  /** On the monotonic clock, in milliseconds. */
  until: number
  readonly answer: Promise<T>
}

/** Answers to questions that many ask at the same moment or shortly after one another. What failed is not kept. */
export class KeptAnswers<T> {
  readonly #clock: Clock
  readonly #keepMs: number
  readonly #kept = new Map<string, Kept<T>>()

  /** @param keepMs how long an answer serves, in milliseconds */
  constructor(clock: Clock, keepMs: number) {
    this.#clock = clock
    this.#keepMs = keepMs
  }

  /** What is being looked up under `id` is not looked up twice. `servesMs` says of an answer that it serves for less than others. */
  once(id: string, look: () => Promise<T>, servesMs: (answer: T) => number = () => this.#keepMs): Promise<T> {
    const now = this.#clock.monotonic()
    this.#forgetOld(now)
    const known = this.#kept.get(id)
    if (known && known.until > now) return known.answer
    const answer = look()
    const kept: Kept<T> = { until: now + this.#keepMs, answer }
    this.#kept.delete(id)
    this.#kept.set(id, kept)
    answer.then(
      (given) => (kept.until = Math.min(kept.until, this.#clock.monotonic() + servesMs(given))),
      () => {
        if (this.#kept.get(id) === kept) this.#kept.delete(id)
      },
    )
    return answer
  }

  /** None lives longer than the others: the oldest stand first. */
  #forgetOld(now: number): void {
    for (const [id, { until }] of this.#kept) {
      if (until > now) return
      this.#kept.delete(id)
    }
  }
}
