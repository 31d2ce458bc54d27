import type { FieldPath } from '../model/field-path.ts'
import type { RemoteRef } from '../model/remote-ref.ts'
import type { SecretError } from '../model/secret-error.ts'
import type { StandIn } from '../model/stand-in.ts'
import type { ClosedObject } from './closed-object.ts'
import type { Collected, Given, Got } from './collect.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { StoreReads } from './fetch.ts'
import { findId, type Plan, type PlannedEntry, type PlannedRead, refId } from './plan.ts'
import type { Templated } from './render.ts'
import type { RewriteOperation } from './rewrite.ts'
import type { SecretManifest } from './secret-manifest.ts'

/** How one ExternalSecret became a Secret, or did not: names, versions and steps. Only {@link secret} and {@link object} hold values. */
export interface ExpansionTrace {
  readonly input: ExternalSecretInput
  /** In the order in which they are merged: of equal keys the last one's wins. */
  readonly entries: readonly EntryTrace[]
  /** Keys that nothing gave and that have the value of the author's. */
  readonly defaulted: readonly string[]
  /** What stands in for values that do not exist. */
  readonly standIns: readonly StandIn[]
  /** Absent where it did not come to templates. */
  readonly templated?: Templated
  /** Absent where none was made. */
  readonly secret?: SecretManifest
  /** Absent where none was made, and of a Secret. */
  readonly object?: ClosedObject
  /** Its own; the failure of a whole store is told once, for the store. */
  readonly problems: readonly SecretError[]
}

export interface EntryTrace {
  /** `spec.data[1]` */
  readonly path: FieldPath
  readonly use: PlannedEntry['use']['kind']
  readonly source: TracedSource
  /** `left out`: it does not exist and need not; `not asked`: another problem was known before. */
  readonly outcome: 'given' | 'left out' | 'failed' | 'not asked'
  /** What was asked for; of a search what it found. */
  readonly reads: readonly TracedRead[]
  /** Stores that were asked before and have no such thing, `SecretStore vault`. */
  readonly notIn: readonly string[]
  readonly rewrite: readonly RewriteKind[]
  readonly keys: readonly TracedKey[]
}

export interface TracedSource {
  readonly kind: 'store' | 'generator'
  /** `SecretStore default/aws`, `Password default/database` */
  readonly name: string
  /** `spec.provider.<id>`; absent where the store was not opened. */
  readonly provider?: string
}

export type RewriteKind = 'merge' | 'regexp' | 'transform'

export interface TracedRead {
  readonly key: string
  readonly property?: string
  /** As its author wrote it; absent for the latest. */
  readonly requestedVersion?: string
  readonly part: 'value' | 'metadata'
  /** The provider's name for what was read; absent where nothing was, and where it would tell of the value. */
  readonly version?: string
  /** The last good value, because the provider is away (R16). */
  readonly stale: boolean
}

export interface TracedKey {
  readonly key: string
  /** What the provider calls it; absent where several were merged into this one. */
  readonly name?: string
  /** Of {@link EntryTrace.reads}, the one that it is from; absent where several were merged into this one. */
  readonly read?: TracedRead
  /** Whether decoding made other bytes of it. */
  readonly isDecoded: boolean
}

/** The traces of the entries of one ExternalSecret; `collected` is absent where nothing was asked for. */
export function entryTraces(
  entries: readonly PlannedEntry[],
  { stores }: Pick<Plan, 'stores'>,
  got: Got,
  collected: Collected | undefined,
): readonly EntryTrace[] {
  const given = new Map(collected?.given.map((one) => [one.entry, one]))
  return entries.map((entry) => {
    const from = entry.generatorRef ? undefined : got.stores.get(entry.identity)
    const values = given.get(entry)
    const read = entry.generatorRef ? [] : readsOf(entry, from)
    return {
      path: entry.path,
      use: entry.use.kind,
      source: sourceOf(entry, stores, from),
      outcome: values ? 'given' : outcomeOf(entry, got, collected),
      reads: read.map(([, one]) => one),
      notIn: entry.generatorRef
        ? []
        : (entry.passedOver ?? []).map(({ store }) => `${store.kind ?? 'SecretStore'} ${store.name ?? ''}`),
      rewrite: entry.use.kind === 'data' ? [] : entry.use.rewrite.map(kindOf),
      keys: values ? keysOf(values, new Map(read)) : [],
    }
  })
}

function sourceOf(entry: PlannedEntry, stores: Plan['stores'], from: StoreReads | undefined): TracedSource {
  if (entry.generatorRef) return { kind: 'generator', name: entry.generator.name }
  const name = stores.get(entry.identity)?.store.name ?? entry.identity
  return { kind: 'store', name, ...(from?.ok && { provider: from.provider.id }) }
}

function outcomeOf(entry: PlannedEntry, got: Got, collected: Collected | undefined): EntryTrace['outcome'] {
  if (entry.generatorRef) return got.generations.has(entry) ? 'failed' : 'not asked'
  if (!got.stores.has(entry.identity)) return 'not asked'
  return collected?.leftOut.includes(entry) ? 'left out' : 'failed'
}

/** With the names that a search found; a single read has none. */
function readsOf(entry: PlannedRead, from: StoreReads | undefined): readonly (readonly [string | undefined, TracedRead])[] {
  if (entry.ref) return [[undefined, readOf(entry.ref, from, entry.read)]]
  const found = from?.ok ? from.found.get(findId(entry.find)) : undefined
  return found?.ok ? found.secrets.map(({ name, ref }) => [name, readOf(ref, from)]) : []
}

function readOf(ref: RemoteRef, from: StoreReads | undefined, read = ref): TracedRead {
  const outcome = from?.ok ? from.outcomes.get(refId(read)) : undefined
  return {
    key: ref.key,
    ...(ref.property !== undefined && { property: ref.property }),
    ...(ref.version !== undefined && { requestedVersion: ref.version }),
    part: ref.part,
    ...(outcome?.ok && from?.ok && !from.provider.versionsTellOfValues && { version: outcome.secret.version }),
    stale: outcome?.ok === true && outcome.secret.stale === true,
  }
}

/** Steps pass values on as the same objects: by these a key is followed back to the name that the provider has for it. */
function keysOf(
  { entry, read, named, decoded }: Given,
  reads: ReadonlyMap<string | undefined, TracedRead>,
): readonly TracedKey[] {
  const names = new Map(Array.from(read, ([name, value]) => [value, name]))
  return Array.from(named, ([key, value]) => {
    const name = names.get(value)
    const from = reads.get(entry.use.kind === 'find' ? name : undefined)
    return {
      key,
      ...(name !== undefined && { name }),
      ...(from && { read: from }),
      isDecoded: decoded.get(key) !== value,
    }
  })
}

function kindOf({ merge, regexp }: RewriteOperation): RewriteKind {
  if (merge) return 'merge'
  return regexp ? 'regexp' : 'transform'
}
