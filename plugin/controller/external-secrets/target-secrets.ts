import { SECRETS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import { listPages } from '../../kube/list-pages.ts'
import type { ObjectCache } from '../../kube/object-cache.ts'
import { dataHash } from '../../refresh/object-hash.ts'
import { ManagedTargets } from './managed-targets.ts'
import { CREATED_BY_LABEL, MANAGED_LABEL } from './markers.ts'
import { type SecretObject, secretBytes } from './secret-object.ts'

/** The index of managed Secrets by namespace and {@link CREATED_BY_LABEL}. */
export const CREATED_BY_INDEX = 'createdBy'

/** Secrets of a page: their data is in memory only as long as their page. */
const PAGE_SIZE = 500

export function createdByIndexValue({ metadata }: KubeObject): readonly string[] {
  const hash = metadata.labels?.[CREATED_BY_LABEL]
  return hash === undefined ? [] : [`${metadata.namespace ?? ''}/${hash}`]
}

/** The Secrets of ExternalSecrets. */
export class TargetSecrets extends ManagedTargets<SecretObject> {
  readonly #client: KubeClient
  readonly #cache: ObjectCache<KubeObject, typeof CREATED_BY_INDEX>

  constructor(client: KubeClient, cache: ObjectCache<KubeObject, typeof CREATED_BY_INDEX>) {
    super(client, cache, { resource: SECRETS, hash: (secret) => dataHash(secretBytes(secret)) })
    this.#client = client
    this.#cache = cache
  }

  createdBy(namespace: string, hash: string): readonly KubeObject[] {
    return [...this.#cache.byIndex(CREATED_BY_INDEX, `${namespace}/${hash}`)]
  }

  /** Sees all managed Secrets once, page by page: a process that starts then knows without another look that they are as they were written. */
  async seeAll(namespace: string | undefined, signal: AbortSignal): Promise<void> {
    const options = { namespace, labelSelector: `${MANAGED_LABEL}=true`, pageSize: PAGE_SIZE, signal }
    for await (const page of listPages<SecretObject>(this.#client, SECRETS, options)) for (const secret of page) this.seen(secret)
  }
}
