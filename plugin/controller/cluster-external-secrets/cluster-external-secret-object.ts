import type { KubeObject } from '../../kube/kube-object.ts'
import type { Condition } from '../conditions.ts'

/** A ClusterExternalSecret as the API server gives it. Its spec is read by `api/`. */
export interface ClusterExternalSecretObject extends KubeObject {
  readonly spec?: unknown
  readonly status?: ClusterExternalSecretStatus
}

/** external-secrets.md 6.1. */
export interface ClusterExternalSecretStatus {
  readonly externalSecretName?: string
  readonly failedNamespaces?: readonly FailedNamespace[]
  readonly provisionedNamespaces?: readonly string[]
  readonly conditions?: readonly Condition[]
}

export interface FailedNamespace {
  readonly namespace: string
  readonly reason: string
}

/** What ESO puts on the object itself, and on every namespace that has one of its ExternalSecrets. */
export const CLEANUP_FINALIZER = 'externalsecrets.external-secrets.io/clusterexternalsecret-cleanup'

export function namespaceFinalizer(name: string): string {
  return `externalsecrets.external-secrets.io/ces-${name}`
}
