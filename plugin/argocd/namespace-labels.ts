import type { Labels } from '../api/selects-namespace.ts'
import { type DocumentReading, directReading } from '../stream/document-reading.ts'
import type { ManifestStream } from '../stream/manifest-document.ts'
import { mayHoldKind } from '../stream/may-hold-kind.ts'
import { mapping } from './core-objects.ts'

const NAMESPACES = { groups: [''], kinds: ['Namespace'] }
const WORDS = ['Namespace', 'NamespaceList']

/** The labels of each Namespace among the manifests, of the first of a name; what cannot be read there is not ours to complain about. */
export async function namespaceLabels(
  streams: readonly ManifestStream[],
  reading: DocumentReading = directReading,
): Promise<ReadonlyMap<string, Labels>> {
  const found = new Map<string, Labels>()
  for (const document of streams.flatMap((stream) => stream.documents)) {
    if (!mayHoldKind(document, WORDS)) continue
    const { objects } = await reading.objects(document, NAMESPACES)
    for (const { apiVersion, name, value } of objects) {
      if (apiVersion !== 'v1' || name === undefined || found.has(name)) continue
      const labels = Object.entries(mapping(mapping(value['metadata'])?.['labels']) ?? {})
      found.set(name, Object.fromEntries(labels.filter((entry): entry is [string, string] => typeof entry[1] === 'string')))
    }
  }
  return found
}
