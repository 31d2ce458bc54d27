import { isJsonObject } from '../../json/json-value.ts'
import { parseJson } from '../../json/parse-json.ts'
import type { Logger } from '../../model/logger.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import { asSecretError } from '../../model/secret-error.ts'
import type { CallRunner } from '../call-runner.ts'
import type { FoundSecret, SecretSearch } from '../secret-lister.ts'
import type { FetchedSecret, Outcome, SecretReader, Validation } from '../secret-reader.ts'
import type { VaultAnswer, VaultApi } from './api.ts'
import { type Asked, leaseRefused, loginFailure, readFailure } from './failure.ts'
import { findSecrets } from './find.ts'
import { asSession, type KvGet, kvGet } from './kv-get.ts'
import { escapedPath, type KvMount, pathOf } from './paths.ts'
import { isLeased, type NameBytes, readMetadata, readV1, readV2, textOf } from './read-answer.ts'
import type { Session } from './session.ts'

export interface VaultReaderOptions {
  readonly api: VaultApi
  readonly session: Session
  readonly runner: CallRunner
  readonly mount: KvMount
  readonly namespace: string | undefined
  readonly nameBytes: NameBytes
  readonly logger: Logger
  readonly unstable: 'refused' | undefined
  /** How long saying goodbye may take, in milliseconds. */
  readonly closeTimeoutMs: number
}

/** Vault has no bulk read (limits-and-threats.md 1.5): one call a reference, many at once, after one login. */
export class VaultReader implements SecretReader {
  readonly #options: VaultReaderOptions
  readonly #get: KvGet
  readonly #lookupSelf: KvGet

  constructor(options: VaultReaderOptions) {
    this.#options = options
    this.#get = kvGet(options.api, options.session)
    this.#lookupSelf = asSession((_path, ...asked) => options.api.lookupSelf(...asked), options.session)
  }

  async fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const { runner, session } = this.#options
    if (refs.length === 0) return []
    this.#noteVersions(refs)
    await runner.run((attempt) => session.ready(attempt), signal)
    return Promise.all(refs.map((ref) => this.#outcome(ref, signal)))
  }

  async list(search: SecretSearch, signal: AbortSignal): Promise<readonly FoundSecret[]> {
    return findSecrets(search, { ...this.#options, metadataOf: (key, stop) => this.#facts(key, stop) }, signal)
  }

  /**
   * A token looks at itself, and one that Vault does not know any more is replaced as for a read: nobody reads from a store that is not Ready. Without
   * `auth` whatever stands before Vault may log in: then it is asked without one (external-secrets.md 7.4).
   */
  async validate(signal: AbortSignal): Promise<Validation> {
    const { runner, session, namespace } = this.#options
    await runner.run((attempt) => session.ready(attempt), signal)
    await runner.run(async (attempt) => {
      const answer = await this.#lookupSelf('auth/token/lookup-self', attempt)
      if (answer.status !== 200) throw loginFailure(answer, { path: 'auth/token', namespace })
    }, signal)
    return { result: 'ready' }
  }

  async close(): Promise<void> {
    const { api, session, closeTimeoutMs } = this.#options
    await session.close(AbortSignal.timeout(closeTimeoutMs))
    api.close()
  }

  async #outcome(ref: RemoteRef, signal: AbortSignal): Promise<Outcome> {
    try {
      return { ok: true, secret: await this.#read(ref, signal) }
    } catch (thrown) {
      return { ok: false, error: asSecretError(thrown) }
    }
  }

  async #facts(key: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { mount } = this.#options
    const own = `${mount.path ?? ''}/data/`
    const { value } = await this.#read({ key: key.startsWith(own) ? key.slice(own.length) : key, part: 'metadata' }, signal)
    const facts = parseJson(new TextDecoder().decode(value.reveal()), 'verbatim')
    return new Map(isJsonObject(facts) ? [...facts].map(([name, fact]) => [name, textOf(fact)]) : [])
  }

  /** ESO sends a version to KV version 1 too, which takes no notice of it; so do we, but not without a word. */
  #noteVersions(refs: readonly RemoteRef[]): void {
    const { mount, logger } = this.#options
    const count = mount.version === 'v1' ? refs.filter((ref) => ref.version).length : 0
    if (count > 0) logger.warn('KV version 1 keeps no versions: the current values are read', { references: count })
  }

  async #read(ref: RemoteRef, signal: AbortSignal): Promise<FetchedSecret> {
    const { mount, namespace, runner } = this.#options
    const path = pathOf(mount, ref)
    const query = ref.version && ref.part === 'value' ? `?version=${encodeURIComponent(ref.version)}` : ''
    return runner.run(async (attempt) => {
      const answer = await this.#get(`${escapedPath(path)}${query}`, attempt)
      if (answer.status !== 200) throw readFailure(answer, { path, namespace })
      if (ref.part === 'value' && isLeased(answer)) this.#checkLease({ path, namespace })
      return this.#secretIn(answer, ref)
    }, signal)
  }

  /** R13. With a token that somebody else looks after the credentials live as long as Vault says, as in ESO. Throws SecretError. */
  #checkLease(asked: Asked): void {
    const { session, unstable, logger } = this.#options
    if (unstable === 'refused') throw leaseRefused(asked, 'it changes with every render')
    if (session.isRevoked) throw leaseRefused(asked, 'it ends with the login')
    logger.warn('Vault makes new credentials with every read of this path, and nobody renews them', { path: asked.path })
  }

  #secretIn(answer: VaultAnswer, { part }: RemoteRef): FetchedSecret {
    const { mount, nameBytes } = this.#options
    if (part === 'metadata') return readMetadata(answer, nameBytes)
    return mount.version === 'v1' ? readV1(answer, nameBytes) : readV2(answer)
  }
}
