import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import type { SecretError } from '../model/secret-error.ts'

/**
 * How long a question that a policy refused is not asked again, in milliseconds; twice as long after each further refusal. Whoever grants a missing
 * right soon sees it work, and one that nobody grants costs a call an hour.
 */
const FIRST_WAIT_MS = 60_000
const LONGEST_WAIT_MS = 60 * 60_000

interface Wait {
  readonly ms: number
  readonly untilMs: number
}

/** What a detector may not look at. Its keys are told by reading, so a missing right costs calls, which the log says once. */
export class Refusals {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #store: string
  readonly #waits = new Map<string, Wait>()
  #isSaid = false
  #sweptAtMs = 0

  constructor({
    clock,
    logger,
    store,
  }: { readonly clock: Clock; readonly logger: Logger; readonly store: { readonly name: string } }) {
    this.#clock = clock
    this.#logger = logger
    this.#store = store.name
  }

  /** Questions that are remembered. */
  get size(): number {
    return this.#waits.size
  }

  /** Whether `question` (an action, a path) was refused a short while ago. */
  has(question: string): boolean {
    const wait = this.#waits.get(question)
    return wait !== undefined && this.#clock.now() < wait.untilMs
  }

  note(question: string, { message, remedy }: SecretError): void {
    const now = this.#clock.now()
    const before = this.#waits.get(question)
    // Asked twice at once: that is one refusal.
    if (before && now < before.untilMs) return
    // What was allowed meanwhile is refused for the first time again.
    const ms = before && !isOver(before, now) ? Math.min(before.ms * 2, LONGEST_WAIT_MS) : FIRST_WAIT_MS
    this.#sweep(now)
    this.#waits.set(question, { ms, untilMs: now + ms })
    if (this.#isSaid) return
    this.#isSaid = true
    this.#logger.warn('changes can only be noticed by reading values: a right to look is missing', {
      store: this.#store,
      error: message,
      ...(remedy !== undefined && { remedy }),
    })
  }

  /** What nobody asks any more is forgotten: the keys of a store come and go. */
  #sweep(now: number): void {
    if (now < this.#sweptAtMs + LONGEST_WAIT_MS) return
    this.#sweptAtMs = now
    for (const [question, wait] of this.#waits) if (isOver(wait, now)) this.#waits.delete(question)
  }
}

function isOver({ untilMs }: Wait, now: number): boolean {
  return now >= untilMs + LONGEST_WAIT_MS
}
