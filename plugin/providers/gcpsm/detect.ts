import { asSecretError } from '../../model/secret-error.ts'
import type { ChangeDetector, VersionOutcome, VersionQuery } from '../change-detector.ts'
import type { Refusals } from '../refusals.ts'
import type { VersionDirectoryApi } from './api.ts'
import { newestEnabled } from './newest-enabled.ts'
import { NotAllowed } from './not-allowed.ts'
import type { ReaderParts } from './reader.ts'
import { type SecretScope, secretName, versionName } from './resource-names.ts'

export interface DetectorParts extends Pick<ReaderParts, 'logIn' | 'scope' | 'policy' | 'runners' | 'close'> {
  readonly api: VersionDirectoryApi
  readonly refusals: Refusals
}

/**
 * Names of versions by GetSecretVersion, one call a key: no listing tells versions of many secrets. The quota is 600 calls a minute in a project
 * (limits-and-threats.md 1.5), so whoever asks paces the calls.
 */
export function gcpSmDetector(parts: DetectorParts): ChangeDetector {
  const { logIn, scope, runners, close } = parts
  return {
    lagMs: 0,
    comparable: true,
    batchSize: 1,
    async versions(queries, signal) {
      if (queries.length === 0) return []
      await runners.access.run(logIn, signal)
      const place = await runners.access.run(scope, signal)
      return Promise.all(queries.map((query) => outcomeOf(query, place, parts, signal)))
    },
    async close() {
      close()
    },
  }
}

async function outcomeOf(
  { key, version, metadata }: VersionQuery,
  place: SecretScope,
  parts: DetectorParts,
  signal: AbortSignal,
): Promise<VersionOutcome> {
  const { api, runners, refusals } = parts
  try {
    const secret = secretName(place, key)
    if (refusals.has(secret)) return { state: 'unknown' }
    if (!metadata) return await currentVersion(secret, version, parts, signal)
    const { etag } = await runners.metadata.run((attempt) => api.labelsAndAnnotations(secret, attempt), signal)
    return { state: 'version', version: etag }
  } catch (thrown) {
    const error = asSecretError(thrown)
    if (error.kind === 'NotFound') return { state: 'absent' }
    if (!(thrown instanceof NotAllowed)) return { state: 'failed', error }
    refusals.note(secretName(place, key), error)
    return { state: 'unknown' }
  }
}

/** The version that a read would give; one that is not enabled, which a read would refuse, has a name that says so. */
async function currentVersion(
  secret: string,
  version: string | undefined,
  { api, policy, runners }: DetectorParts,
  signal: AbortSignal,
): Promise<VersionOutcome> {
  const name = versionName(secret, version || 'latest')
  const found = await runners.metadata.run((attempt) => api.describeVersion(name, attempt), signal)
  // The time when an alias moved, or a version was disabled, is told nowhere.
  if (found.isEnabled) return { state: 'version', version: found.name, ...(!version && { changedAtMs: found.createdAtMs }) }
  const newest = !version && policy === 'LatestOrFetch' ? await newestEnabled(api, runners.metadata, secret, signal) : undefined
  return { state: 'version', version: newest ?? `${found.name} not enabled` }
}
