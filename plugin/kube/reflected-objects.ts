import type { Logger } from '../model/logger.ts'
import { errorName } from './error-name.ts'
import type { WatchEvent } from './kube-client.ts'
import { type KubeObject, keyText } from './kube-object.ts'
import type { ObjectHandler } from './object-cache.ts'
import type { ObjectStore } from './object-store.ts'

/** What a list or an event says of an object. */
export type ObjectEvent<T extends KubeObject> = Exclude<WatchEvent<T>, { readonly type: 'BOOKMARK' }>

/**
 * Puts what the API server says into the store and tells the handler what that changes: first the store, then the handler, one object's changes in
 * their order (client-go, DeltaFIFO and sharedIndexInformer). A handler that throws has been told: the error's name is logged and nothing else is lost.
 */
export class ReflectedObjects<T extends KubeObject> {
  readonly #store: ObjectStore<T>
  readonly #handler: ObjectHandler<T>
  readonly #keep: (object: T) => T
  readonly #logger: Logger

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

  #put(object: T): void {
    const before = this.#store.get(object.metadata)
    if (before !== undefined && !isSameObject(before, object)) {
      this.#delete(before, true)
      this.#put(object)
      return
    }
    if (before !== undefined && isSameVersion(before, object)) return
    this.#store.put(object)
    this.#tell(object, () => (before === undefined ? this.#handler.onAdd(object) : this.#handler.onUpdate(before, object)))
  }

  #delete(object: T, isLastKnown: boolean): void {
    this.#store.delete(object.metadata)
    this.#tell(object, () => this.#handler.onDelete(object, isLastKnown))
  }

  #tell({ metadata }: T, tell: () => void): void {
    try {
      tell()
    } catch (thrown) {
      this.#logger.warn('a handler of changed objects failed', { object: keyText(metadata), error: errorName(thrown) })
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
