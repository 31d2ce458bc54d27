import { errorPolicy } from '../../model/error-policy.ts'
import type { ReaderPool } from './reader-pool.ts'
import type { ReadResult } from './value-cache.ts'
import type { WarmReader } from './warm-reader.ts'

export interface StoreKey {
  /** `ClusterSecretStore vault` */
  readonly store: string
  readonly key: string
}

/**
 * Reads keys again that were rotated, with the readers that are open, so that the renders to come find the new values here. Nothing is given to
 * anybody. Never rejects; `away` when a provider could not be asked, or not before `signal` was aborted.
 */
export async function rereadKeys(pool: ReaderPool, keys: readonly StoreKey[], signal: AbortSignal): Promise<'read' | 'away'> {
  const outcomes = await Promise.all(
    [...Map.groupBy(keys, ({ store }) => store)].flatMap(([store, own]) => {
      const names = new Set(own.map(({ key }) => key))
      return pool.ofStore(store).map((warm) => rereadOf(warm, names, signal))
    }),
  )
  return outcomes.includes('away') ? 'away' : 'read'
}

async function rereadOf(warm: WarmReader, keys: ReadonlySet<string>, signal: AbortSignal): Promise<'read' | 'away'> {
  warm.take()
  try {
    const opened = await warm.opened
    if (!opened.ok) return 'read'
    return (await opened.reads.reread(keys, signal)).some(isAway) ? 'away' : 'read'
  } catch {
    return 'away'
  } finally {
    warm.give()
  }
}

function isAway(result: ReadResult): boolean {
  return result.kind === 'failure' && errorPolicy[result.error.kind].staleAllowed
}
