/** How many subscriptions a process has at once; who finds no place waits for one, in turn. */
export class SubscriptionPlaces {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(count: number) {
    this.#free = count
  }

  /** Calls `begin` when there is a place, at once or later. What it gives back returns the place, or leaves the queue; once. */
  take(begin: () => void): () => void {
    let hasPlace = false
    const enter = (): void => {
      hasPlace = true
      begin()
    }
    if (this.#free > 0) {
      this.#free--
      enter()
    } else this.#waiting.add(enter)
    return () => {
      if (this.#waiting.delete(enter) || !hasPlace) return
      hasPlace = false
      const [next] = this.#waiting
      if (next) {
        this.#waiting.delete(next)
        next()
      } else this.#free++
    }
  }
}
