import type { SecretError } from '../model/secret-error.ts'
import type { ManifestObject, ManifestStream } from '../stream/manifest-document.ts'
import { readObjects } from '../stream/read-objects.ts'

/** Documents of which some may be the old program's. */
export interface ReadableDocuments {
  readonly objects: readonly ManifestObject[]
  /** Of documents that are the old program's for sure and cannot be read. */
  readonly problems: readonly SecretError[]
}

/** How to tell from its text alone whether a document is the old program's: what `mayBe` does not match is not even parsed. */
export interface TextSigns {
  readonly mayBe: RegExp
  readonly surelyIs: RegExp
}

/** The objects of all documents that may be the old program's. */
export function readableDocuments(streams: readonly ManifestStream[], { mayBe, surelyIs }: TextSigns): ReadableDocuments {
  const objects: ManifestObject[] = []
  const problems: SecretError[] = []
  for (const document of streams.flatMap((stream) => stream.documents)) {
    if (!mayBe.test(document.source)) continue
    const read = readObjects(document)
    for (const object of read.objects) objects.push(object)
    if (surelyIs.test(document.source)) problems.push(...read.problems)
  }
  return { objects, problems }
}
