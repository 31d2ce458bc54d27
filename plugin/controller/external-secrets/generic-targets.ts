import { groupKindOf } from '../../api/group-kind.ts'
import { neverTargeted } from '../../api/never-targeted.ts'
import { findResource, type VersionedKind } from '../../kube/find-resource.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { ObjectCache } from '../../kube/object-cache.ts'
import type { Resource } from '../../kube/resource.ts'
import { contentHash } from '../../refresh/content-hash.ts'
import type { GenericObject } from './generic-object.ts'
import { ManagedTargets } from './managed-targets.ts'
import { contentOf } from './mutate-object.ts'
import { SyncFailure } from './sync-failure.ts'

/** Watches of the managed objects of kinds, begun when one is asked for. */
export interface KindWatches {
  cacheOf(kind: VersionedKind, resource: Resource): Pick<ObjectCache<KubeObject>, 'get'>
}

/** Identifies a kind in one version. */
export function kindId({ apiVersion, kind }: VersionedKind): string {
  return `${apiVersion} ${kind}`
}

/** The targets of ExternalSecrets that make other objects than Secrets, by their kinds (external-secrets.md 4.12). */
export class GenericTargets {
  readonly #client: KubeClient
  readonly #watches: KindWatches
  readonly #kinds = new Map<string, ManagedTargets<GenericObject>>()

  constructor(client: KubeClient, watches: KindWatches) {
    this.#client = client
    this.#watches = watches
  }

  /** Throws SyncFailure for a kind that is none, or of which nothing is ever made. */
  async of(kind: VersionedKind, signal: AbortSignal): Promise<ManagedTargets<GenericObject>> {
    const known = this.#kinds.get(kindId(kind))
    if (known) return known
    const resource = await this.#resource(kind, signal)
    const made = new ManagedTargets<GenericObject>(this.#client, this.#watches.cacheOf(kind, resource), {
      resource,
      hash: (object) => contentHash(contentOf(object)),
    })
    this.#kinds.set(kindId(kind), made)
    return made
  }

  /** The same; undefined where the API server does not know the kind (any more). */
  async find(kind: VersionedKind, signal: AbortSignal): Promise<ManagedTargets<GenericObject> | undefined> {
    const isServed = this.#kinds.has(kindId(kind)) || (await findResource(this.#client, kind, signal)) !== undefined
    return isServed ? this.of(kind, signal) : undefined
  }

  /** Those of a kind that has been asked for. */
  known(kind: VersionedKind): ManagedTargets<GenericObject> | undefined {
    return this.#kinds.get(kindId(kind))
  }

  /** Nothing watches the kind any more: it is begun anew with the next that asks. */
  forget(kind: VersionedKind): void {
    this.#kinds.delete(kindId(kind))
  }

  async #resource(kind: VersionedKind, signal: AbortSignal): Promise<Resource> {
    const name = groupKindOf(kind)
    const never = neverTargeted(name)
    if (never !== undefined) throw new SyncFailure('genericTarget', `no ExternalSecret makes a ${name}: it ${never}`)
    try {
      const resource = await findResource(this.#client, kind, signal)
      if (resource?.isNamespaced) return resource
      if (resource) throw new SyncFailure('genericTarget', `${name} does not live in a namespace`)
      throw new SyncFailure('getResource', `the API server does not know ${kind.kind} of ${kind.apiVersion}`)
    } catch (thrown) {
      if (!isKubeError(thrown)) throw thrown
      throw new SyncFailure('getResource', `failed to get target resource: ${thrown.message}`, thrown.retryAfterMs)
    }
  }
}
