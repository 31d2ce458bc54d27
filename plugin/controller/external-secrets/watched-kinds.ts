import type { VersionedKind } from '../../kube/find-resource.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { ObjectCache, ObjectHandler } from '../../kube/object-cache.ts'
import type { Reflector } from '../../kube/reflector.ts'
import type { Resource } from '../../kube/resource.ts'
import { type KindWatches, kindId } from './generic-targets.ts'

/** Told what happens to the managed objects of a kind. */
export interface KindHandler {
  changed(kind: VersionedKind, object: KubeObject): void
  gone(kind: VersionedKind, object: KubeObject): void
  /** Nobody watches it any more. */
  left(kind: VersionedKind): void
}

type Follow = (resource: Resource, handler: ObjectHandler<KubeObject>, signal: AbortSignal) => Reflector<KubeObject>

interface Watched {
  readonly kind: VersionedKind
  readonly ending: AbortController
  readonly cache: ObjectCache<KubeObject>
}

/**
 * One watch for each kind that ExternalSecrets make instead of Secrets, of its managed objects alone, for as long as one of them makes it
 * (external-secrets.md 4.1). Nothing waits for it: where it may not watch, drift is found at the next refresh.
 */
export class WatchedKinds implements KindWatches {
  readonly #follow: Follow
  readonly #handler: KindHandler
  readonly #signal: AbortSignal
  readonly #kinds = new Map<string, Watched>()

  constructor(follow: Follow, handler: KindHandler, signal: AbortSignal) {
    this.#follow = follow
    this.#handler = handler
    this.#signal = signal
  }

  cacheOf(kind: VersionedKind, resource: Resource): ObjectCache<KubeObject> {
    const known = this.#kinds.get(kindId(kind))
    if (known) return known.cache
    const ending = new AbortController()
    const changed = (object: KubeObject): void => this.#handler.changed(kind, object)
    const { cache } = this.#follow(
      resource,
      {
        onAdd: changed,
        onUpdate: (_before, now) => changed(now),
        onDelete: (object) => this.#handler.gone(kind, object),
      },
      AbortSignal.any([ending.signal, this.#signal]),
    )
    this.#kinds.set(kindId(kind), { kind, ending, cache })
    return cache
  }

  /** Ends the watches of kinds that no ExternalSecret makes any more. */
  retain(isMade: (kind: VersionedKind) => boolean): void {
    for (const [id, { kind, ending }] of this.#kinds) {
      if (isMade(kind)) continue
      this.#kinds.delete(id)
      ending.abort()
      this.#handler.left(kind)
    }
  }

  /** For the tests: how many are watched. */
  get size(): number {
    return this.#kinds.size
  }
}
