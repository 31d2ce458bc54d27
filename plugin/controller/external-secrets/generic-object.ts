import type { KubeObject } from '../../kube/kube-object.ts'
import type { ExternalSecretObject } from './external-secret-object.ts'
import { readSpecOf } from './read-spec-of.ts'

/** An object of a kind that `spec.target.manifest` names, as the API server gives it. It holds values: never logged or put into an error. */
export interface GenericObject extends KubeObject {
  readonly [field: string]: unknown
}

/** Whether an ExternalSecret makes another object than a Secret. */
export function makesAnotherKind(object: ExternalSecretObject): boolean {
  return readSpecOf(object).value?.spec.target.manifest !== undefined
}
