import type { Clock } from '../../model/clock.ts'
import type { VersionFloor, VersionFloors } from '../../stores/warm/version-floors.ts'
import type { StoreLabel } from '../../stores/warm/warm-listener.ts'

/** Longer than any value is kept: an older floor is met by everything that there still is. */
const KEEP_MS = 120_000

/**
 * "Nothing that was read before this moment": whoever changes an ExternalSecret, or makes one, is given what the provider has since. Stores of one
 * name in several namespaces share a floor, which costs a read now and then.
 */
export class ReadFloors implements VersionFloors {
  readonly #clock: Pick<Clock, 'now'>
  readonly #floors = new Map<string, VersionFloor & { readonly raisedAt: number }>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  floorOf(_storeKey: string, store: Pick<StoreLabel, 'kind' | 'name'>, key: string): VersionFloor | undefined {
    return this.#floors.get(floorId(store, key))
  }

  isWatched(): boolean {
    return false
  }

  /** Times in milliseconds since the epoch. */
  raise(store: Pick<StoreLabel, 'kind' | 'name'>, keys: readonly string[], notBeforeMs: number): void {
    const now = this.#clock.now()
    this.#forgetOld(now)
    for (const key of keys) {
      const id = floorId(store, key)
      const before = this.#floors.get(id)
      if (before && before.notBeforeMs >= notBeforeMs) continue
      this.#floors.delete(id)
      this.#floors.set(id, { notBeforeMs, raisedAt: now })
    }
  }

  /** In the order in which they were raised. */
  #forgetOld(now: number): void {
    for (const [id, { raisedAt }] of this.#floors) {
      if (now - raisedAt < KEEP_MS && raisedAt <= now) return
      this.#floors.delete(id)
    }
  }
}

function floorId({ kind, name }: Pick<StoreLabel, 'kind' | 'name'>, key: string): string {
  return `${kind}/${name}/${key}`
}
