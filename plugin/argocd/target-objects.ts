import { groupKindOf } from '../api/group-kind.ts'
import { jsonLikeObject } from '../expansion/closed-object.ts'
import type { ExpansionPorts } from '../expansion/expand.ts'
import type { ExternalSecretInput } from '../expansion/external-secret-input.ts'
import { type StreamTarget, targetId, targetIdOf } from '../expansion/target-conflicts.ts'
import { createTurns } from '../model/turns.ts'
import { type DocumentReading, directReading } from '../stream/document-reading.ts'
import type { ManifestObject, ManifestStream } from '../stream/manifest-document.ts'
import { mayHoldKind } from '../stream/may-hold-kind.ts'

/** The objects of a stream of kinds that its ExternalSecrets make instead of Secrets. */
export interface TargetObjects {
  /** What an ExternalSecret would write, if the stream itself brings it. */
  find(input: ExternalSecretInput): ManifestObject | undefined
  readonly targets: readonly StreamTarget[]
}

/** Reads nothing unless an ExternalSecret asks for such a kind. What cannot be read is passed through: it is not ours. */
export async function readTargetObjects(
  streams: readonly ManifestStream[],
  defaultNamespace: string,
  inputs: readonly ExternalSecretInput[],
  reading: DocumentReading = directReading,
): Promise<TargetObjects> {
  const manifests = inputs.flatMap(({ resource }) => resource.spec.target.manifest ?? [])
  const objects = await readKinds(streams, defaultNamespace, manifests, reading)
  return {
    find: (input) => objects.get(targetIdOf(input)),
    targets: Array.from(objects.values(), (object) => streamTarget(object, defaultNamespace)),
  }
}

/** The objects of these kinds, by {@link targetId}. */
export async function readKinds(
  streams: readonly ManifestStream[],
  defaultNamespace: string,
  manifests: readonly { readonly apiVersion: string; readonly kind: string }[],
  reading: DocumentReading = directReading,
): Promise<ReadonlyMap<string, ManifestObject>> {
  const kinds = manifests.map(({ kind }) => kind)
  const wanted = { groups: manifests.map(groupOf), kinds }
  // Items of a typed list need not say their kind.
  const words = [...kinds, ...kinds.map((kind) => `${kind}List`)]
  const objects = new Map<string, ManifestObject>()
  const turns = createTurns()
  const documents = kinds.length === 0 ? [] : streams.flatMap((stream) => stream.documents)
  for (const document of documents.filter((one) => mayHoldKind(one, words))) {
    const turn = turns.take()
    if (turn) await turn
    const read = await reading.objects(document, wanted)
    for (const object of read.objects.filter(({ name }) => name !== undefined))
      objects.set(targetId(streamTarget(object, defaultNamespace)), object)
  }
  return objects
}

function streamTarget(object: ManifestObject, defaultNamespace: string): StreamTarget {
  const { document, name = '', namespace = defaultNamespace } = object
  return { kind: groupKindOf(object), namespace, name, place: { file: document.file, line: document.line } }
}

/** For an expansion: the objects that ExternalSecrets merge into. */
export function existingIn(others: TargetObjects): Required<Pick<ExpansionPorts, 'existing'>> {
  return {
    existing(input) {
      const object = others.find(input)
      return object && jsonLikeObject(object.value)
    },
  }
}

function groupOf({ apiVersion }: { readonly apiVersion: string }): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))
}
