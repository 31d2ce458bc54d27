import { goJson } from '../../json/go-json.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import { asSecretError, SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { CallRunner } from '../call-runner.ts'
import type { FetchedSecret, Outcome, SecretReader } from '../secret-reader.ts'
import type { AccessedVersion, SecretManagerApi, SecretSearchApi } from './api.ts'
import { crc32c } from './crc32c.ts'
import { findSecrets } from './find-secrets.ts'
import { newestEnabled } from './newest-enabled.ts'
import { type SecretScope, scopeName, secretName, versionName } from './resource-names.ts'
import { VersionUnusable } from './version-unusable.ts'

export interface ReaderParts {
  readonly api: SecretManagerApi & SecretSearchApi
  /** Logs in, so that a refused login is said once and not for each reference. */
  readonly logIn: (signal: AbortSignal) => Promise<unknown>
  /** May ask the metadata server for the project. */
  readonly scope: (signal: AbortSignal) => Promise<SecretScope>
  readonly policy: 'LatestOrFail' | 'LatestOrFetch'
  /** Logins and AccessSecretVersion; and the methods whose quota is 600 a minute (limits-and-threats.md 1.5). */
  readonly runners: { readonly access: CallRunner; readonly metadata: CallRunner }
  readonly close: () => void
}

/** Reads one version or one secret's metadata a call: Secret Manager has no batches. */
export function createReader({ api, logIn, scope, policy, runners, close }: ReaderParts): SecretReader {
  async function value(secret: string, version: string | undefined, signal: AbortSignal): Promise<FetchedSecret> {
    const access = (name: string): Promise<AccessedVersion> =>
      runners.access.run(async (signal) => intact(await api.accessVersion(name, signal)), signal)
    const found = await access(versionName(secret, version || 'latest')).catch(async (thrown: unknown) => {
      if (!(thrown instanceof VersionUnusable) || version || policy !== 'LatestOrFetch') throw thrown
      const newest = await newestEnabled(api, runners.metadata, secret, signal)
      if (newest === undefined) throw thrown
      return access(newest)
    })
    return { value: found.value, version: found.name }
  }

  async function metadata(secret: string, signal: AbortSignal): Promise<FetchedSecret> {
    const found = await runners.metadata.run((signal) => api.labelsAndAnnotations(secret, signal), signal)
    const [annotations, labels] = [found.annotations, found.labels].map((map) => new Map(Object.entries(map)))
    const text = goJson(
      new Map([
        ['annotations', annotations ?? null],
        ['labels', labels ?? null],
      ]),
    )
    return { value: SecretValue.fromText(text), version: found.etag }
  }

  async function outcome({ key, version, part }: RemoteRef, place: SecretScope, signal: AbortSignal): Promise<Outcome> {
    try {
      const secret = secretName(place, key)
      return { ok: true, secret: part === 'value' ? await value(secret, version, signal) : await metadata(secret, signal) }
    } catch (thrown) {
      return { ok: false, error: asSecretError(thrown) }
    }
  }

  return {
    async fetch(refs, signal) {
      if (refs.length === 0) return []
      await runners.access.run(logIn, signal)
      const place = await runners.access.run(scope, signal)
      return Promise.all(refs.map((ref) => outcome(ref, place, signal)))
    },
    async list(search, signal) {
      await runners.access.run(logIn, signal)
      const parent = scopeName(await runners.access.run(scope, signal))
      return findSecrets(search, (filter, token = '') =>
        runners.metadata.run((attempt) => api.searchSecrets({ parent, filter }, token, attempt), signal),
      )
    },
    async validate(signal) {
      await runners.access.run(logIn, signal)
      return { result: 'ready' }
    },
    async close() {
      close()
    },
  }
}

/** The checksum travels with the payload so that a broken proxy is found out (Secret Manager, "Data integrity"); worth another try. */
function intact(found: AccessedVersion): AccessedVersion {
  if (found.checksum === undefined || found.checksum === crc32c(found.value.reveal())) return found
  throw new SecretError('Unavailable', `the payload of ${found.name} came damaged (its CRC32C differs)`, {
    remedy: 'see what is between this process and Google: a proxy that rewrites answers?',
  })
}
