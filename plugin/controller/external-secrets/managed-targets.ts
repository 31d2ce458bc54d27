import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject, ObjectKey } from '../../kube/kube-object.ts'
import type { ObjectCache } from '../../kube/object-cache.ts'
import { objectIdentity } from '../../kube/object-identity.ts'
import type { Resource } from '../../kube/resource.ts'
import { CREATED_BY_LABEL, DATA_HASH_ANNOTATION, MANAGED_LABEL } from './markers.ts'
import { WrittenObjects } from './written-objects.ts'

/** What is kept of a managed target: who it is, and the marks that are read again. */
export function keptTarget({ metadata }: KubeObject): KubeObject {
  const { labels, annotations } = metadata
  return {
    metadata: {
      ...objectIdentity(metadata),
      labels: picked(labels, [MANAGED_LABEL, CREATED_BY_LABEL]),
      annotations: picked(annotations, [DATA_HASH_ANNOTATION]),
    },
  }
}

type Texts = Readonly<Record<string, string>>

function picked(texts: Texts = {}, names: readonly string[]): Texts {
  return Object.fromEntries(names.flatMap((name) => (texts[name] === undefined ? [] : [[name, texts[name]]])))
}

/** Of one kind of targets. */
export interface TargetKind<T extends KubeObject> {
  readonly resource: Resource
  /** What {@link DATA_HASH_ANNOTATION} says of it; undefined of one that has nothing to hash. */
  readonly hash: (object: T) => string | undefined
}

/**
 * The targets of ExternalSecrets of one kind: metadata from the watch of managed ones, content read when it is needed and not kept; of each version
 * that was seen its hash stays.
 */
export class ManagedTargets<T extends KubeObject> {
  readonly #client: KubeClient
  readonly #latest: WrittenObjects<KubeObject>
  readonly #kind: TargetKind<T>
  readonly #hashes = new Map<string, { readonly version: string; readonly hash: string | undefined }>()

  constructor(client: KubeClient, cache: Pick<ObjectCache<KubeObject>, 'get'>, kind: TargetKind<T>) {
    this.#client = client
    this.#kind = kind
    this.#latest = new WrittenObjects(cache)
  }

  /** Metadata of a managed target; undefined says nothing about objects that are not managed. */
  managed(key: ObjectKey): KubeObject | undefined {
    return this.#latest.get(key)
  }

  /** Whether exactly this version has been seen, or written by this process. */
  hasSeen({ metadata }: KubeObject): boolean {
    return this.#hashes.get(metadata.uid ?? '')?.version === metadata.resourceVersion
  }

  /** The hash of the content of exactly this version, when it is known. */
  hashOf(object: KubeObject): string | undefined {
    return this.hasSeen(object) ? this.#hashes.get(object.metadata.uid ?? '')?.hash : undefined
  }

  /** Undefined when there is no such object. Rejects with KubeError. */
  async read(key: ObjectKey, signal: AbortSignal): Promise<T | undefined> {
    try {
      return this.seen(await this.#client.get<T>(this.#kind.resource, key, { signal }))
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return undefined
      throw thrown
    }
  }

  /** Marks an object as one that is watched: the label alone (external-secrets.md 4.2, 7). */
  async label(key: ObjectKey, fieldManager: string, signal: AbortSignal): Promise<T> {
    const body = { metadata: { labels: { [MANAGED_LABEL]: 'true' } } }
    return this.#wrote(await this.#client.patch<T>(this.#kind.resource, key, { type: 'merge', body }, { fieldManager, signal }))
  }

  /** Without a field manager it is the API server's to say who writes. */
  async create(object: T, fieldManager: string | undefined, signal: AbortSignal): Promise<T> {
    return this.#wrote(await this.#client.create(this.#kind.resource, object, { ...managedBy(fieldManager), signal }))
  }

  /** Refused when the object changed since it was read. */
  async update(object: T, fieldManager: string | undefined, signal: AbortSignal): Promise<T> {
    return this.#wrote(await this.#client.update(this.#kind.resource, object, { ...managedBy(fieldManager), signal }))
  }

  /** Deletes exactly this one. Whether it was there. Refused when the object changed since it was read: whoever leads now may have given it values again. */
  async delete({ metadata }: KubeObject, signal: AbortSignal): Promise<boolean> {
    try {
      const { uid, resourceVersion } = metadata
      await this.#client.delete(this.#kind.resource, metadata, { uid, resourceVersion, signal })
      return true
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return false
      throw thrown
    } finally {
      this.#latest.forget(metadata)
    }
  }

  /** The watch told of a managed target. */
  told(object: KubeObject): void {
    this.#latest.told(object)
  }

  toldGone(object: KubeObject): void {
    this.#latest.told(object, true)
    this.#hashes.delete(object.metadata.uid ?? '')
  }

  /** Remembers the hash of a version whose content is as it is to be. */
  remember({ metadata }: KubeObject, hash: string | undefined): void {
    if (metadata.uid !== undefined && metadata.resourceVersion !== undefined)
      this.#hashes.set(metadata.uid, { version: metadata.resourceVersion, hash })
  }

  /** For a page of a list as well. */
  protected seen(object: T): T {
    this.remember(object, this.#kind.hash(object))
    return object
  }

  /** Only metadata stays. */
  #wrote(object: T): T {
    this.#latest.wrote(keptTarget(object))
    return this.seen(object)
  }
}

function managedBy(fieldManager: string | undefined): { readonly fieldManager?: string } {
  return fieldManager === undefined ? {} : { fieldManager }
}
