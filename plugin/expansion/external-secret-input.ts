import type { ExternalSecret } from '../api/external-secret.ts'
import { groupKindOf } from '../api/group-kind.ts'
import type { Place } from '../model/secret-error.ts'

/** An ExternalSecret that has passed its schema, and what the render knows of it. */
export interface ExternalSecretInput {
  readonly resource: ExternalSecret
  /** File, line and `ExternalSecret default/database`. */
  readonly place: Place
  /** Its own namespace, or the render's where it names none. */
  readonly namespace: string
}

/** The name of the Secret, or other object, that it makes: its own where `spec.target.name` is missing (external-secrets.md 2.2). */
export function targetName(input: ExternalSecretInput): string {
  return input.resource.spec.target.name ?? input.resource.metadata.name
}

/** `Secret`, or the kind that `spec.target.manifest` asks for, in any version. */
export function targetKind({ resource }: ExternalSecretInput): string {
  const { manifest } = resource.spec.target
  return manifest ? groupKindOf(manifest) : 'Secret'
}

/** Where in an object that is no Secret the fetched keys are, when no template says otherwise (external-secrets.md 2.5). */
export function fetchedField(input: ExternalSecretInput): readonly string[] {
  return targetKind(input) === 'ConfigMap' ? ['data'] : ['spec', 'data']
}

type Target = ExternalSecret['spec']['target']

/** R6. */
export function creationPolicy(input: ExternalSecretInput): Target['creationPolicy'] {
  return input.resource.spec.target.creationPolicy
}

/** Whether it writes its target as a whole, as the only one (R6). */
export function ownsTarget(input: ExternalSecretInput): boolean {
  return ['Owner', 'Orphan'].includes(creationPolicy(input))
}

/** Whether it adds its keys to a Secret that others may write too (R6). */
export function mergesIntoTarget(input: ExternalSecretInput): boolean {
  return ['Merge', 'CreateOrMerge'].includes(creationPolicy(input))
}

/** R7. */
export function deletionPolicy(input: ExternalSecretInput): Target['deletionPolicy'] {
  return input.resource.spec.target.deletionPolicy
}
