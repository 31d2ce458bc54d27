import { SECRETS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject, ObjectKey } from '../../kube/kube-object.ts'
import type { ObjectCache } from '../../kube/object-cache.ts'
import { dataHash } from '../../refresh/object-hash.ts'
import { CREATED_BY_LABEL, DATA_HASH_ANNOTATION, MANAGED_LABEL } from './markers.ts'
import { type SecretObject, secretBytes } from './secret-object.ts'
import { WrittenObjects } from './written-objects.ts'

/** The index of managed Secrets by namespace and {@link CREATED_BY_LABEL}. */
export const CREATED_BY_INDEX = 'createdBy'

/** What is kept of a managed Secret: who it is, and the marks that are read again. */
export function keptSecret({ metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, labels, annotations } = metadata
  return {
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      labels: picked(labels, [MANAGED_LABEL, CREATED_BY_LABEL]),
      annotations: picked(annotations, [DATA_HASH_ANNOTATION]),
    },
  }
}

type Texts = Readonly<Record<string, string>>

function picked(texts: Texts = {}, names: readonly string[]): Texts {
  return Object.fromEntries(names.flatMap((name) => (texts[name] === undefined ? [] : [[name, texts[name]]])))
}

/** Secrets of a page: their data is in memory only as long as their page. */
const PAGE_SIZE = 500

export function createdByIndexValue({ metadata }: KubeObject): readonly string[] {
  const hash = metadata.labels?.[CREATED_BY_LABEL]
  return hash === undefined ? [] : [`${metadata.namespace ?? ''}/${hash}`]
}

/**
 * The Secrets of ExternalSecrets: metadata from the watch of managed ones, data read when it is needed and not kept; of each version that was seen its
 * data hash stays.
 */
export class TargetSecrets {
  readonly #client: KubeClient
  readonly #cache: ObjectCache<KubeObject, typeof CREATED_BY_INDEX>
  readonly #latest: WrittenObjects<KubeObject>
  readonly #hashes = new Map<string, { readonly version: string; readonly hash: string }>()

  constructor(client: KubeClient, cache: ObjectCache<KubeObject, typeof CREATED_BY_INDEX>) {
    this.#client = client
    this.#cache = cache
    this.#latest = new WrittenObjects(cache)
  }

  /** Metadata of a managed Secret; undefined says nothing about Secrets that are not managed. */
  managed(key: ObjectKey): KubeObject | undefined {
    return this.#latest.get(key)
  }

  /** The hash of the data of exactly this version, when it is known. */
  hashOf({ metadata }: KubeObject): string | undefined {
    const known = this.#hashes.get(metadata.uid ?? '')
    return known?.version === metadata.resourceVersion ? known?.hash : undefined
  }

  createdBy(namespace: string, hash: string): readonly KubeObject[] {
    return [...this.#cache.byIndex(CREATED_BY_INDEX, `${namespace}/${hash}`)]
  }

  /** Sees all managed Secrets once, page by page: a process that starts then knows without another look that they are as they were written. */
  async seeAll(namespace: string | undefined, signal: AbortSignal): Promise<void> {
    const options = { namespace, labelSelector: `${MANAGED_LABEL}=true`, limit: PAGE_SIZE, signal }
    let page = await this.#client.list<SecretObject>(SECRETS, options)
    for (;;) {
      for (const secret of page.items) this.#seen(secret)
      if (!page.continue) return
      page = await this.#client.list<SecretObject>(SECRETS, { ...options, continue: page.continue })
    }
  }

  /** Undefined when there is no such Secret. Rejects with KubeError. */
  async read(key: ObjectKey, signal: AbortSignal): Promise<SecretObject | undefined> {
    try {
      return this.#seen(await this.#client.get<SecretObject>(SECRETS, key, { signal }))
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return undefined
      throw thrown
    }
  }

  /** Marks a Secret as one that is watched: the label alone (external-secrets.md 4.2, 7). */
  async label(key: ObjectKey, fieldManager: string, signal: AbortSignal): Promise<SecretObject> {
    const body = { metadata: { labels: { [MANAGED_LABEL]: 'true' } } }
    return this.#wrote(await this.#client.patch<SecretObject>(SECRETS, key, { type: 'merge', body }, { fieldManager, signal }))
  }

  async create(secret: SecretObject, fieldManager: string, signal: AbortSignal): Promise<SecretObject> {
    return this.#wrote(await this.#client.create(SECRETS, secret, { fieldManager, signal }))
  }

  /** Refused when the Secret changed since it was read. */
  async update(secret: SecretObject, fieldManager: string, signal: AbortSignal): Promise<SecretObject> {
    return this.#wrote(await this.#client.update(SECRETS, secret, { fieldManager, signal }))
  }

  /** Deletes exactly this one. Whether it was there. */
  async delete({ metadata }: KubeObject, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#client.delete(SECRETS, metadata, { uid: metadata.uid, signal })
      return true
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return false
      throw thrown
    } finally {
      this.#latest.forget(metadata)
    }
  }

  /** The watch told of a managed Secret. */
  told(secret: KubeObject): void {
    this.#latest.told(secret)
  }

  toldGone(secret: KubeObject): void {
    this.#latest.told(secret, true)
    this.#hashes.delete(secret.metadata.uid ?? '')
  }

  /** Remembers the hash of a Secret whose data has been seen. */
  remember({ metadata }: KubeObject, hash: string): void {
    if (metadata.uid !== undefined && metadata.resourceVersion !== undefined)
      this.#hashes.set(metadata.uid, { version: metadata.resourceVersion, hash })
  }

  #seen(secret: SecretObject): SecretObject {
    this.remember(secret, dataHash(secretBytes(secret)))
    return secret
  }

  /** Only metadata stays. */
  #wrote(secret: SecretObject): SecretObject {
    this.#latest.wrote(keptSecret(secret))
    return this.#seen(secret)
  }
}
