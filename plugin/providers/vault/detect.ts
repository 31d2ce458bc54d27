import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts'
import type { Clock } from '../../model/clock.ts'
import { asSecretError } from '../../model/secret-error.ts'
import type { CallRunner } from '../call-runner.ts'
import type { ChangeDetector, VersionOutcome, VersionQuery } from '../change-detector.ts'
import type { Refusals } from '../refusals.ts'
import { envelopeOf, notVault } from './envelope.ts'
import { readFailure } from './failure.ts'
import type { KvGet } from './kv-get.ts'
import { escapedPath, type KvMount, metadataOfData, pathOf } from './paths.ts'
import { textOf, versionName } from './read-answer.ts'
import type { Session } from './session.ts'

export interface VaultDetectorOptions {
  readonly get: KvGet
  readonly session: Session
  readonly runner: CallRunner
  readonly mount: KvMount
  readonly namespace: string | undefined
  readonly refusals: Refusals
  readonly clock: Clock
  readonly close: () => Promise<void>
}

/** Current versions out of `metadata/` of KV version 2: as many calls as reading, without a value. KV version 1 has no versions. */
export function vaultDetector(options: VaultDetectorOptions): ChangeDetector {
  const { session, runner, mount } = options
  return {
    lagMs: 0,
    comparable: true,
    batchSize: 1,
    async versions(queries, signal) {
      if (queries.length === 0) return []
      if (mount.version === 'v1') return queries.map(() => ({ state: 'unknown' }))
      await runner.run((attempt) => session.ready(attempt), signal)
      return Promise.all(queries.map((query) => outcomeOf(query, options, signal)))
    },
    close: options.close,
  }
}

async function outcomeOf(query: VersionQuery, options: VaultDetectorOptions, signal: AbortSignal): Promise<VersionOutcome> {
  const { mount, refusals } = options
  try {
    const path = metadataOfData(mount, pathOf(mount, { key: query.key, part: 'value' }))
    // Custom metadata is read at the very same place: to look and to read are one call.
    if (query.metadata || path === undefined || refusals.has(path)) return { state: 'unknown' }
    return await ask(path, query, options, signal)
  } catch (thrown) {
    return { state: 'failed', error: asSecretError(thrown) }
  }
}

async function ask(
  path: string,
  query: VersionQuery,
  { get, runner, namespace, refusals, clock }: VaultDetectorOptions,
  signal: AbortSignal,
): Promise<VersionOutcome> {
  return runner.run(async (attempt) => {
    const answer = await get(escapedPath(path), attempt)
    if (answer.status === 200) return stateIn(envelopeOf(answer)?.get('data'), query, clock.now())
    const error = readFailure(answer, { path, namespace })
    if (error.kind === 'NotFound') return { state: 'absent' }
    if (error.kind !== 'AccessDenied') throw error
    refusals.note(path, error)
    return { state: 'unknown' }
  }, signal)
}

/** What a read of the data would find at this moment; `delete_version_after` puts the end of a version into the future. */
function stateIn(metadata: JsonValue | undefined, { version }: VersionQuery, nowMs: number): VersionOutcome {
  if (!isObject(metadata)) throw notVault()
  const versions = metadata.get('versions')
  const current = textOf(metadata.get('current_version'))
  if (!isObject(versions) || current === '') throw notVault()
  const number = version && version !== '0' ? version : current
  const found = versions.get(number)
  if (!isObject(found)) return { state: 'absent' }
  const deletedAt = textOf(found.get('deletion_time'))
  const isGone = found.get('destroyed') === true || (deletedAt !== '' && !(Date.parse(deletedAt) > nowMs))
  if (isGone) return { state: 'absent' }
  const createdTime = textOf(found.get('created_time'))
  const createdAtMs = Date.parse(createdTime)
  return { state: 'version', version: versionName(number, createdTime), ...(createdAtMs > 0 && { changedAtMs: createdAtMs }) }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== undefined && isJsonObject(value)
}
