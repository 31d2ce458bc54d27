import type { Clock } from '../../model/clock.ts'

interface Kept<T> {
  /** On the monotonic clock, in milliseconds. */
  readonly until: number
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

  /** What is being looked up under `id` is not looked up twice. */
  once(id: string, look: () => Promise<T>): Promise<T> {
    const now = this.#clock.monotonic()
    this.#forgetOld(now)
    const known = this.#kept.get(id)
    if (known) return known.answer
    const answer = look()
    const kept = { until: now + this.#keepMs, answer }
    this.#kept.set(id, kept)
    answer.catch(() => {
      if (this.#kept.get(id) === kept) this.#kept.delete(id)
    })
    return answer
  }

  /** All live equally long: the oldest stand first. */
  #forgetOld(now: number): void {
    for (const [id, { until }] of this.#kept) {
      if (until > now) return
      this.#kept.delete(id)
    }
  }
}
