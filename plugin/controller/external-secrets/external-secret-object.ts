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

/** In milliseconds since the epoch. */
export function refreshedAt({ status }: ExternalSecretObject): number | undefined {
  const time = Date.parse(status?.refreshTime ?? '')
  return Number.isNaN(time) ? undefined : time
}
