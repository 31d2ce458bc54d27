import { compareBytewise } from '../../json/compare-bytewise.ts'
import type { Logger } from '../../model/logger.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import { asSecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { CallRunner } from '../call-runner.ts'
import type { FoundSecret, SecretSearch } from '../secret-lister.ts'
import type { Outcome, SecretReader, Validation } from '../secret-reader.ts'
import type { KubeSecret, KubeSecretsApi, Login } from './api.ts'
import type { KubeConnection } from './connection.ts'
import { notAllowed } from './failure.ts'
import { findSecrets } from './find.ts'
import { secretName } from './secret-name.ts'
import { mayGetSecrets } from './secrets-access.ts'

export interface KubernetesParts {
  readonly connection: KubeConnection
  readonly api: KubeSecretsApi
  readonly runner: CallRunner
  readonly namespace: string
  readonly logger: Logger
}

/** The API has no read of several by their names: one call a Secret, many at once. */
export class KubernetesReader implements SecretReader {
  readonly #parts: KubernetesParts

  constructor(parts: KubernetesParts) {
    this.#parts = parts
  }

  async fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const { connection, logger } = this.#parts
    if (refs.length === 0) return []
    const versioned = refs.filter(({ version }) => version).length
    if (versioned > 0) logger.warn('a Secret keeps no versions: the current values are read', { references: versioned })
    const login = await connection.login()
    // Value and metadata come in one answer.
    const secrets = new Map<string, Promise<KubeSecret>>()
    return Promise.all(refs.map((ref) => this.#outcome(ref, secrets, login, signal)))
  }

  async list(search: SecretSearch, signal: AbortSignal): Promise<readonly FoundSecret[]> {
    const { connection, api, runner } = this.#parts
    const login = await connection.login()
    return findSecrets(search, (selector, token) => runner.run((attempt) => api.page(selector, token, login, attempt), signal))
  }

  /** What the server does not say leaves it open. */
  async validate(signal: AbortSignal): Promise<Validation> {
    const { connection, runner, namespace } = this.#parts
    const login = await connection.login()
    const asking = runner.run((attempt) => mayGetSecrets(connection, namespace, login, attempt), signal)
    const answer = await asking.catch((thrown: unknown) => ({ error: asSecretError(thrown) }))
    if (typeof answer === 'object') return { result: 'unknown', error: answer.error }
    if (answer) return { result: 'ready' }
    throw notAllowed({ verb: 'get', namespace })
  }

  async close(): Promise<void> {
    this.#parts.connection.http.close()
  }

  async #outcome(
    { key, part }: RemoteRef,
    secrets: Map<string, Promise<KubeSecret>>,
    login: Login,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { api, runner } = this.#parts
    try {
      const name = secretName(key)
      const reading = secrets.get(name) ?? runner.run((attempt) => api.read(name, login, attempt), signal)
      secrets.set(name, reading)
      const secret = await reading
      const value = SecretValue.fromText(part === 'metadata' ? metadataText(secret) : mapText(secret.data))
      return { ok: true, secret: { value, version: secret.resourceVersion } }
    } catch (thrown) {
      return { ok: false, error: asSecretError(thrown) }
    }
  }
}

function metadataText({ labels, annotations }: KubeSecret): string {
  return `{"labels":${mapText(labels)},"annotations":${mapText(annotations)}}`
}

function mapText(map: ReadonlyMap<string, string>): string {
  return JSON.stringify(Object.fromEntries([...map].toSorted(([one], [other]) => compareBytewise(one, other))))
}
