import type { RemoteRef } from '../model/remote-ref.ts'
import { asSecretError, type SecretError } from '../model/secret-error.ts'
import type { Provider } from '../providers/provider.ts'
import type { Outcome } from '../providers/secret-reader.ts'
import type { FindOutcome } from './find-secrets.ts'
import { openUntil } from './open-until.ts'
import { type Plan, refId, type StorePlan } from './plan.ts'
import { selectOnce } from './select-once.ts'

/** What one store gave: a provider to understand it by and an outcome a reference, or the failure of the store as a whole. */
export type StoreReads =
  | {
      readonly ok: true
      readonly provider: Provider
      /** The provider's own, each property looked for once. */
      readonly select: Provider['select']
      readonly outcomes: ReadonlyMap<string, Outcome>
      /** By the search. */
      readonly found: ReadonlyMap<string, FindOutcome>
    }
  | { readonly ok: false; readonly error: SecretError }

/** Reads all that the plan names and what its searches find, all stores at once; closes every reader that it opened. Never throws. */
export async function fetchAll(plan: Pick<Plan, 'stores'>, signal: AbortSignal): Promise<ReadonlyMap<string, StoreReads>> {
  const reads = await Promise.all(
    [...plan.stores].map(async ([identity, store]) => [identity, await fetchStore(store, signal)] as const),
  )
  return new Map(reads)
}

async function fetchStore({ store, refs, finds }: StorePlan, signal: AbortSignal): Promise<StoreReads> {
  try {
    const { provider, reader } = await openUntil(store, signal)
    try {
      const found =
        finds.size > 0
          ? await (await import('./find-secrets.ts')).findSecrets(finds, store, { provider, reader }, signal)
          : NOTHING
      const all = new Map([...refs, ...foundRefs(found)])
      const stale = staleIds(found)
      const outcomes = all.size > 0 ? await reader.fetch([...all.values()], signal) : []
      return {
        ok: true,
        provider,
        select: selectOnce(provider),
        outcomes: new Map([...all.keys()].map((id, index) => [id, outcomeOf(outcomes[index], stale.has(id))])),
        found,
      }
    } finally {
      // Saying goodbye (revoking a token) is a courtesy: its failure changes nothing about what was read.
      await reader.close().catch(() => undefined)
    }
  } catch (thrown) {
    return { ok: false, error: asSecretError(thrown).at(store.place) }
  }
}

const NOTHING: ReadonlyMap<string, FindOutcome> = new Map()

/** What was found is read with everything else of the store, once. */
function foundRefs(found: ReadonlyMap<string, FindOutcome>): readonly (readonly [string, RemoteRef])[] {
  return [...found.values()].flatMap((outcome) =>
    outcome.ok ? outcome.secrets.map(({ ref }) => [refId(ref), ref] as const) : [],
  )
}

/** What nobody could look for just now counts as a last good value, even where it could be read (R16). */
function staleIds(found: ReadonlyMap<string, FindOutcome>): ReadonlySet<string> {
  const secrets = [...found.values()].flatMap((outcome) => (outcome.ok ? outcome.secrets : []))
  return new Set(secrets.flatMap(({ ref, stale }) => (stale ? [refId(ref)] : [])))
}

/** A reader that gives fewer outcomes than references has a bug; nothing may be taken for empty because of it. */
function outcomeOf(outcome: Outcome | undefined, isStale: boolean): Outcome {
  if (!outcome) return { ok: false, error: asSecretError(new RangeError('no outcome')) }
  return outcome.ok && isStale ? { ok: true, secret: { ...outcome.secret, stale: true } } : outcome
}
