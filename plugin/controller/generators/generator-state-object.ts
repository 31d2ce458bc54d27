import type { GeneratorRef } from '../../api/external-secret.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import { textHash } from '../../refresh/object-hash.ts'
import { generatorResource } from './usable-generators.ts'

/** external-secrets.md 6.4; its spec is what a controller wrote, ours or ESO's. */
export interface GeneratorStateObject extends KubeObject {
  readonly spec?: {
    readonly garbageCollectionDeadline?: string
    /** The generator as it was: what takes back what it made. */
    readonly resource?: unknown
    readonly state?: unknown
  }
}

export const GENERATOR_STATES = generatorResource('GeneratorState')
/** external-secrets.md 4.13. */
export const STATE_FINALIZER = 'generatorstate.externalsecrets.io/finalizer'
const OWNER_KEY = 'generators.external-secrets.io/owner-key'
const MAX_PREFIX = 240

/** Of an entry of an ExternalSecret, as ESO computes it (external-secrets.md 6.4, 10). */
export function ownerLabel(namespace: string, externalSecret: string, index: number): readonly [name: string, value: string] {
  return [OWNER_KEY, textHash(`ExternalSecret-${namespace}-${externalSecret}-${index}`)]
}

/** `gen-grafana-dashboards-5d1f03aa`. */
export function stateName({ kind, name }: Pick<GeneratorRef, 'kind' | 'name'>, random: Uint8Array): string {
  return `${`gen-${kind.toLowerCase()}-${name}`.slice(0, MAX_PREFIX)}-${Buffer.from(random).toString('hex')}`
}
