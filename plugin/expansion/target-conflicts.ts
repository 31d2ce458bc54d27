import { quoteName } from '../model/quote-name.ts'
import { type Place, SecretError } from '../model/secret-error.ts'
import { creationPolicy, type ExternalSecretInput, ownsTarget, targetKind, targetName } from './external-secret-input.ts'

/** An object that the stream itself brings, and that an ExternalSecret could make. */
export interface StreamTarget {
  /** `Secret`, or what `group-kind.ts` spells. */
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly place: Place
}

/** Identifies a target within a render. */
export function targetId({ kind, namespace, name }: Omit<StreamTarget, 'place'>): string {
  return `${kind} ${namespace}/${name}`
}

/** The same of what an ExternalSecret makes. */
export function targetIdOf(input: ExternalSecretInput): string {
  return targetId({ kind: targetKind(input), namespace: input.namespace, name: targetName(input) })
}

/**
 * Targets that two would write: an owned one (Owner, Orphan) belongs to one ExternalSecret alone and is not an object of the stream as well.
 * Several ExternalSecrets may merge into one. Each Conflict names both sides.
 */
export function targetConflicts(
  inputs: readonly ExternalSecretInput[],
  streamTargets: readonly StreamTarget[],
): readonly SecretError[] {
  const targets = new Map(streamTargets.map((target) => [targetId(target), target]))
  const problems: SecretError[] = []
  for (const [id, writers] of writersByTarget(inputs)) {
    const owner = writers.find(ownsTarget)
    if (!owner) continue
    const target = targets.get(id)
    if (target) problems.push(conflict(owner, `a ${target.kind} of the stream (${placeName(target.place)})`))
    for (const other of writers) {
      if (other !== owner) problems.push(conflict(other, `${owner.place.object} (${placeName(owner.place)})`))
    }
  }
  return problems
}

function writersByTarget(inputs: readonly ExternalSecretInput[]): ReadonlyMap<string, readonly ExternalSecretInput[]> {
  return Map.groupBy(
    inputs.filter((input) => creationPolicy(input) !== 'None'),
    targetIdOf,
  )
}

function conflict(input: ExternalSecretInput, other: string): SecretError {
  return new SecretError('Conflict', `the target ${targetKind(input)} ${quoteName(targetName(input))} is also made by ${other}`, {
    place: { ...input.place, field: 'spec.target.name' },
    remedy: 'give one of them another spec.target.name, or creationPolicy: Merge',
  })
}

function placeName(place: Place): string {
  return `${place.file ?? '-'}:${place.line ?? 1}`
}
