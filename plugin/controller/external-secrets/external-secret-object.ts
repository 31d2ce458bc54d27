import type { KubeObject } from '../../kube/kube-object.ts'
import type { Condition } from '../conditions.ts'

/** An ExternalSecret as the API server gives it. Its spec is read by `api/`. */
export interface ExternalSecretObject extends KubeObject {
  readonly spec?: unknown
  readonly status?: ExternalSecretStatus
}

/** external-secrets.md 4.14. */
export interface ExternalSecretStatus {
  /** Start of the last sync that succeeded, RFC 3339. */
  readonly refreshTime?: string | null
  readonly syncedResourceVersion?: string
  readonly conditions?: readonly Condition[]
  readonly binding?: { readonly name?: string }
}

/** What is kept of an ExternalSecret: all that a pass looks at, and nothing of who set which field, of when it was made, and of what its kind says already. */
export function keptExternalSecret({ metadata, spec, status }: ExternalSecretObject): ExternalSecretObject {
  const { managedFields: _, creationTimestamp: __, ...kept } = metadata
  return { metadata: kept, spec, ...(status && { status }) }
}

/** In milliseconds since the epoch. */
export function refreshedAt({ status }: ExternalSecretObject): number | undefined {
  const time = Date.parse(status?.refreshTime ?? '')
  return Number.isNaN(time) ? undefined : time
}
