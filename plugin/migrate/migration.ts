import type { PlainObject } from '../api/plain-object.ts'
import type { FieldPath } from '../model/field-path.ts'
import type { SecretError } from '../model/secret-error.ts'
import type { ManifestObject, ManifestStream, StreamEdits, StreamWarning } from '../stream/manifest-document.ts'
import type { StoreKind } from './external-secret-parts.ts'

export interface MigrationOptions {
  /** Name of the store, or what the names of several begin with; each program has its own default. */
  readonly store?: string
  readonly storeKind: StoreKind
}

/** What became of the manifests. */
export interface Migration {
  /** The manifests, ready for the edits. */
  readonly streams: readonly ManifestStream[]
  readonly edits: StreamEdits
  /** Stores that the migrated objects name, without what only their owner knows. */
  readonly stores: readonly StoreSkeleton[]
  /** Everything of the old program's that was left as it is, with what to do by hand. */
  readonly problems: readonly SecretError[]
  /** What was migrated and is worth a look. */
  readonly warnings: readonly StreamWarning[]
  /** What the places of problems and warnings point to. */
  readonly objects: readonly ManifestObject[]
}

/** A store to fill in, and the comment that says how. */
export interface StoreSkeleton {
  readonly object: PlainObject
  readonly comment: readonly string[]
}

/** What is worth a look, and the field that it is about. */
export interface FieldWarning {
  readonly path: FieldPath
  readonly message: string
}
