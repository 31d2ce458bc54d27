import { type DocumentReading, directReading } from '../stream/document-reading.ts'
import type { ManifestStream } from '../stream/manifest-document.ts'
import { mayHoldKind } from '../stream/may-hold-kind.ts'
import { mapping } from './core-objects.ts'

const NAMESPACES = { groups: [''], kinds: ['Namespace'] }
const WORDS = ['Namespace', 'NamespaceList']

/** The labels of the Namespace of this name, if it is among the manifests; what cannot be read there is not ours to complain about. */
export async function namespaceLabels(
  streams: readonly ManifestStream[],
  name: string,
  reading: DocumentReading = directReading,
): Promise<Readonly<Record<string, string>> | undefined> {
  for (const document of streams.flatMap((stream) => stream.documents)) {
    if (!mayHoldKind(document, WORDS)) continue
    const { objects } = await reading.objects(document, NAMESPACES)
    const found = objects.find((object) => object.apiVersion === 'v1' && object.name === name)
    if (!found) continue
    const labels = Object.entries(mapping(mapping(found.value['metadata'])?.['labels']) ?? {})
    return Object.fromEntries(labels.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  }
  return undefined
}
