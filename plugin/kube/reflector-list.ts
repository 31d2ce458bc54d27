import type { Clock } from '../model/clock.ts'
import type { KubeClient, ListOptions, ObjectList } from './kube-client.ts'
import { isKubeError } from './kube-error.ts'
import type { KubeObject } from './kube-object.ts'
import { cutWhenSilent } from './reflector-silence.ts'
import type { Resource } from './resource.ts'

export interface ListRequest<T extends KubeObject> {
  readonly client: KubeClient
  readonly resource: Resource
  readonly selection: Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector' | 'metadataOnly'>
  readonly pageSize: number
  /** The latest version that was seen of the resource. */
  readonly seenVersion: string | undefined
  /** What stays of an object; called as soon as its page is there. */
  readonly keep: (object: T) => T
}

export interface Listed<T extends KubeObject> {
  readonly objects: readonly T[]
  readonly resourceVersion: string
}

/**
 * Everything that there is, as of one version, page by page so that a page is the most that is held beside what is kept.
 *
 * The version rules (Kubernetes API concepts, "Semantics for get and list"):
 * - The first list asks for the most recent state (no resourceVersion), not for any state that a server has in its cache (`0`, as client-go does):
 *   a replica that takes over must not see less than its predecessor wrote. From Kubernetes 1.31 on the API server answers it from its cache too.
 * - A later one asks for nothing older than what was seen, so that a server that is behind cannot take us back. `resourceVersionMatch` must be
 *   given: with a limit and without it the version would be meant exactly.
 * - A server that no longer has that version, or does not have it yet (410, ResourceVersionTooLarge), is asked for the most
 *   recent state (client-go, Reflector.list).
 * - A list that expires between two pages is asked for in one piece (client-go, ListPager.FullListIfExpired).
 */
export async function listAll<T extends KubeObject>(
  request: ListRequest<T>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Listed<T>> {
  const { seenVersion } = request
  if (seenVersion === undefined) return await listPages(request, {}, clock, signal)
  try {
    return await listPages(request, { resourceVersion: seenVersion, resourceVersionMatch: 'NotOlderThan' }, clock, signal)
  } catch (thrown) {
    if (!isExpired(thrown) && !isKubeError(thrown, 'ResourceVersionTooLarge')) throw thrown
    return await listPages(request, {}, clock, signal)
  }
}

/** 410. Servers before 1.18 call some of them Gone (client-go, isExpiredError). */
function isExpired(thrown: unknown): boolean {
  return isKubeError(thrown, 'Expired', 'Gone')
}

type Version = Pick<ListOptions, 'resourceVersion' | 'resourceVersionMatch'>

async function listPages<T extends KubeObject>(
  request: ListRequest<T>,
  version: Version,
  clock: Clock,
  signal: AbortSignal,
): Promise<Listed<T>> {
  const objects: T[] = []
  const first = await takePage(request, version, objects, clock, signal)
  let { next } = first
  while (next !== undefined && next !== '') {
    try {
      next = (await takePage(request, { continue: next }, objects, clock, signal)).next
    } catch (thrown) {
      if (!isExpired(thrown)) throw thrown
      const whole = await listPage(request, version, clock, signal)
      return { objects: whole.items.map(request.keep), resourceVersion: whole.resourceVersion }
    }
  }
  return { objects, resourceVersion: first.resourceVersion }
}

/** Puts what stays of one page's objects to `objects`. */
async function takePage<T extends KubeObject>(
  request: ListRequest<T>,
  options: ListOptions,
  objects: T[],
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly resourceVersion: string; readonly next: string | undefined }> {
  const page = await listPage(request, { ...options, limit: request.pageSize }, clock, signal)
  for (const item of page.items) objects.push(request.keep(item))
  return { resourceVersion: page.resourceVersion, next: page.continue }
}

async function listPage<T extends KubeObject>(
  { client, resource, selection }: ListRequest<T>,
  options: ListOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<ObjectList<T>> {
  return await cutWhenSilent(clock, signal, (cut) => client.list<T>(resource, { ...selection, ...options, signal: cut }))
}
