import type { FieldPath } from '../model/field-path.ts'
import type { SecretError } from '../model/secret-error.ts'
import { explainProblem } from './explain-problem.ts'
import { lineOf } from './line-of.ts'
import { type ListLine, listLine } from './list-line.ts'
import type { ManifestDocument, ManifestValue, ReadResult } from './manifest-document.ts'
import { readDocument } from './read-document.ts'
import { readObjects } from './read-objects.ts'
import { isWanted, type WantedObjects } from './wanted-objects.ts'
import { writeJson } from './write-json.ts'

/** Reads the documents of one render: here, or where a large one holds up nobody. */
export interface DocumentReading {
  /** Those of its objects that are wanted, and everything else that is to be said about it. Never throws, never rejects. */
  objects(document: ManifestDocument, wanted: WantedObjects): ReadResult | Promise<ReadResult>
  /** The document as one line of JSON with its line end; empty for an empty document. Throws SecretError, or rejects with it. */
  line(document: ManifestDocument): string | Promise<string>
  /** The document's JSON, without a line end. Throws SecretError, or rejects with it. */
  list(document: ManifestDocument): ListLine | Promise<ListLine>
  /** See {@link lineOf}, of many fields of one document. Never throws, never rejects. */
  lines(document: ManifestDocument, paths: readonly FieldPath[]): readonly number[] | Promise<readonly number[]>
  /** See {@link explainProblem}. */
  explain(document: ManifestDocument, problem: SecretError): Promise<SecretError>
}

/** At once, in this thread. */
export const directReading = {
  objects(document: ManifestDocument, wanted: WantedObjects): ReadResult {
    const { objects, ...said } = readObjects(document)
    return { ...said, objects: objects.filter((object) => isWanted(wanted, object)) }
  },
  line: (document: ManifestDocument): string => jsonLine(readDocument(document).value),
  list: (document: ManifestDocument): ListLine => listLine(readDocument(document).value),
  lines: (document: ManifestDocument, paths: readonly FieldPath[]): readonly number[] =>
    paths.map((path) => lineOf(document, path)),
  explain: explainProblem,
} as const satisfies DocumentReading

/** A value that a document or an object has as a line; nothing for `null`. */
export function jsonLine(value: object | ManifestValue): string {
  return value === null ? '' : `${writeJson(value)}\n`
}
