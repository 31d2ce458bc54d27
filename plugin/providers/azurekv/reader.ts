import type { RemoteRef } from '../../model/remote-ref.ts'
import { asSecretError, type SecretError } from '../../model/secret-error.ts'
import type { LoginCache } from '../login-cache.ts'
import type { FoundSecret, SecretSearch } from '../secret-lister.ts'
import type { Outcome, SecretReader, Validation } from '../secret-reader.ts'
import { findSecrets } from './find-secrets.ts'
import type { KeyVault } from './key-vault.ts'
import type { AccessToken } from './login/access-token.ts'
import { type MetadataForm, metadataOf } from './metadata.ts'
import { type ObjectRef, parseObjectRef } from './object-ref.ts'
import { type ListingParts, secretPages } from './secret-pages.ts'
import { VaultFailure, vaultError } from './vault-failure.ts'

export interface ReaderParts extends ListingParts {
  readonly vault: KeyVault
  readonly tokens: LoginCache<AccessToken>
  readonly metadataForm: MetadataForm
  /** Names what changes while the version of its object stays. */
  readonly nameBytes: (bytes: Uint8Array) => string
  close(): void
}

/** Reads one reference a call: Key Vault has no batches (limits-and-threats.md 1.5). */
export class AzureKvReader implements SecretReader {
  readonly #parts: ReaderParts

  constructor(parts: ReaderParts) {
    this.#parts = parts
  }

  async fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Outcome[]> {
    if (refs.length === 0) return []
    // Side by side: loading the SDK takes as long as a login. Without a token nothing can be read, so its failure is everybody's.
    await Promise.all([this.#parts.vault.load('secret'), this.#parts.tokens.get(signal)])
    return Promise.all(refs.map((ref) => this.#read(ref, signal)))
  }

  async list(search: SecretSearch, signal: AbortSignal): Promise<readonly FoundSecret[]> {
    await this.#parts.tokens.get(signal)
    return findSecrets(search, secretPages(this.#parts, undefined, signal))
  }

  async validate(signal: AbortSignal): Promise<Validation> {
    await this.#parts.tokens.get(signal)
    return { result: 'ready' }
  }

  async close(): Promise<void> {
    this.#parts.tokens.close()
    this.#parts.close()
  }

  async #read(ref: RemoteRef, signal: AbortSignal): Promise<Outcome> {
    const { vault, runner, metadataForm, nameBytes } = this.#parts
    try {
      const objectRef = parseObjectRef(ref)
      const object = await runner.run((attempt) => this.#attempt(vault, objectRef, attempt), signal)
      const value = ref.part === 'metadata' ? metadataOf(object, metadataForm) : object.value
      // Tags and the permitted operations of a key can be changed without a new version ("Update Secret", "Update Key").
      const isFixed = ref.part === 'value' && objectRef.type !== 'key'
      return { ok: true, secret: { value, version: isFixed ? object.version : nameBytes(value.reveal()) } }
    } catch (thrown) {
      return { ok: false, error: asSecretError(thrown) }
    }
  }

  async #attempt(vault: KeyVault, ref: ObjectRef, signal: AbortSignal): ReturnType<KeyVault['get']> {
    try {
      return await vault.get(ref, signal)
    } catch (thrown) {
      throw this.#errorOf(thrown, ref)
    }
  }

  #errorOf(thrown: unknown, ref: ObjectRef): SecretError {
    return thrown instanceof VaultFailure ? vaultError(thrown, ref, this.#parts.host) : asSecretError(thrown)
  }
}
