import type { KeyWatch } from './key-watch.ts'

/** A key waits to be asked for as long as its interval, within these bounds, in milliseconds. */
const LEAST_WAIT_MS = 30_000
const MOST_WAIT_MS = 10 * 60_000

/** How long a key of this interval may wait for its answer, in milliseconds. */
export function longestWaitMs(intervalMs: number): number {
  return Math.max(LEAST_WAIT_MS, Math.min(intervalMs, MOST_WAIT_MS))
}

/** Keys of one store that are to be asked for, and since when. */
export class DueKeys {
  readonly #sinceMs = new Map<KeyWatch, number>()

  get size(): number {
    return this.#sinceMs.size
  }

  /** Times are milliseconds that never go back. */
  add(key: KeyWatch, nowMs: number): void {
    if (!this.#sinceMs.has(key)) this.#sinceMs.set(key, nowMs)
  }

  delete(key: KeyWatch): void {
    this.#sinceMs.delete(key)
  }

  clear(): void {
    this.#sinceMs.clear()
  }

  /** Nobody could be asked until now: they wait anew. */
  waitAnew(nowMs: number): void {
    for (const key of this.#sinceMs.keys()) this.#sinceMs.set(key, nowMs)
  }

  /** Removes and gives up to `most`, those of the shortest intervals first: they are who would be late first. */
  take(most: number): readonly KeyWatch[] {
    const keys = [...this.#sinceMs.keys()]
    const taken = keys.length <= most ? keys : soonestFirst(keys).slice(0, most)
    for (const key of taken) this.#sinceMs.delete(key)
    return taken
  }

  /** Removes and gives those that have waited for too long. */
  takeOverdue(nowMs: number): readonly KeyWatch[] {
    const overdue = [...this.#sinceMs].filter(([key, sinceMs]) => nowMs - sinceMs >= longestWaitMs(key.intervalMs))
    for (const [key] of overdue) this.#sinceMs.delete(key)
    return overdue.map(([key]) => key)
  }
}

/** Of one interval in the order in which they came. */
function soonestFirst(keys: readonly KeyWatch[]): readonly KeyWatch[] {
  return keys
    .map((key) => ({ key, intervalMs: key.intervalMs }))
    .toSorted((one, other) => one.intervalMs - other.intervalMs)
    .map(({ key }) => key)
}
