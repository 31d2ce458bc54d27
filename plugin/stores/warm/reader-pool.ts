import type { Clock } from '../../model/clock.ts'
import type { CredentialSource } from '../../providers/credential-source.ts'
import type { StoreIdentity } from './store-identity.ts'
import type { Opened, WarmReader } from './warm-reader.ts'

export interface PoolLimits {
  /** Readers that nobody uses are closed after so many milliseconds. */
  readonly idleMs: number
  /** More are closed as soon as nobody uses them, the longest unused first. */
  readonly maxReaders: number
}

/** Who wants to read, of which store, with what. */
export interface Asking {
  readonly identity: StoreIdentity
  readonly source: CredentialSource
  /** Opens a reader with the asker's own credentials. */
  readonly start: () => WarmReader
}

/** A reader that the asker may use until {@link WarmReader.give}. */
export interface Lease {
  readonly warm: WarmReader
  readonly opened: Extract<Opened, { ok: true }>
  /** Of the record, up to which the asker's answers have been compared. */
  readonly matchedVersion: number | undefined
}

/** Readers by the digest of their store; several of one store where their credentials differ. */
export class ReaderPool {
  readonly #limits: PoolLimits
  readonly #clock: Clock
  readonly #onEvict: () => void
  readonly #readers = new Map<string, WarmReader[]>()
  readonly #ending = new AbortController()
  readonly #goodbyes = new Set<Promise<void>>()
  #isSweeping = false

  constructor(limits: PoolLimits, clock: Clock, onEvict: () => void) {
    this.#limits = limits
    this.#clock = clock
    this.#onEvict = onEvict
  }

  get count(): number {
    return this.#all().length
  }

  /**
   * A reader whose every question about credentials the asker answers as its opener did, or else a new one. Openings are shared likewise,
   * their failures included. Throws the SecretError of the opening.
   */
  async lease({ identity, source, start }: Asking): Promise<Lease> {
    const seen = new Set<WarmReader>()
    for (;;) {
      const known = (this.#readers.get(identity.key) ?? []).findLast((warm) => !seen.has(warm))
      const warm = known ?? this.#add(start())
      seen.add(warm)
      warm.take()
      const opened = await warm.opened
      const { version } = warm.record
      // The one who opened it has these answers: they are its own.
      const isAllowed = !known || (await warm.record.matches(source))
      if (isAllowed && opened.ok && !warm.isClosed) return { warm, opened, matchedVersion: known && version }
      warm.give()
      if (!opened.ok) this.#remove(warm)
      if (isAllowed && !opened.ok) throw opened.error
    }
  }

  /** Those of a store, whoever opened them; by the name that reports have. */
  ofStore(id: string): readonly WarmReader[] {
    return this.#all().filter(({ identity }) => identity.label.id === id)
  }

  /** Lets what is under way finish, and closes all. */
  async close(): Promise<void> {
    this.#ending.abort()
    for (const warm of this.#all()) this.#retire(warm)
    await Promise.all(this.#goodbyes)
  }

  #all(): readonly WarmReader[] {
    return [...this.#readers.values()].flat()
  }

  #add(warm: WarmReader): WarmReader {
    const { key } = warm.identity
    this.#readers.set(key, [...(this.#readers.get(key) ?? []), warm])
    this.#makeRoom()
    if (!this.#isSweeping) void this.#sweep()
    return warm
  }

  #remove(warm: WarmReader): void {
    const { key } = warm.identity
    const others = (this.#readers.get(key) ?? []).filter((other) => other !== warm)
    if (others.length > 0) this.#readers.set(key, others)
    else this.#readers.delete(key)
  }

  #retire(warm: WarmReader): void {
    this.#remove(warm)
    const goodbye = warm.close().finally(() => this.#goodbyes.delete(goodbye))
    this.#goodbyes.add(goodbye)
  }

  #makeRoom(): void {
    const unused = this.#all()
      .filter((warm) => !warm.isInUse)
      .toSorted((one, other) => other.idleMs - one.idleMs)
    for (const warm of unused.slice(0, Math.max(0, this.count - this.#limits.maxReaders))) this.#evict(warm)
  }

  #evict(warm: WarmReader): void {
    this.#retire(warm)
    this.#onEvict()
  }

  /** Runs only while there is something to close. */
  async #sweep(): Promise<void> {
    this.#isSweeping = true
    while (this.#readers.size > 0 && !this.#ending.signal.aborted) {
      await this.#clock.sleep(this.#limits.idleMs / 2, this.#ending.signal).catch(() => undefined)
      for (const warm of this.#all()) if (warm.idleMs >= this.#limits.idleMs) this.#evict(warm)
      this.#makeRoom()
    }
    this.#isSweeping = false
  }
}
