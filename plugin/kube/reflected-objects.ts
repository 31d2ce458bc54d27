import type { Logger } from '../model/logger.ts'
import { errorName } from './error-name.ts'
import type { WatchEvent } from './kube-client.ts'
import { type KubeObject, keyText, type ObjectKey } from './kube-object.ts'
import type { ObjectHandler } from './object-cache.ts'
import type { ObjectStore } from './object-store.ts'

/** What a list or an event says of an object. */
export type ObjectEvent<T extends KubeObject> = Exclude<WatchEvent<T>, { readonly type: 'BOOKMARK' }>

/** What is owed to a handler that failed: to be told what has become of an object since. */
interface Owed<T extends KubeObject> {
  readonly key: ObjectKey
  /** As it knows the object; undefined: not at all. */
  readonly known: T | undefined
  /** Should that be gone: whether its delete was not seen. */
  readonly isLastKnown: boolean
}

/**
 * Puts what the API server says into the store and tells the handler what that changes: first the store, then the handler, one object's changes in
 * their order (client-go, DeltaFIFO and sharedIndexInformer). What a handler throws on was not told: the error's name is logged, and
 * {@link ReflectedObjects.tellAgain} tells it what has become of the object since.
 */
export class ReflectedObjects<T extends KubeObject> {
  readonly #store: ObjectStore<T>
  readonly #handler: ObjectHandler<T>
  readonly #keep: (object: T) => T
  readonly #logger: Logger
  readonly #owed = new Map<string, Owed<T>>()

  constructor(store: ObjectStore<T>, handler: ObjectHandler<T>, keep: (object: T) => T, logger: Logger) {
    this.#store = store
    this.#handler = handler
    this.#keep = keep
    this.#logger = logger
  }

  /** What is kept of `object`: what is in the store already, when that is the same version of it; all of it, when `keep` throws. */
  kept(object: T): T {
    const before = this.#store.get(object.metadata)
    if (before !== undefined && isSameVersion(before, object)) return before
    try {
      return this.#keep(object)
    } catch (thrown) {
      this.#logger.warn('reducing an object failed', { object: keyText(object.metadata), error: errorName(thrown) })
      return object
    }
  }

  /** All that there is now, as {@link kept}: what is in the store and not here has been deleted unseen. */
  replace(objects: readonly T[]): void {
    const names = new Set(objects.map(({ metadata }) => keyText(metadata)))
    const gone = Array.from(this.#store.list()).filter(({ metadata }) => !names.has(keyText(metadata)))
    for (const object of gone) this.#delete(object, true)
    for (const object of objects) this.#put(object)
  }

  take({ type, object }: ObjectEvent<T>): void {
    if (type !== 'DELETED') {
      this.#put(this.kept(object))
      return
    }
    const before = this.#store.get(object.metadata)
    if (before === undefined) return
    if (isSameObject(before, object)) this.#delete(this.kept(object), false)
    else this.#delete(before, true)
  }

  /** Tells what the handler has thrown on, as it is now. */
  tellAgain(): void {
    for (const { key, known, isLastKnown } of Array.from(this.#owed.values())) {
      const now = this.#store.get(key)
      if (now !== undefined) this.#tellPut(known, now)
      else if (known !== undefined) this.#tellDelete(known, isLastKnown)
    }
  }

  #put(object: T): void {
    const before = this.#store.get(object.metadata)
    if (before !== undefined && !isSameObject(before, object)) {
      this.#delete(before, true)
      this.#put(object)
      return
    }
    if (before !== undefined && isSameVersion(before, object)) return
    this.#store.put(object)
    this.#tellPut(before, object)
  }

  #delete(object: T, isLastKnown: boolean): void {
    this.#store.delete(object.metadata)
    this.#tellDelete(object, isLastKnown)
  }

  #tellPut(before: T | undefined, now: T): void {
    const { known, isLastKnown } = this.#owed.get(keyText(now.metadata)) ?? { known: before, isLastKnown: true }
    if (known !== undefined && !isSameObject(known, now)) {
      if (this.#tellDelete(known, isLastKnown)) this.#tellPut(undefined, now)
      return
    }
    this.#tell({ key: now.metadata, known, isLastKnown: true }, () =>
      known === undefined ? this.#handler.onAdd(now) : this.#handler.onUpdate(known, now),
    )
  }

  /** Also of what the handler threw on when it was added: it may have got half-way. Of two of one name it knows the former until it took its end. */
  #tellDelete(object: T, isLastKnown: boolean): boolean {
    const owed = this.#owed.get(keyText(object.metadata))
    const isFormer = owed?.known !== undefined && !isSameObject(owed.known, object)
    const gone = isFormer ? { known: owed.known, isLastKnown: owed.isLastKnown } : { known: object, isLastKnown }
    return this.#tell({ key: object.metadata, ...gone }, () => this.#handler.onDelete(gone.known, gone.isLastKnown))
  }

  /** Whether the handler took it; otherwise it is owed to it. */
  #tell(owed: Owed<T>, tell: () => void): boolean {
    const key = keyText(owed.key)
    try {
      tell()
      this.#owed.delete(key)
      return true
    } catch (thrown) {
      this.#owed.set(key, owed)
      this.#logger.warn('a handler of changed objects failed, and is told again', { object: key, error: errorName(thrown) })
      return false
    }
  }
}

/** An object that was deleted and made again has the name of the other, but is another. */
function isSameObject(one: KubeObject, other: KubeObject): boolean {
  return one.metadata.uid === other.metadata.uid
}

function isSameVersion(one: KubeObject, other: KubeObject): boolean {
  return isSameObject(one, other) && one.metadata.resourceVersion === other.metadata.resourceVersion
}
