import type { KubeObject, ObjectKey } from './kube-object.ts'

/** What a reflector knows of a resource: read by many, written by it alone. */
export interface ObjectCache<T extends KubeObject, Index extends string = string> {
  get(key: ObjectKey): T | undefined
  list(): Iterable<T>
  /** Objects for which the index function `index` gave `value`. */
  byIndex(index: Index, value: string): Iterable<T>
  readonly size: number
}

/** Values of one object under which it is found again; pure, and asked again for the same object. */
export type IndexFunctions<T extends KubeObject, Index extends string = string> = Readonly<
  Record<Index, (object: T) => readonly string[]>
>

/**
 * What happened to an object, in the order in which it happened to that object. What a handler throws on it is told again, as it is by then, within a
 * minute or so.
 */
export interface ObjectHandler<T extends KubeObject> {
  onAdd(object: T): void
  onUpdate(before: T, now: T): void
  /** `isLastKnown`: the delete itself was not seen, `object` is what was known before (client-go's DeletedFinalStateUnknown). */
  onDelete(object: T, isLastKnown: boolean): void
}
