import type { OpenStore } from '../../expansion/store-source.ts'
import { asSecretError, type SecretError } from '../../model/secret-error.ts'
import type { Provider } from '../../providers/provider.ts'
import type { CredentialRecord } from './credential-record.ts'
import type { Patience } from './patience.ts'
import type { SharedReads } from './shared-reads.ts'
import type { StoreIdentity } from './store-identity.ts'

/** What a reader gave at its opening. */
export type Opened =
  | { readonly ok: true; readonly provider: Provider; readonly reads: SharedReads }
  | { readonly ok: false; readonly error: SecretError }

export interface WarmReaderOptions {
  readonly identity: StoreIdentity
  readonly record: CredentialRecord
  readonly opening: Promise<OpenStore>
  readonly share: (open: OpenStore) => SharedReads
  /** `undefined` where nothing could stand in. */
  readonly patience: Patience | undefined
  readonly nowMs: () => number
}

/** One reader that is logged in, or about to be, and who uses it. */
export class WarmReader {
  readonly identity: StoreIdentity
  readonly record: CredentialRecord
  readonly patience: Patience | undefined
  /** Never rejects. */
  readonly opened: Promise<Opened>
  readonly #open: Promise<OpenStore>
  readonly #nowMs: () => number
  #reads: SharedReads | undefined
  #leases = 0
  #usedAtMs: number
  #closing: Promise<void> | undefined

  constructor({ identity, record, opening, share, patience, nowMs }: WarmReaderOptions) {
    this.identity = identity
    this.record = record
    this.patience = patience
    this.#open = opening
    this.#nowMs = nowMs
    this.#usedAtMs = nowMs()
    this.opened = opening.then(
      (open) => {
        this.#reads = share(open)
        return { ok: true, provider: open.provider, reads: this.#reads }
      },
      (thrown: unknown) => ({ ok: false, error: asSecretError(thrown) }),
    )
  }

  get isInUse(): boolean {
    return this.#leases > 0 || (this.#reads?.isBusy ?? false)
  }

  get isClosed(): boolean {
    return this.#closing !== undefined
  }

  get idleMs(): number {
    return this.isInUse ? 0 : this.#nowMs() - this.#usedAtMs
  }

  take(): void {
    this.#leases++
  }

  give(): void {
    this.#leases--
    this.#usedAtMs = this.#nowMs()
  }

  /** Lets reads under way finish, then says goodbye. Its failure changes nothing about what was read. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    const opened = await this.opened
    if (!opened.ok) return
    await opened.reads.idle()
    const { reader } = await this.#open
    await reader.close().catch(() => undefined)
  }
}
