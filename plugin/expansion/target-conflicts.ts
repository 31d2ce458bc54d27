import { quoteName } from '../model/quote-name.ts'
import { type Place, SecretError } from '../model/secret-error.ts'
import { creationPolicy, type ExternalSecretInput, ownsTarget, targetName } from './external-secret-input.ts'

/** A Secret that the stream itself brings. */
export interface StreamSecret {
  readonly name: string
  readonly namespace: string
  readonly place: Place
}

/** Identifies a target Secret within a render. */
export function targetId(namespace: string, name: string): string {
  return `${namespace}/${name}`
}

/**
 * Targets that two would write: an owned one (Owner, Orphan) belongs to one ExternalSecret alone and is not a Secret of the stream as well.
 * Several ExternalSecrets may merge into one Secret. Each Conflict names both sides.
 */
export function targetConflicts(
  inputs: readonly ExternalSecretInput[],
  streamSecrets: readonly StreamSecret[],
): readonly SecretError[] {
  const secrets = new Map(streamSecrets.map((secret) => [targetId(secret.namespace, secret.name), secret]))
  const problems: SecretError[] = []
  for (const [id, writers] of writersByTarget(inputs)) {
    const owner = writers.find(ownsTarget)
    if (!owner) continue
    const secret = secrets.get(id)
    if (secret) problems.push(conflict(owner, `a Secret of the stream (${placeName(secret.place)})`))
    for (const other of writers) {
      if (other !== owner) problems.push(conflict(other, `${owner.place.object} (${placeName(owner.place)})`))
    }
  }
  return problems
}

function writersByTarget(inputs: readonly ExternalSecretInput[]): ReadonlyMap<string, readonly ExternalSecretInput[]> {
  return Map.groupBy(
    inputs.filter((input) => creationPolicy(input) !== 'None'),
    (input) => targetId(input.namespace, targetName(input)),
  )
}

function conflict(input: ExternalSecretInput, other: string): SecretError {
  return new SecretError('Conflict', `the target Secret ${quoteName(targetName(input))} is also made by ${other}`, {
    place: { ...input.place, field: 'spec.target.name' },
    remedy: 'give one of them another spec.target.name, or creationPolicy: Merge',
  })
}

function placeName(place: Place): string {
  return `${place.file ?? '-'}:${place.line ?? 1}`
}
