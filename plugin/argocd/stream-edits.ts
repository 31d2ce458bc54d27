import type { Expansion } from '../expansion/expand.ts'
import { mergesIntoTarget, targetName } from '../expansion/external-secret-input.ts'
import { type SecretManifest, secretObject } from '../expansion/secret-manifest.ts'
import { targetId } from '../expansion/target-conflicts.ts'
import type { Steps } from '../model/turns.ts'
import type { ManifestObject, StreamEdits } from '../stream/manifest-document.ts'
import type { CoreObjects } from './core-objects.ts'
import type { Inventory } from './inventory.ts'
import { mergedIntoStream, partialSecret } from './merge-secret.ts'
import type { RenderRequest } from './render-request.ts'

export interface EditInputs {
  readonly inventory: Inventory
  readonly request: RenderRequest
  /** Absent when nothing is rendered inline. */
  readonly expansion?: Expansion
  readonly core?: CoreObjects
}

/**
 * What is printed in place of each object of ours: an inline ExternalSecret becomes its Secret (R6, R7), a store or a generator disappears unless it
 * is kept or something of ours in the stream is passed through (R11), which may name it. An object that is not named here stays as it is.
 * A step a Secret.
 */
export function* editSteps({ inventory, request, expansion, core }: EditInputs): Steps<StreamEdits> {
  const edits = new Map<ManifestObject, readonly object[]>()
  const somethingPasses =
    inventory.others.length > 0 || inventory.externalSecrets.some(({ delivery }) => delivery === 'passthrough')
  if (request.stores === 'consume' && !somethingPasses) {
    for (const { object } of [...inventory.stores, ...inventory.generators]) edits.set(object, [])
  }
  if (!expansion || !core) return edits

  for (const group of bySharedTarget(inventory)) {
    for (const { object } of group) edits.set(object, [])
    const [first] = group
    const secrets = group.flatMap(({ input }) => expansion.secrets.get(input) ?? [])
    if (first && secrets.length > 0) placeSecrets(first, secrets, core, edits)
    yield
  }
  return edits
}

/** Inline ExternalSecrets, those that merge into one target together, in the order of the stream. */
export function bySharedTarget({ externalSecrets }: Inventory): Iterable<Inventory['externalSecrets']> {
  const inline = externalSecrets.filter(({ delivery }) => delivery === 'inline')
  return Map.groupBy(inline, ({ object, input }) =>
    mergesIntoTarget(input) ? targetId(input.namespace, targetName(input)) : object,
  ).values()
}

function placeSecrets(
  { object, input }: Inventory['externalSecrets'][number],
  secrets: readonly SecretManifest[],
  core: CoreObjects,
  edits: Map<ManifestObject, readonly object[]>,
): void {
  if (!mergesIntoTarget(input)) {
    edits.set(object, secrets.map(secretObject))
    return
  }
  const existing = core.secretObject(input.namespace, targetName(input))
  if (existing) edits.set(existing, [mergedIntoStream(existing.value, secrets)])
  else edits.set(object, [partialSecret(secrets)])
}
