import { type Logger, silentLogger } from '../model/logger.ts'
import { errorName } from './error-name.ts'
import { type KubeObject, keyText, type ObjectKey } from './kube-object.ts'
import type { IndexFunctions, ObjectCache } from './object-cache.ts'

/**
 * Objects of one resource by name, and by what index functions say of them.
 * An object that is put or deleted moves only its own index entries. Objects are never changed once they are in.
 */
export class ObjectStore<T extends KubeObject, Index extends string = string> implements ObjectCache<T, Index> {
  readonly #objects = new Map<string, T>()
  readonly #indexes: readonly ObjectIndex<T>[]

  /** An index function that throws finds nothing for that object; the error's name is logged. */
  constructor(functions: Partial<IndexFunctions<T, Index>> = {}, logger: Logger = silentLogger) {
    this.#indexes = Object.entries<IndexFunction<T> | undefined>(functions).flatMap(([name, valuesOf]) =>
      valuesOf ? [{ name, valuesOf: guarded(name, valuesOf, logger), keys: new Map<string, Keys>() }] : [],
    )
  }

  get(key: ObjectKey): T | undefined {
    return this.#objects.get(keyText(key))
  }

  list(): Iterable<T> {
    return this.#objects.values()
  }

  *byIndex(index: Index, value: string): Generator<T, void> {
    const found = this.#indexes.find(({ name }) => name === index)
    if (!found) throw new Error(`there is no index ${index}`)
    for (const key of keysIn(found.keys.get(value))) {
      const object = this.#objects.get(key)
      if (object !== undefined) yield object
    }
  }

  get size(): number {
    return this.#objects.size
  }

  /** Takes the place of what has its name. */
  put(object: T): void {
    const key = keyText(object.metadata)
    const before = this.#objects.get(key)
    this.#objects.set(key, object)
    for (const index of this.#indexes) moveEntries(index, key, before, object)
  }

  delete(name: ObjectKey): void {
    const key = keyText(name)
    const before = this.#objects.get(key)
    if (before === undefined) return
    this.#objects.delete(key)
    for (const index of this.#indexes) moveEntries(index, key, before, undefined)
  }
}

type IndexFunction<T> = (object: T) => readonly string[]

interface ObjectIndex<T> {
  readonly name: string
  readonly valuesOf: IndexFunction<T>
  readonly keys: Map<string, Keys>
}

/** Most values are those of one object alone, for which a set would be much. */
type Keys = string | Set<string>

function keysIn(keys: Keys | undefined): Iterable<string> {
  return typeof keys === 'string' ? [keys] : (keys ?? [])
}

/** One object of another shape than its kind's must not keep all the others from being seen. */
function guarded<T extends KubeObject>(index: string, valuesOf: IndexFunction<T>, logger: Logger): IndexFunction<T> {
  return (object) => {
    try {
      return valuesOf(object)
    } catch (thrown) {
      logger.warn('an index function failed', { index, object: keyText(object.metadata), error: errorName(thrown) })
      return []
    }
  }
}

function moveEntries<T>({ valuesOf, keys }: ObjectIndex<T>, key: string, before: T | undefined, now: T | undefined): void {
  const [old, current] = [before, now].map((object) => new Set(object === undefined ? [] : valuesOf(object)))
  for (const value of old ?? []) if (!current?.has(value)) removeEntry(keys, value, key)
  for (const value of current ?? []) if (!old?.has(value)) addEntry(keys, value, key)
}

function addEntry(keys: Map<string, Keys>, value: string, key: string): void {
  const entries = keys.get(value)
  if (entries === undefined) keys.set(value, key)
  else if (typeof entries !== 'string') entries.add(key)
  else if (entries !== key) keys.set(value, new Set([entries, key]))
}

function removeEntry(keys: Map<string, Keys>, value: string, key: string): void {
  const entries = keys.get(value)
  if (typeof entries === 'object') entries.delete(key)
  if (entries === key || (typeof entries === 'object' && entries.size === 0)) keys.delete(value)
}
