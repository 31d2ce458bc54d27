import type { ExternalSecret, StoreRef } from '../../api/external-secret.ts'
import type { ObjectKey } from '../../kube/kube-object.ts'
import type { ChangeStart } from '../../model/change-start.ts'
import type { NextLook } from '../detection/detection-schedule.ts'
import type { Values } from './read-values.ts'

/** A key of a store, as an ExternalSecret names both. */
export interface UsedKey {
  readonly store: StoreRef
  readonly key: string
}

/** What detectors know between two reads: whether what an ExternalSecret holds is still what its provider has. */
export interface ChangeNotices {
  /** What the object has now; `values` is undefined where that is only known to be in sync, after a restart. */
  holds(object: ObjectKey, resource: ExternalSecret, values: Values | undefined): Promise<void>
  /** Since when a detector has seen, of something that the object holds, another version; milliseconds since the epoch. */
  changedAt(object: ObjectKey): number | undefined
  /** Since when the first of what was told of it is on its way. */
  startedAt(object: ObjectKey): ChangeStart | undefined
  /** Somebody says that these keys of the object were rotated, and perhaps when: a detector looks, or what the object holds counts as changed. */
  rotated(object: ObjectKey, keys: readonly UsedKey[], atMs?: number): Promise<'asked' | 'changed'>
  /** Whether detectors watch all that the object holds. */
  watches(object: ObjectKey): boolean
  /** Whether they get no answer at the moment, and cannot vouch for what the object holds. */
  isAway(object: ObjectKey): boolean
  /** When detectors look at what the object holds; undefined where they watch nothing of it. */
  nextLook(object: ObjectKey): NextLook | undefined
  /** What it reads from has changed: nothing is watched until it says again what it holds; what was told stays. */
  unwatch(object: ObjectKey): void
  forget(object: ObjectKey): void
}

/** Every refresh reads values. */
export const noChangeNotices: ChangeNotices = {
  holds: async () => undefined,
  changedAt: () => undefined,
  startedAt: () => undefined,
  rotated: async () => 'asked',
  watches: () => false,
  isAway: () => false,
  nextLook: () => undefined,
  unwatch: () => undefined,
  forget: () => undefined,
}
