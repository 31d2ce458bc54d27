/** How often `status.refreshTime` is written at least, in milliseconds: a status that says nothing new is not written with every refresh. */
export const STATUS_HEARTBEAT_MS = 24 * 3_600_000

/** Slack for clocks and queues before we conclude that nobody has refreshed the object. */
const SLACK_MS = 3_600_000

export interface LastRefreshFacts {
  /** `status.refreshTime`. */
  readonly refreshedAt: number | undefined
  /** What this process knows itself. */
  readonly checkedAt: number | undefined
  /** Whether the last pass went well, as far as the status says. */
  readonly isWell: boolean
  /** When this process began to work. */
  readonly startedAt: number
  readonly intervalMs: number
}

/**
 * When values were last read or known to be unchanged. `status.refreshTime` lags by up to {@link STATUS_HEARTBEAT_MS}, so a process that starts takes it
 * that its predecessor has done its work, unless the status says that it has not: after a restart nothing that is well is read at once, each such object
 * comes at its turn. All in milliseconds since the epoch.
 */
export function lastRefreshAt({ refreshedAt, checkedAt, isWell, startedAt, intervalMs }: LastRefreshFacts): number | undefined {
  if (refreshedAt === undefined) return undefined
  if (checkedAt !== undefined) return Math.max(refreshedAt, checkedAt)
  const isVouchedFor =
    isWell && intervalMs < STATUS_HEARTBEAT_MS && refreshedAt + intervalMs + STATUS_HEARTBEAT_MS + SLACK_MS > startedAt
  return isVouchedFor ? Math.max(refreshedAt, startedAt) : refreshedAt
}
