import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import type { ObjectHandler } from '../../../plugin/kube/object-cache.ts'

/** What a handler was told by a real API server, and what was wrong with it. Versions of one API server over one etcd grow. */
export class ReflectorEffects implements ObjectHandler<KubeObject> {
  readonly problems: string[] = []
  /** Versions that were told as added or updated. */
  readonly told = new Set<string>()
  deletes = 0
  /** Deletes that were only seen by a list. */
  lost = 0
  readonly #present = new Map<string, KubeObject>()
  readonly #versions = new Map<string, bigint>()

  onAdd(object: KubeObject): void {
    if (this.#present.has(object.metadata.name)) this.problems.push(`${object.metadata.name} is added twice`)
    this.#put(object)
  }

  onUpdate(before: KubeObject, now: KubeObject): void {
    const { name, uid } = now.metadata
    if (this.#present.get(name) !== before) this.problems.push(`${name} is not updated from what was told`)
    if (before.metadata.uid !== uid) this.problems.push(`${name} is another object`)
    this.#put(now)
  }

  onDelete({ metadata }: KubeObject, isLastKnown: boolean): void {
    if (!this.#present.delete(metadata.name)) this.problems.push(`${metadata.name} is deleted twice`)
    this.deletes++
    if (isLastKnown) this.lost++
  }

  #put(object: KubeObject): void {
    const { name, resourceVersion = '0' } = object.metadata
    if (BigInt(resourceVersion) <= (this.#versions.get(name) ?? 0n)) this.problems.push(`${name} goes back to ${resourceVersion}`)
    this.#versions.set(name, BigInt(resourceVersion))
    this.#present.set(name, object)
    this.told.add(resourceVersion)
  }
}
