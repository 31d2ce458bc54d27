import type { Lane } from './lane.ts'

export interface DelayedKey {
  readonly key: string
  /** On the monotonic clock, in milliseconds. */
  readonly atMs: number
  readonly lane: Lane
}

/** Keys that wait for a time: a binary heap that knows the place of every key, so that one can be moved or taken out. */
export class DelayedKeys {
  readonly #heap: DelayedKey[] = []
  readonly #places = new Map<string, number>()

  get size(): number {
    return this.#heap.length
  }

  /** The one whose time comes first. */
  get first(): DelayedKey | undefined {
    return this.#heap[0]
  }

  get(key: string): DelayedKey | undefined {
    const place = this.#places.get(key)
    return place === undefined ? undefined : this.#heap[place]
  }

  /** Adds a key, or gives it another time. */
  set(entry: DelayedKey): void {
    const place = this.#places.get(entry.key) ?? this.#heap.length
    this.#put(entry, place)
    this.#settle(entry, place)
  }

  delete(key: string): DelayedKey | undefined {
    const place = this.#places.get(key)
    if (place === undefined) return undefined
    const removed = this.#heap[place]
    this.#places.delete(key)
    const last = this.#heap.pop()
    if (last !== undefined && last !== removed) {
      this.#put(last, place)
      this.#settle(last, place)
    }
    return removed
  }

  /** Takes the first if its time has come. */
  takeDue(nowMs: number): DelayedKey | undefined {
    const { first } = this
    return first !== undefined && first.atMs <= nowMs ? this.delete(first.key) : undefined
  }

  #settle(entry: DelayedKey, from: number): void {
    this.#sink(entry, this.#rise(entry, from))
  }

  #rise(entry: DelayedKey, from: number): number {
    let place = from
    while (place > 0) {
      const parentPlace = (place - 1) >>> 1
      const parent = this.#heap[parentPlace]
      if (parent === undefined || parent.atMs <= entry.atMs) break
      this.#put(parent, place)
      this.#put(entry, parentPlace)
      place = parentPlace
    }
    return place
  }

  #sink(entry: DelayedKey, from: number): void {
    for (let place = from; ; ) {
      const leftPlace = 2 * place + 1
      const left = this.#heap[leftPlace]
      const right = this.#heap[leftPlace + 1]
      if (left === undefined) return
      const [child, childPlace] = right !== undefined && right.atMs < left.atMs ? [right, leftPlace + 1] : [left, leftPlace]
      if (child.atMs >= entry.atMs) return
      this.#put(child, place)
      this.#put(entry, childPlace)
      place = childPlace
    }
  }

  #put(entry: DelayedKey, place: number): void {
    this.#heap[place] = entry
    this.#places.set(entry.key, place)
  }
}
