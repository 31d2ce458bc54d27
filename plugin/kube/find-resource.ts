import type { KubeClient } from './kube-client.ts'
import { isKubeError } from './kube-error.ts'
import type { Resource } from './resource.ts'

/** An object's kind in one version, as its `apiVersion` and `kind` say it. */
export interface VersionedKind {
  readonly apiVersion: string
  readonly kind: string
}

/** Group and version of an `apiVersion`; the core group is empty. */
export function groupVersionOf({ apiVersion }: Pick<VersionedKind, 'apiVersion'>): {
  readonly group: string
  readonly version: string
} {
  const slash = apiVersion.indexOf('/')
  return { group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1) }
}

/** Where the API server keeps objects of a kind; undefined when it does not know the kind. Rejects with KubeError. */
export async function findResource(
  client: Pick<KubeClient, 'resources'>,
  wanted: VersionedKind,
  signal?: AbortSignal,
): Promise<Resource | undefined> {
  const { group, version } = groupVersionOf(wanted)
  try {
    return (await client.resources(group, version, signal)).find(({ kind }) => kind === wanted.kind)
  } catch (thrown) {
    if (isKubeError(thrown, 'NotFound')) return undefined
    throw thrown
  }
}
