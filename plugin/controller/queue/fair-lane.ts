import { KeyFifo } from './key-fifo.ts'

export interface ReadyKey {
  readonly key: string
  readonly namespace: string
  /** When it became ready, on the monotonic clock. */
  readonly since: number
}

/** Keys that are ready, taken from one namespace after the other; within a namespace first come, first served. */
export class FairLane {
  /** In the order of their turns. */
  readonly #namespaces = new Map<string, KeyFifo>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** When the key that waits longest became ready; undefined when none waits. */
  get oldestSince(): number | undefined {
    let oldest: number | undefined
    for (const { oldestSince } of this.#namespaces.values())
      if (oldestSince !== undefined && (oldest === undefined || oldestSince < oldest)) oldest = oldestSince
    return oldest
  }

  push(key: string, since: number): void {
    const namespace = namespaceOf(key)
    let fifo = this.#namespaces.get(namespace)
    if (fifo === undefined) {
      fifo = new KeyFifo()
      this.#namespaces.set(namespace, fifo)
    }
    fifo.push(key, since)
    this.#size++
  }

  delete(key: string): void {
    const namespace = namespaceOf(key)
    const fifo = this.#namespaces.get(namespace)
    if (fifo?.delete(key) !== true) return
    this.#size--
    if (fifo.size === 0) this.#namespaces.delete(namespace)
  }

  /** The first key of the namespace whose turn it is, of those that `mayRun`. A namespace that may not keeps its turn. */
  take(mayRun: (namespace: string) => boolean): ReadyKey | undefined {
    for (const [namespace, fifo] of this.#namespaces) {
      if (!mayRun(namespace)) continue
      const taken = fifo.take()
      this.#namespaces.delete(namespace)
      if (taken === undefined) continue
      this.#size--
      if (fifo.size > 0) this.#namespaces.set(namespace, fifo)
      return { ...taken, namespace }
    }
    return undefined
  }
}

/** `team-a` of `team-a/database`; all keys without a namespace are one. */
export function namespaceOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf('/')))
}
