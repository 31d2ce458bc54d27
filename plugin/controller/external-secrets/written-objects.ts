import { type KubeObject, keyText, type ObjectKey } from '../../kube/kube-object.ts'
import type { ObjectCache } from '../../kube/object-cache.ts'

/**
 * What a watch tells, and over it what this process wrote and the watch has not told yet: a pass that follows another at once must not take its own
 * write for undone. Undefined stands for an object that was deleted.
 */
export class WrittenObjects<T extends KubeObject> {
  readonly #cache: Pick<ObjectCache<T>, 'get'>
  readonly #written = new Map<string, T>()

  constructor(cache: Pick<ObjectCache<T>, 'get'>) {
    this.#cache = cache
  }

  get(key: ObjectKey): T | undefined {
    return this.#written.get(keyText(key)) ?? this.#cache.get(key)
  }

  wrote(object: T): void {
    const told = this.#cache.get(object.metadata)
    if (told && isAsNew(told, object)) return
    this.#written.set(keyText(object.metadata), object)
  }

  /** The watch told of an object, or of its end: what was written is forgotten unless the watch is still behind it. */
  told(object: T, isGone = false): void {
    const key = keyText(object.metadata)
    const written = this.#written.get(key)
    if (written && (isGone || isAsNew(object, written))) this.#written.delete(key)
  }

  forget(key: ObjectKey): void {
    this.#written.delete(keyText(key))
  }
}

/**
 * Whether `told` is no older than `written`. Versions are opaque to clients, but those of one object grow as numbers (Kubernetes, KEP 5504); where they
 * are no numbers, whatever the watch tells is taken for the newer.
 */
function isAsNew({ metadata: told }: KubeObject, { metadata: written }: KubeObject): boolean {
  if (told.uid !== written.uid || told.resourceVersion === written.resourceVersion) return true
  const [toldVersion, writtenVersion] = [told.resourceVersion ?? '', written.resourceVersion ?? '']
  return !(/^\d+$/.test(toldVersion) && /^\d+$/.test(writtenVersion)) || BigInt(toldVersion) >= BigInt(writtenVersion)
}
