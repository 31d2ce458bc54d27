import type { KubeClient } from './kube-client.ts'
import { isKubeError } from './kube-error.ts'
import type { KubeObject } from './kube-object.ts'
import type { Resource } from './resource.ts'

interface Review extends KubeObject {
  readonly spec: { readonly resourceAttributes: Readonly<Record<'group' | 'resource' | 'verb', string>> }
  readonly status?: { readonly allowed?: boolean }
}

export const ACCESS_REVIEWS: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'selfsubjectaccessreviews',
  kind: 'SelfSubjectAccessReview',
  isNamespaced: false,
}

/**
 * Whether this account may list them in all namespaces, without a request that is refused: every account may ask that of itself (Kubernetes,
 * SelfSubjectAccessReview, ClusterRole system:basic-user). Where a cluster has taken that away, nothing says that it may. Rejects with KubeError.
 */
export async function mayList(client: Pick<KubeClient, 'create'>, resource: Resource, signal: AbortSignal): Promise<boolean> {
  const { group, version, kind } = ACCESS_REVIEWS
  const review: Review = {
    apiVersion: `${group}/${version}`,
    kind,
    // The one kind of object that must not have a name.
    metadata: { name: '' },
    spec: { resourceAttributes: { group: resource.group, resource: resource.plural, verb: 'list' } },
  }
  try {
    const { status } = await client.create(ACCESS_REVIEWS, review, { signal })
    return status?.allowed === true
  } catch (thrown) {
    if (isKubeError(thrown, 'Forbidden')) return false
    throw thrown
  }
}
