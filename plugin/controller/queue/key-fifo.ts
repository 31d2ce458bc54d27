/**
 * Keys in the order in which they came; any of them can leave early.
 * The iterator is kept between calls, because a new one would step over everything that was taken before.
 */
export class KeyFifo {
  /** Key to the time at which it came. */
  readonly #since = new Map<string, number>()
  readonly #order = this.#since.keys()

  get size(): number {
    return this.#since.size
  }

  /** The time at which the first came; undefined when there is none. */
  get oldestSince(): number | undefined {
    return this.#since.values().next().value
  }

  push(key: string, since: number): void {
    this.#since.set(key, since)
  }

  delete(key: string): boolean {
    return this.#since.delete(key)
  }

  /** Takes the first, with the time at which it came. */
  take(): { readonly key: string; readonly since: number } | undefined {
    // An iterator that has been at the end stays there, so it is never asked for more than there is.
    if (this.#since.size === 0) return undefined
    const { value: key } = this.#order.next()
    if (key === undefined) return undefined
    const since = this.#since.get(key) ?? 0
    this.#since.delete(key)
    return { key, since }
  }
}
