import { parseGoDuration } from '../../api/go-duration.ts'
import { lastRefreshAt } from '../../refresh/last-refresh.ts'
import { conditionOf } from '../conditions.ts'
import { type ExternalSecretObject, refreshedAt } from './external-secret-object.ts'
import type { RefreshMemory } from './refresh-memory.ts'

/** ESO's own when there is none (external-secrets.md 4.5). */
const DEFAULT_INTERVAL_MS = 3_600_000

/**
 * How long ago it was last known that the Secret has what its provider has, in milliseconds: at a read, or when a detector could vouch for it. Undefined for
 * what was never in sync, and for what time never refreshes. Asked of all objects at once, so it looks at no more of a spec than it needs.
 */
export function stalenessMs(
  object: ExternalSecretObject,
  { memory, startedAt }: { readonly memory: RefreshMemory; readonly startedAt: number },
  now: number,
): number | undefined {
  const intervalMs = refreshIntervalMs(object)
  if (intervalMs === undefined) return undefined
  const checkedAt = memory.get(object.metadata.uid ?? '')?.checkedAt
  const isWell = conditionOf(object.status?.conditions, 'Ready')?.status === 'True'
  const knownAt = lastRefreshAt({ refreshedAt: refreshedAt(object), checkedAt, isWell, startedAt, intervalMs })
  return knownAt === undefined ? undefined : Math.max(0, now - knownAt)
}

/** Undefined for what time never refreshes. */
export function refreshIntervalMs({ spec }: Pick<ExternalSecretObject, 'spec'>): number | undefined {
  const { refreshPolicy = 'Periodic', refreshInterval } = statedIn(spec)
  const intervalMs = parseGoDuration(refreshInterval ?? '') ?? DEFAULT_INTERVAL_MS
  return refreshPolicy === 'Periodic' && intervalMs > 0 ? intervalMs : undefined
}

function statedIn(spec: unknown): { readonly refreshPolicy?: string; readonly refreshInterval?: string } {
  return typeof spec === 'object' && spec !== null ? spec : {}
}
