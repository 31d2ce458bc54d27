import type { ManifestDocument, ManifestObject, ManifestStream, StreamEdits } from '../../../plugin/stream/manifest-document.ts'
import { printStream } from '../../../plugin/stream/print-stream.ts'
import { readObjects } from '../../../plugin/stream/read-objects.ts'
import { splitManifests } from '../../../plugin/stream/split-manifests.ts'

export function stream(text: string, file = 'app.yaml'): ManifestStream {
  return splitManifests(file, Buffer.from(text, 'utf8'))
}

/** The only document of a text. */
export function onlyDocument(text: string): ManifestDocument {
  const [document] = stream(text).documents
  if (!document) throw new Error('no document')
  return document
}

/** The objects of all documents; fails where one cannot be read. */
export function objectsOf({ documents }: ManifestStream): readonly ManifestObject[] {
  return documents.flatMap((document) => {
    const { objects, problems } = readObjects(document)
    if (problems[0]) throw problems[0]
    return objects
  })
}

export function print(streams: readonly ManifestStream[], edits: StreamEdits = new Map()): string {
  return Buffer.from(printStream(streams, edits)).toString('utf8')
}
