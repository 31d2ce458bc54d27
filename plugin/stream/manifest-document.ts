import type { FieldPath } from '../model/field-path.ts'
import type { Place, SecretError } from '../model/secret-error.ts'

/** One document of a file. `opening` and `source` are the file's bytes as latin1 text, one character a byte; printed one after the other they are the file. */
export interface ManifestDocument {
  /** As the user named it; `-` is standard input. */
  readonly file: string
  /** 1-based, in the file: where the content starts, after blank lines and comments. */
  readonly line: number
  /** 1-based, in the file: the line in which `source` starts. */
  readonly sourceLine: number
  /** What stands before the content: end mark of the document before, byte order mark, directives, `---`. */
  readonly opening: string
  /** The content, up to the next mark. */
  readonly source: string
}

/** The documents of one file, in their order. */
export interface ManifestStream {
  readonly file: string
  readonly documents: readonly ManifestDocument[]
}

/** A value as YAML and JSON know it; integers that a number cannot hold are bigint. */
export type ManifestValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly ManifestValue[]
  | { readonly [key: string]: ManifestValue }

/** A mapping as plain object: own properties only matter, `__proto__` is a key like any other. */
export type ManifestMapping = { readonly [key: string]: ManifestValue }

/** A Kubernetes object: a document, or an item of a `kind: List`. */
export interface ManifestObject {
  readonly document: ManifestDocument
  /** Where it is in its document: `[]`, or `['items', 2]` in a List. */
  readonly path: FieldPath
  readonly apiVersion: string
  readonly kind: string
  /** `metadata.name`, when it is a string that is not empty; so is `namespace`. */
  readonly name: string | undefined
  readonly namespace: string | undefined
  readonly value: ManifestMapping
}

/** Something to tell the user that does not stop the render. */
export interface StreamWarning {
  readonly place: Place
  readonly message: string
}

/** What a document holds. With a problem there are no objects. */
export interface ReadResult {
  readonly objects: readonly ManifestObject[]
  readonly warnings: readonly StreamWarning[]
  readonly problems: readonly SecretError[]
}

/** What is printed in place of an object: none removes it. Objects without an edit stay as they are. */
export type StreamEdits = ReadonlyMap<ManifestObject, readonly object[]>
