import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import type { SecretError } from '../model/secret-error.ts'

/** How long a question that a policy refused is not asked again, in milliseconds: rights are granted by people. */
const ASK_AGAIN_MS = 60 * 60_000

/** What a detector may not look at. Its keys are told by reading, so a missing right costs calls, which the log says once. */
export class Refusals {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #store: string
  readonly #untilMs = new Map<string, number>()
  #isSaid = false

  constructor({
    clock,
    logger,
    store,
  }: { readonly clock: Clock; readonly logger: Logger; readonly store: { readonly name: string } }) {
    this.#clock = clock
    this.#logger = logger
    this.#store = store.name
  }

  /** Whether `question` (an action, a path) was refused a short while ago. */
  has(question: string): boolean {
    const untilMs = this.#untilMs.get(question)
    if (untilMs === undefined) return false
    if (this.#clock.now() < untilMs) return true
    this.#untilMs.delete(question)
    return false
  }

  note(question: string, { message, remedy }: SecretError): void {
    this.#untilMs.set(question, this.#clock.now() + ASK_AGAIN_MS)
    if (this.#isSaid) return
    this.#isSaid = true
    this.#logger.warn('changes can only be noticed by reading values: a right to look is missing', {
      store: this.#store,
      error: message,
      ...(remedy !== undefined && { remedy }),
    })
  }
}
