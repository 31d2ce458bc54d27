import type { Clock } from '../../model/clock.ts'
import type { FloorsAnswer } from './floor-exchange.ts'
import type { VersionFloor, VersionFloors } from './version-floors.ts'
import type { StoreLabel } from './warm-listener.ts'

export interface FloorTableLimits {
  /** The longest unchanged goes first. */
  readonly maxFloors: number
  /** Without news for so long, the controller is taken to be away, in milliseconds. */
  readonly silenceMs: number
}

export const DEFAULT_FLOORS: FloorTableLimits = { maxFloors: 100_000, silenceMs: 45_000 }

/** The version floors that a controller has told, and whether it still does. Floors stay in force while it is away. */
export class FloorTable implements VersionFloors {
  readonly #limits: FloorTableLimits
  readonly #clock: Pick<Clock, 'now'>
  readonly #floors = new Map<string, VersionFloor>()
  #watched: ReadonlySet<string> = new Set()
  #heardAtMs: number | undefined

  constructor(limits: FloorTableLimits, clock: Pick<Clock, 'now'>) {
    this.#limits = limits
    this.#clock = clock
  }

  get isConnected(): boolean {
    const silenceMs = this.#heardAtMs === undefined ? Number.POSITIVE_INFINITY : this.#clock.now() - this.#heardAtMs
    return silenceMs >= 0 && silenceMs < this.#limits.silenceMs
  }

  get count(): number {
    return this.#floors.size
  }

  apply({ floors, watched }: FloorsAnswer): void {
    this.#heardAtMs = this.#clock.now()
    this.#watched = new Set(watched)
    for (const { store, key, version, ageMs } of floors) {
      const id = floorId(store, key)
      this.#floors.delete(id)
      this.#floors.set(id, { notBeforeMs: this.#heardAtMs - ageMs, ...(version !== undefined && { version }) })
    }
    for (const id of this.#floors.keys()) {
      if (this.#floors.size <= this.#limits.maxFloors) return
      this.#floors.delete(id)
    }
  }

  /** The connection is gone: values are kept for the short time alone from now on. */
  lost(): void {
    this.#heardAtMs = undefined
  }

  floorOf(_storeKey: string, { id }: StoreLabel, key: string): VersionFloor | undefined {
    return this.#floors.get(floorId(id, key))
  }

  isWatched({ id }: StoreLabel): boolean {
    return this.isConnected && this.#watched.has(id)
  }
}

function floorId(store: string, key: string): string {
  return `${store}\0${key}`
}
