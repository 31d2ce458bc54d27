import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { Resource } from '../../kube/resource.ts'

const PAGE_SIZE = 200

/** Every object of the cluster, a page at a time; nothing where the API server does not know the kind. Rejects with KubeError. */
export async function* listPages<T extends KubeObject>(
  client: KubeClient,
  resource: Resource,
  signal: AbortSignal,
): AsyncIterable<readonly T[]> {
  let next: string | undefined
  do {
    try {
      const page = await client.list<T>(resource, { limit: PAGE_SIZE, continue: next, signal })
      next = page.continue
      yield page.items
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return
      throw thrown
    }
  } while (next !== undefined && next !== '')
}
