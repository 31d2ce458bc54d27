import type { Clock } from '../model/clock.ts'

/** A report as it is posted. */
export interface Report {
  /** JSON of an object that is not empty. */
  readonly facts: string
  /** When it was made, monotonic. */
  readonly atMs: number
}

/**
 * A controller may wait two minutes for Argo CD to compare what a report is about, and writes down what it knows some seconds later; until
 * another one leads after it took its last breath, some more may pass.
 */
const KEPT_MS = 1_800_000
const KEPT_CHARACTERS = 16 * 1024 * 1024

/** Reports whose taker may still lose them: those of the last half an hour, bounded; the newest are kept. */
export class SentReports {
  readonly #capacity: number
  readonly #clock: Pick<Clock, 'monotonic'>
  #kept: { readonly report: Report; readonly sentAtMs: number }[] = []
  #characters = 0

  constructor(capacity: number, clock: Pick<Clock, 'monotonic'>) {
    this.#capacity = capacity
    this.#clock = clock
  }

  add(report: Report): void {
    this.#kept.push({ report, sentAtMs: this.#clock.monotonic() })
    this.#characters += report.facts.length
    this.#drop()
  }

  /** All of them, in their order; they are kept no longer. */
  take(): readonly Report[] {
    this.#drop()
    const kept = this.#kept
    this.#kept = []
    this.#characters = 0
    return kept.map(({ report }) => report)
  }

  #drop(): void {
    const now = this.#clock.monotonic()
    for (let [oldest] = this.#kept; oldest !== undefined; [oldest] = this.#kept) {
      const isYoung = now - oldest.sentAtMs <= KEPT_MS
      if (isYoung && this.#kept.length <= this.#capacity && this.#characters <= KEPT_CHARACTERS) return
      this.#characters -= oldest.report.facts.length
      this.#kept.shift()
    }
  }
}
