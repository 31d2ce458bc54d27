import type { StoreLabel } from './warm-listener.ts'

/** "Of this key at least this version, or read again" (R15): what a controller knows that a daemon does not. */
export interface VersionFloor {
  /** The provider's name for it; versions have no order, so only exactly this one passes. */
  readonly version?: string
  /** What was read at this time or later passes, in milliseconds since the epoch. */
  readonly notBeforeMs: number
}

/** Version floors, asked before a kept value is used. */
export interface VersionFloors {
  /** @param storeKey the digest under which the store's readers are kept */
  floorOf(storeKey: string, store: StoreLabel, key: string): VersionFloor | undefined
  /** Whether changes of this store are told at this moment: only then its values may be kept for longer (R15). */
  isWatched(store: StoreLabel): boolean
}

/** Nobody knows better. */
export const noFloors: VersionFloors = { floorOf: () => undefined, isWatched: () => false }

/** Whether a value that was read then may still be used. */
export function isAboveFloor(
  { version, readAtMs }: { readonly version: string | undefined; readonly readAtMs: number },
  floor: VersionFloor | undefined,
): boolean {
  return floor === undefined || readAtMs >= floor.notBeforeMs || (version !== undefined && version === floor.version)
}
