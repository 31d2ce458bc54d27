import { type ClosedObject, plainObject } from '../expansion/closed-object.ts'
import type { Expansion } from '../expansion/expand.ts'
import { mergesIntoTarget, targetName } from '../expansion/external-secret-input.ts'
import { type Metadata, metadataOf } from '../expansion/metadata.ts'
import { type SecretManifest, secretObject } from '../expansion/secret-manifest.ts'
import { targetIdOf } from '../expansion/target-conflicts.ts'
import type { Steps } from '../model/turns.ts'
import type { ManifestObject, StreamEdits } from '../stream/manifest-document.ts'
import type { CoreObjects } from './core-objects.ts'
import type { Inventory } from './inventory.ts'
import { mergedIntoStream, partialSecret } from './merge-secret.ts'
import { partialObject } from './partial-object.ts'
import type { RenderRequest } from './render-request.ts'
import type { TargetObjects } from './target-objects.ts'

export interface EditInputs {
  readonly inventory: Inventory
  readonly request: RenderRequest
  /** Absent when nothing is rendered inline. */
  readonly expansion?: Expansion
  readonly core?: CoreObjects
  readonly others?: TargetObjects
}

/**
 * What is printed in place of each object of ours: an inline ExternalSecret becomes its Secret or other target (R6, R7), a store or a generator disappears unless it
 * is kept or something of ours in the stream is passed through (R11), which may name it. An object that is not named here stays as it is.
 * A step a Secret.
 */
export function* editSteps({ inventory, request, expansion, core, others }: EditInputs): Steps<StreamEdits> {
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
    const objects = group.filter(({ input }) => expansion.objects.has(input))
    const made = objects.at(-1)
    const object = made && expansion.objects.get(made.input)
    if (first && object)
      placeObject(
        first,
        objects.map(({ input }) => metadataOf(input.resource)),
        object,
        { others, edits },
      )
    yield
  }
  return edits
}

/** Inline ExternalSecrets, those that merge into one target together, in the order of the stream. */
export function bySharedTarget({ externalSecrets }: Inventory): Iterable<Inventory['externalSecrets']> {
  const inline = externalSecrets.filter(({ delivery }) => delivery === 'inline')
  return Map.groupBy(inline, ({ object, input }) => (mergesIntoTarget(input) ? targetIdOf(input) : object)).values()
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

/** What several merge into one object is in the last one's already. */
function placeObject(
  { object, input }: Inventory['externalSecrets'][number],
  parts: readonly Metadata[],
  made: ClosedObject,
  { others, edits }: { readonly others: TargetObjects | undefined; readonly edits: Map<ManifestObject, readonly object[]> },
): void {
  const existing = mergesIntoTarget(input) ? others?.find(input) : undefined
  if (existing) edits.set(existing, [plainObject(made.reveal())])
  else if (mergesIntoTarget(input)) edits.set(object, [partialObject(made, parts)])
  else edits.set(object, [plainObject(made.reveal())])
}
