import type { RewriteKind, TracedRead } from '../../expansion/trace.ts'
import type { Place } from '../../model/secret-error.ts'

/** Where one Secret, or other target, comes from: plain data without a value, as `explain --output json` prints it (docs/explain.md). */
export interface ExplainedSecret {
  /** `Secret`; else as `spec.target.manifest` says it, without the version: `ConfigMap`, `traefik.io/Middleware`. Its keys are paths of fields then. */
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** `left out`: nothing of it exists, and deletionPolicy Delete says that it need not. */
  readonly outcome: 'made' | 'left out' | 'failed'
  /** Whether something stands in for a value that does not exist (docs/optional-values.md). */
  readonly partial: boolean
  /** Absent where it was not made, and where others decide. */
  readonly type?: string
  /** `whole`: a Secret of its own; `merged`: into a Secret of the manifests; `partial`: some keys of a Secret that others make (R6). */
  readonly target: 'whole' | 'merged' | 'partial'
  /** In the order in which they are merged. */
  readonly externalSecrets: readonly ExplainedExternalSecret[]
  /** In the order of their names, as they are printed; names that a template computes from values come last, without the name. */
  readonly keys: readonly ExplainedKey[]
}

export interface ExplainedExternalSecret {
  readonly name: string
  readonly place: Pick<Place, 'file' | 'line'>
  readonly creationPolicy: string
  readonly deletionPolicy: string
  readonly refresh: { readonly policy: string; readonly interval: string }
  readonly entries: readonly ExplainedEntry[]
  /** Fetched keys that only templates see (`mergePolicy: Replace`). */
  readonly unused: readonly UnusedKey[]
}

/** With neither a field that reads it nor one that may, it is fetched for nothing. */
export interface UnusedKey extends ExplainedKey {
  /** Fields that hold or name templates, those of labels and annotations too. */
  readonly readBy: readonly string[]
  /** Those that take all keys together, or compute the name of one. */
  readonly mayBeReadBy: readonly string[]
}

export interface ExplainedEntry {
  /** `spec.data[1]` */
  readonly field: string
  readonly use: string
  /** `SecretStore default/aws` */
  readonly store?: string
  readonly provider?: string
  /** `Password default/database` */
  readonly generator?: string
  readonly outcome: 'given' | 'left out' | 'failed' | 'not asked'
  readonly reads: readonly TracedRead[]
  /** Stores that were asked before and have no such thing. */
  readonly notIn: readonly string[]
  readonly rewrite: readonly RewriteKind[]
}

export interface ExplainedKey {
  /** Absent where a template computes it from values. */
  readonly key?: string
  /** Keyed, bound to the Secret and the key; only where digests are wanted. */
  readonly digest?: string
  readonly from: KeySource
  /** What would be there without {@link from}, the next one first. */
  readonly overrides: readonly KeySource[]
}

export type KeySource = ReadSource | GeneratedSource | DefaultSource | TemplateSource | ManifestSource

export interface ReadSource {
  readonly kind: 'read'
  readonly externalSecret: string
  readonly field: string
  readonly store: string
  readonly provider?: string
  /** Absent where several values were merged into this key. */
  readonly read?: TracedRead
  /** What the provider calls it, where that is not the key. */
  readonly renamedFrom?: string
  readonly rewrite: readonly RewriteKind[]
  /** Stores that were asked before and have no such thing. */
  readonly notIn: readonly string[]
  /** Whether `decodingStrategy` made other bytes of it. */
  readonly decoded: boolean
}

export interface GeneratedSource {
  readonly kind: 'generated'
  readonly externalSecret: string
  readonly field: string
  /** `Password default/database` */
  readonly generator: string
  /** What the generator calls it, where that is not the key. */
  readonly renamedFrom?: string
  readonly rewrite: readonly RewriteKind[]
}

/** The value that its author gives to a key that nothing gave. */
export interface DefaultSource {
  readonly kind: 'default'
  readonly externalSecret: string
}

/** All templates see the fetched values, never each other's results. */
export interface TemplateSource {
  readonly kind: 'template'
  readonly externalSecret: string
  readonly field: string
  /** The fetched keys that it reads, by its text alone: whichever branches are taken. */
  readonly reads: readonly string[]
  /** It takes all keys together, or computes the name of one. */
  readonly mayReadAll: boolean
}

/** The Secret of the manifests that this one is merged into. */
export interface ManifestSource {
  readonly kind: 'manifest'
}
