import { deserialize, serialize } from 'node:v8'
import type { FieldPath } from '../model/field-path.ts'
import { asSecretError, SecretError } from '../model/secret-error.ts'
import { directReading } from './document-reading.ts'
import type { ListLine } from './list-line.ts'
import type { ManifestDocument, ManifestObject, StreamWarning } from './manifest-document.ts'
import type { WantedObjects } from './wanted-objects.ts'

/** A document and what is wanted of it, as plain data: it can be read in another thread. */
export type ReadingJob = { readonly document: ManifestDocument } & (
  | { readonly work: 'objects'; readonly wanted: WantedObjects }
  | { readonly work: 'line' }
  | { readonly work: 'list' }
  | { readonly work: 'lines'; readonly paths: readonly FieldPath[] }
  | { readonly work: 'explain'; readonly problem: PlainProblem }
)

/** A SecretError of this folder. */
export type PlainProblem = Pick<SecretError, 'kind' | 'message' | 'place' | 'remedy'>

/** An object without its document, which who asks has. */
type PlainObject = Omit<ManifestObject, 'document'>

export interface ReadingOutcome {
  /** Serialized, so that who asks takes in some at a time ({@link objectsOf}). */
  readonly parts?: readonly Uint8Array[]
  readonly line?: string
  readonly list?: ListLine
  readonly lines?: readonly number[]
  readonly warnings?: readonly StreamWarning[]
  readonly problems: readonly PlainProblem[]
}

/** Bytes of the document whose objects are about one part: a millisecond's work. */
const PART_BYTES = 64 * 1024

/** Never rejects. */
export async function doReadingJob(job: ReadingJob): Promise<ReadingOutcome> {
  const { document } = job
  try {
    if (job.work === 'objects') return objectsOutcome(document, job.wanted)
    if (job.work === 'line') return { line: directReading.line(document), problems: [] }
    if (job.work === 'list') return { list: directReading.list(document), problems: [] }
    if (job.work === 'lines') return { lines: directReading.lines(document, job.paths), problems: [] }
    return { problems: [plainProblem(await directReading.explain(document, problemOf(job.problem)))] }
  } catch (thrown) {
    return { problems: [plainProblem(asSecretError(thrown))] }
  }
}

/** The objects of one part. */
export function objectsOf(part: Uint8Array, document: ManifestDocument): readonly ManifestObject[] {
  const objects: readonly PlainObject[] = deserialize(part)
  return objects.map((object) => Object.assign(object, { document }))
}

function plainObject({ path, apiVersion, kind, name, namespace, value }: ManifestObject): PlainObject {
  return { path, apiVersion, kind, name, namespace, value }
}

export function problemOf({ kind, message, place, remedy }: PlainProblem): SecretError {
  return new SecretError(kind, message, { place, ...(remedy !== undefined && { remedy }) })
}

export function plainProblem({ kind, message, place, remedy }: SecretError): PlainProblem {
  return { kind, message, place, remedy }
}

function objectsOutcome(document: ManifestDocument, wanted: WantedObjects): ReadingOutcome {
  const { objects, warnings, problems } = directReading.objects(document, wanted)
  const plain = objects.map(plainObject)
  const inPart = Math.max(1, Math.floor((PART_BYTES * plain.length) / Math.max(1, document.source.length)))
  const parts = Array.from({ length: Math.ceil(plain.length / inPart) }, (_, index) =>
    serialize(plain.slice(index * inPart, (index + 1) * inPart)),
  )
  return { parts, warnings, problems: problems.map(plainProblem) }
}
