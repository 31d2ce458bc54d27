import type { KubeClient, ListOptions } from './kube-client.ts'
import { isKubeError } from './kube-error.ts'
import type { KubeObject } from './kube-object.ts'
import type { Resource } from './resource.ts'

export type PagedListOptions = Omit<ListOptions, 'limit' | 'continue'> & {
  /** Objects of a page; 200. */
  readonly pageSize?: number
}

const PAGE_SIZE = 200

/** Every object that is selected, a page at a time; nothing where the API server does not know the kind. Rejects with KubeError. */
export async function* listPages<T extends KubeObject>(
  client: Pick<KubeClient, 'list'>,
  resource: Resource,
  { pageSize = PAGE_SIZE, ...options }: PagedListOptions,
): AsyncIterable<readonly T[]> {
  let next: string | undefined
  do {
    try {
      const page = await client.list<T>(resource, { ...options, limit: pageSize, continue: next })
      next = page.continue
      yield page.items
    } catch (thrown) {
      if (isKubeError(thrown, 'NotFound')) return
      throw thrown
    }
  } while (next !== undefined && next !== '')
}
