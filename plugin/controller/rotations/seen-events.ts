/** More than can be taken in any window in which an event could be sent once more. */
const MAX_SEEN = 20_000

/** Ids of the latest events, each of which counts once. */
export class SeenEvents {
  readonly #ids = new Set<string>()

  /** Whether it is the first of its id; then it has been seen. */
  claim(id: string): boolean {
    if (this.#ids.has(id)) return false
    this.#ids.add(id)
    const [oldest] = this.#ids
    if (oldest !== undefined && this.#ids.size > MAX_SEEN) this.#ids.delete(oldest)
    return true
  }

  /** It came to nothing, and may come again. */
  release(id: string): void {
    this.#ids.delete(id)
  }
}
