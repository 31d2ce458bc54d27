import type { VersionOutcome, VersionQuery } from '../change-detector.ts'
import type { DescribedSecret } from './api.ts'

const CURRENT = 'AWSCURRENT'
/** A version that is an id, not a stage (external-secrets.md 7.1). */
const ID_PREFIX = 'uuid/'

/**
 * Which version of a secret a reference means now, and when anything of the secret changed last: a stage may move to a version of long ago. Tags have no
 * version: the date counts for them.
 */
export function versionOf(
  { stages, changedAtMs, isDeleted }: DescribedSecret,
  { version, metadata }: VersionQuery,
): VersionOutcome {
  if (metadata) return { state: 'version', version: `changed@${new Date(changedAtMs).toISOString()}`, changedAtMs }
  if (isDeleted) return { state: 'absent' }
  if (version?.startsWith(ID_PREFIX)) {
    const id = version.slice(ID_PREFIX.length)
    // A version without a stage is not told, and may be there all the same (AWS API reference, SecretVersionsToStages).
    return [...stages.values()].includes(id) ? { state: 'version', version: id } : { state: 'unknown' }
  }
  const id = stages.get(version || CURRENT)
  return id === undefined ? { state: 'absent' } : { state: 'version', version: id, ...(changedAtMs > 0 && { changedAtMs }) }
}
