import type { FunctionCall } from './template-function.ts'

const BYTES_BETWEEN_LOOKS = 64 * 1024

/** Counts a text that is made of many parts, so that it ends when it grows too large and each part costs its own length only. */
export class GrowingText {
  readonly #call: Pick<FunctionCall, 'step' | 'reserve'>
  #bytes = 0
  #nextLook = BYTES_BETWEEN_LOOKS

  constructor(call: Pick<FunctionCall, 'step' | 'reserve'>) {
    this.#call = call
  }

  /** Before a part of so many bytes is made. Throws BudgetExceeded. */
  grow(bytes: number): void {
    this.#bytes += bytes
    this.#call.step(bytes)
    if (this.#bytes < this.#nextLook) return
    this.#call.reserve(this.#bytes)
    this.#nextLook = this.#bytes + BYTES_BETWEEN_LOOKS
  }
}
