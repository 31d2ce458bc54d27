import type { Store } from '../../api/store.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { Condition } from '../conditions.ts'

/** A SecretStore or ClusterSecretStore as the API server gives it. Its spec is read by `api/`. */
export interface StoreKubeObject extends KubeObject {
  readonly spec?: unknown
  readonly status?: StoreStatus
}

/** external-secrets.md 5.2. */
export interface StoreStatus {
  readonly capabilities?: string
  readonly conditions?: readonly Condition[]
}

/** `spec.controller`, before anything else of the spec is looked at. */
export function controllerClassOf({ spec }: StoreKubeObject): string {
  const controller = typeof spec === 'object' && spec !== null && 'controller' in spec ? spec.controller : undefined
  return typeof controller === 'string' ? controller : ''
}

/** Empty or our own (external-secrets.md 4.18). */
export function isOfClass(store: StoreKubeObject, controllerClass: string): boolean {
  return ['', controllerClass].includes(controllerClassOf(store))
}

export function storeKindOf({ metadata }: StoreKubeObject): Store['kind'] {
  return metadata.namespace === undefined ? 'ClusterSecretStore' : 'SecretStore'
}
