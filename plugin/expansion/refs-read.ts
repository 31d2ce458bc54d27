import type { RemoteRef } from '../model/remote-ref.ts'
import type { StoreReads } from './fetch.ts'
import { findId, type PlannedRead } from './plan.ts'

/** The references that an entry led to: its own, or those that its search found. */
export function refsRead(entry: PlannedRead, reads: ReadonlyMap<string, StoreReads>): readonly RemoteRef[] {
  if (entry.ref) return [entry.read]
  const store = reads.get(entry.identity)
  const found = store?.ok ? store.found.get(findId(entry.find)) : undefined
  return found?.ok ? found.secrets.map(({ ref }) => ref) : []
}
