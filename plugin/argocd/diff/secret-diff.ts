import type { SecretValue } from '../../model/secret-value.ts'
import type { DigestOf } from '../explain/value-digest.ts'
import { type ComparedSecret, type ComparedSecrets, isPartial } from './compared-secret.ts'
import { type ComputedNames, computedId } from './rendered-secrets.ts'

export type Change = 'added' | 'removed' | 'changed'

/** What would change of one Secret: plain data without a value, as `diff --output json` prints it (docs/diff.md). */
export interface SecretDiff {
  /** Absent of a Secret; of another object `keys` are the paths of fields. */
  readonly kind?: string
  readonly namespace: string
  readonly name: string
  readonly change: Change
  /** Absent where it stays. */
  readonly type?: { readonly before?: string; readonly after?: string }
  readonly immutable?: { readonly before: boolean; readonly after: boolean }
  readonly keys: readonly FieldDiff[]
  readonly labels: readonly FieldDiff[]
  readonly annotations: readonly FieldDiff[]
}

export interface FieldDiff {
  /** Absent where it may be one that a template computes from values. */
  readonly name?: string
  readonly change: Change
  /** Digests, only of keys and where digests are wanted. */
  readonly before?: string
  readonly after?: string
}

export interface DiffOptions {
  /** `render`: whatever is not there any more is removed; `cluster`: others may have added Secrets, labels and annotations, which stay. */
  readonly against: 'render' | 'cluster'
  readonly computed: ComputedNames
  readonly digestOf?: DigestOf | undefined
}

/** In the order of their names; Secrets that are the same are left out. */
export function secretDiffs(before: ComparedSecrets, after: ComparedSecrets, options: DiffOptions): readonly SecretDiff[] {
  const ids = new Set([...after.keys(), ...(options.against === 'render' ? before.keys() : [])])
  return [...ids].toSorted().flatMap((id) => {
    const diff = secretDiff(id, before.get(id), after.get(id), options)
    return diff ? [diff] : []
  })
}

function secretDiff(
  id: string,
  before: ComparedSecret | undefined,
  after: ComparedSecret | undefined,
  options: DiffOptions,
): SecretDiff | undefined {
  const { kind, namespace, name } = after ?? before ?? {}
  if (namespace === undefined || name === undefined) return undefined
  const none = { keys: [], labels: [], annotations: [] }
  // Which of its keys a template has computed is not known any more.
  if (!after) return { ...(kind !== undefined && { kind }), namespace, name, change: 'removed', ...none }
  const { against, computed, digestOf } = options
  const keepsOthers = before !== undefined && (against === 'cluster' || isPartial(after))
  const digest = (key: string, value: SecretValue): string | undefined => digestOf?.({ namespace, name }, key, value)
  const namesOf = (target: 'data' | 'labels' | 'annotations'): ReadonlySet<string> | undefined =>
    computed.get(computedId(id, target))
  const diff: SecretDiff = {
    ...(kind !== undefined && { kind }),
    namespace,
    name,
    change: before ? 'changed' : 'added',
    ...(kind === undefined && typeDiff(before, after)),
    ...(before && before.immutable !== after.immutable && { immutable: { before: before.immutable, after: after.immutable } }),
    keys: fieldDiffs(before?.data, after.data, {
      computed: namesOf('data'),
      keepsOthers: before !== undefined && isPartial(after),
      same: sameValue,
      digest,
    }),
    labels: fieldDiffs(before?.labels, after.labels, { computed: namesOf('labels'), keepsOthers, same: Object.is }),
    annotations: fieldDiffs(before?.annotations, after.annotations, {
      computed: namesOf('annotations'),
      keepsOthers,
      same: Object.is,
    }),
  }
  return before && isSame(diff) ? undefined : diff
}

function isSame({ type, immutable, keys, labels, annotations }: SecretDiff): boolean {
  return !type && !immutable && keys.length + labels.length + annotations.length === 0
}

/** Where a Secret says none, the API server says Opaque; of some keys of another's Secret nothing is said. */
function typeDiff(before: ComparedSecret | undefined, after: ComparedSecret): Pick<SecretDiff, 'type'> {
  const type = after.type ?? (isPartial(after) ? undefined : 'Opaque')
  if (!before) return type === undefined ? {} : { type: { after: type } }
  const former = before.type ?? 'Opaque'
  return type === undefined || type === former ? {} : { type: { before: former, after: type } }
}

interface FieldOptions<T> {
  readonly computed: ReadonlySet<string> | undefined
  /** Whether what is only in the former one is another's, and stays. */
  readonly keepsOthers: boolean
  readonly same: (one: T, other: T) => boolean
  readonly digest?: (name: string, value: T) => string | undefined
}

function fieldDiffs<T>(
  before: ReadonlyMap<string, T> | undefined,
  after: ReadonlyMap<string, T>,
  { computed, keepsOthers, same, digest }: FieldOptions<T>,
): readonly FieldDiff[] {
  const names = new Set([...(keepsOthers ? [] : (before?.keys() ?? [])), ...after.keys()])
  return [...names].toSorted().flatMap((name): readonly FieldDiff[] => {
    const [one, other] = [before?.get(name), after.get(name)]
    if (one !== undefined && other !== undefined && same(one, other)) return []
    // Where templates compute names, one of the former render may have been computed as well.
    const isKnown = !computed || (after.has(name) && !computed.has(name))
    const digests = {
      before: one === undefined ? undefined : digest?.(name, one),
      after: other === undefined ? undefined : digest?.(name, other),
    }
    return [
      {
        ...(isKnown && { name }),
        change: changeOf(one, other),
        ...(digests.before !== undefined && { before: digests.before }),
        ...(digests.after !== undefined && { after: digests.after }),
      },
    ]
  })
}

function changeOf(before: unknown, after: unknown): Change {
  if (before === undefined) return 'added'
  return after === undefined ? 'removed' : 'changed'
}

function sameValue(one: SecretValue, other: SecretValue): boolean {
  return Buffer.compare(one.reveal(), other.reveal()) === 0
}
