import type { ExternalSecretSpec } from '../../api/external-secret.ts'
import { parseGoDuration } from '../../api/go-duration.ts'
import { lastRefreshAt } from '../../refresh/last-refresh.ts'
import { objectVersion } from '../../refresh/object-hash.ts'
import type { RefreshInput } from '../../refresh/refresh-checks.ts'
import { conditionOf } from '../conditions.ts'
import { type ExternalSecretObject, refreshedAt } from './external-secret-object.ts'
import type { PassTools } from './pass-tools.ts'

/** ESO's own when there is none (external-secrets.md 4.5). */
const DEFAULT_INTERVAL_MS = 3_600_000

type Facts = Pick<PassTools, 'memory' | 'notices' | 'startedAt'>

/** What the decision about a refresh of `object` depends on (external-secrets.md 4.3). `now` in milliseconds since the epoch. */
export function refreshInput(
  object: ExternalSecretObject,
  spec: ExternalSecretSpec,
  { memory, notices, startedAt }: Facts,
  now: number,
): Omit<RefreshInput, 'targetIsIntact'> {
  const { uid = '' } = object.metadata
  const intervalMs = parseGoDuration(spec.refreshInterval) ?? DEFAULT_INTERVAL_MS
  const facts = {
    refreshedAt: refreshedAt(object),
    checkedAt: memory.get(uid)?.checkedAt,
    isWell: conditionOf(object.status?.conditions, 'Ready')?.status === 'True',
    startedAt,
    intervalMs,
  }
  return {
    uid,
    policy: spec.refreshPolicy ?? 'Periodic',
    intervalMs,
    syncWindows: spec.syncWindows,
    lastRefreshAt: lastRefreshAt(facts),
    // ESO writes an empty text where there was none.
    syncedVersion: object.status?.syncedResourceVersion || undefined,
    currentVersion: objectVersion(object.metadata),
    providerChanged: notices.changedAt(object.metadata) !== undefined,
    now,
  }
}
