import type { Clock } from '../../model/clock.ts'

interface Kept<T> {
  /** On the monotonic clock, in milliseconds. */
  until: number
  /** In milliseconds since the epoch. */
  readonly askedAt: number
  readonly answer: Promise<T>
}

export interface Asking<T> {
  /** Of an answer that serves for less than others. */
  readonly servesMs?: (answer: T) => number
  /** An answer that was asked for earlier is none; milliseconds since the epoch. */
  readonly notBeforeMs?: number
}

/** What does not exist is looked for again after so long: somebody may be about to make it. */
const ABSENT_MS = 1_000

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
  once(id: string, look: () => Promise<T>, { servesMs, notBeforeMs = 0 }: Asking<T> = {}): Promise<T> {
    const serves = (given: T): number => (given === undefined ? ABSENT_MS : (servesMs?.(given) ?? this.#keepMs))
    const now = this.#clock.monotonic()
    this.#forgetOld(now)
    const known = this.#kept.get(id)
    if (known && known.until > now && known.askedAt >= notBeforeMs) return known.answer
    const answer = look()
    const kept: Kept<T> = { until: now + this.#keepMs, askedAt: this.#clock.now(), answer }
    this.#kept.delete(id)
    this.#kept.set(id, kept)
    answer.then(
      (given) => (kept.until = Math.min(kept.until, this.#clock.monotonic() + serves(given))),
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
