import type { RemoteRef } from '../model/remote-ref.ts'
import { asSecretError } from '../model/secret-error.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import { fetchAll, type StoreReads } from './fetch.ts'
import { type Fallback, type Plan, type PlannedEntry, type PlannedRead, refId, remoteRefOf, type StorePlan } from './plan.ts'

/** What was read, and a plan that names for each entry the store that its value comes from. */
export interface InOrder {
  readonly plan: Plan
  readonly reads: ReadonlyMap<string, StoreReads>
}

/**
 * {@link fetchAll}, and then store after store where the one before says that there is no such thing: NotFound of a read, or of the property in
 * it, and nothing else. A store that is not needed is never opened. Never throws.
 */
export async function fetchInOrder(plan: Plan, signal: AbortSignal): Promise<InOrder> {
  let current: InOrder = { plan, reads: await fetchAll(plan, signal) }
  while (!signal.aborted) {
    const next = await nextRound(current, signal)
    if (!next) break
    current = next
  }
  return current
}

/** Every round has fewer stores left to ask. */
async function nextRound({ plan, reads }: InOrder, signal: AbortSignal): Promise<InOrder | undefined> {
  const wanted = new Map<ExternalSecretInput, readonly PlannedEntry[]>()
  const asked = new Map<string, { readonly store: Fallback['found']; readonly refs: Map<string, RemoteRef> }>()
  for (const [input, entries] of plan.wanted) {
    if (!entries.some(hasNext)) continue
    const moved = entries.map((entry) => nextStore(entry, reads) ?? entry)
    for (const [index, entry] of moved.entries()) {
      if (entry === entries[index] || entry.generatorRef || !entry.ref || !entry.found) continue
      const at = asked.get(entry.identity) ?? { store: entry.found, refs: new Map<string, RemoteRef>() }
      asked.set(entry.identity, at)
      at.refs.set(refId(entry.read), entry.read)
    }
    if (moved.some((entry, index) => entry !== entries[index])) wanted.set(input, moved)
  }
  if (wanted.size === 0) return undefined
  const stores = new Map(
    Array.from(asked, ([identity, { store, refs }]) => [identity, { store, refs, finds: new Map() }] as const),
  )
  const more = await fetchAll({ stores: withoutKnown(stores, reads) }, signal)
  return {
    plan: { ...plan, stores: mergedPlans(plan.stores, stores), wanted: new Map([...plan.wanted, ...wanted]) },
    reads: mergedReads(reads, more),
  }
}

function hasNext(entry: PlannedEntry): boolean {
  return !entry.generatorRef && (entry.fallbacks?.length ?? 0) > 0
}

/** The entry at the next store; undefined where it stays. */
function nextStore(entry: PlannedEntry, reads: ReadonlyMap<string, StoreReads>): PlannedRead | undefined {
  if (entry.generatorRef || !entry.ref) return undefined
  const [next, ...fallbacks] = entry.fallbacks ?? []
  if (!next || !isMissing(entry, reads.get(entry.identity))) return undefined
  const { found, store, storePath } = next
  const passedOver = [...(entry.passedOver ?? []), { identity: entry.identity, store: entry.store, read: entry.read }]
  return {
    ...entry,
    identity: found.identity,
    read: remoteRefOf(entry.ref, found),
    found,
    store,
    storePath,
    fallbacks,
    passedOver,
  }
}

/** Only the provider's own word that there is no such thing counts, never a refusal or a failure. */
function isMissing(entry: PlannedRead, from: StoreReads | undefined): boolean {
  if (!entry.ref || !from?.ok) return false
  const outcome = from.outcomes.get(refId(entry.read))
  if (!outcome) return false
  if (!outcome.ok) return outcome.error.kind === 'NotFound'
  try {
    if (entry.use.kind === 'data') from.select(outcome.secret, entry.ref)
    else from.provider.extract(outcome.secret, entry.ref)
    return false
  } catch (thrown) {
    return asSecretError(thrown).kind === 'NotFound'
  }
}

/** What another entry has read there already is not read again. */
function withoutKnown(
  stores: ReadonlyMap<string, StorePlan>,
  reads: ReadonlyMap<string, StoreReads>,
): ReadonlyMap<string, StorePlan> {
  const rest = Array.from(stores, ([identity, plan]) => {
    const known = reads.get(identity)
    const refs = new Map([...plan.refs].filter(([id]) => !(known?.ok && known.outcomes.has(id))))
    return [identity, { ...plan, refs }] as const
  })
  return new Map(rest.filter(([identity, { refs }]) => refs.size > 0 && reads.get(identity)?.ok !== false))
}

function mergedPlans(
  plans: ReadonlyMap<string, StorePlan>,
  more: ReadonlyMap<string, StorePlan>,
): ReadonlyMap<string, StorePlan> {
  const merged = new Map(plans)
  for (const [identity, plan] of more) {
    const known = plans.get(identity)
    merged.set(identity, known ? { ...known, refs: new Map([...known.refs, ...plan.refs]) } : plan)
  }
  return merged
}

/** A store that fails in a later round has failed: whoever reads from it cannot be told from whoever has read. */
function mergedReads(
  reads: ReadonlyMap<string, StoreReads>,
  more: ReadonlyMap<string, StoreReads>,
): ReadonlyMap<string, StoreReads> {
  const merged = new Map(reads)
  for (const [identity, read] of more) {
    const known = reads.get(identity)
    merged.set(
      identity,
      known?.ok && read.ok ? { ...read, outcomes: new Map([...known.outcomes, ...read.outcomes]), found: known.found } : read,
    )
  }
  return merged
}
