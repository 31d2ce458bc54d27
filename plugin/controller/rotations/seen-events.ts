/** More than can be taken in any window in which an event could be sent once more. */
const MAX_SEEN = 20_000

/** What is known of an event by its id: it is the first of it, the first is still being taken, or was. */
export type SeenEvent = 'first' | 'under-way' | 'taken'

/** Ids of the latest events, each of which counts once. */
export class SeenEvents {
  readonly #underWay = new Set<string>()
  readonly #taken = new Set<string>()

  /** Whoever is told `first` says what came of it. */
  claim(id: string): SeenEvent {
    if (this.#taken.has(id)) return 'taken'
    if (this.#underWay.has(id)) return 'under-way'
    this.#underWay.add(id)
    return 'first'
  }

  settle(id: string): void {
    this.#underWay.delete(id)
    this.#taken.add(id)
    const [oldest] = this.#taken
    if (oldest !== undefined && this.#taken.size > MAX_SEEN) this.#taken.delete(oldest)
  }

  /** It came to nothing, and may come again. */
  release(id: string): void {
    this.#underWay.delete(id)
  }
}
