import { createHash, createHmac } from 'node:crypto'
import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import type { CredentialSource } from '../../providers/credential-source.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { answersAlike } from './credential-questions.ts'
import type { FolderFiles } from './folder-files.ts'
import type { LastGood, LastGoodOrigin, LastGoodValue } from './last-good.ts'
import { type LastGoodRecord, openRecord, SEAL_NONCE_BYTES, sealRecord } from './last-good-record.ts'
import type { StoreIdentity } from './store-identity.ts'

export interface LastGoodOptions {
  readonly files: FolderFiles
  readonly ring: KeyRing
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Of all files together; the longest unread go first. */
  readonly maxBytes: number
  /** How old a value may be that stands in, in milliseconds. */
  readonly maxStaleMs: number
  readonly onEvict: () => void
}

export const DEFAULT_LAST_GOOD = { maxBytes: 256 * 1024 * 1024, maxStaleMs: 24 * 60 * 60_000 } as const

/** What is read again and again is written once, this long after its first reading. */
const WRITE_DELAY_MS = 1_000
/** The time of the last reading is written again once it is so much older, as a part of what is allowed. */
const RENEW_PART = 0.1
const RENEW_AT_MOST_MS = 10 * 60_000
/** Clocks of a machine that was restarted may be a little behind. */
const AHEAD_MS = 60_000
/** A disk that cannot follow must not fill the memory. */
const MAX_CHANGES = 10_000
const TEMPORARY = '.tmp'

interface Kept {
  readonly bytes: number
  readonly readAtMs: number
  /** Of what was written; unknown for files of an earlier process. */
  readonly digest: string | undefined
}

type Change = { readonly kind: 'write'; readonly record: LastGoodRecord } | { readonly kind: 'remove' }

/**
 * Last good values, a file each, encrypted (R16, R17). A file is written beside the old one and then renamed over it, so that a process that
 * is killed at any moment leaves the old value or the new one. What is damaged is deleted with a warning; what cannot be written is not kept.
 */
export async function openLastGood(options: LastGoodOptions): Promise<LastGood> {
  const folder = new LastGoodFolder(options)
  await folder.start()
  return folder
}

class LastGoodFolder implements LastGood {
  readonly #options: LastGoodOptions
  readonly #kept = new Map<string, Kept>()
  readonly #changes = new Map<string, Change>()
  readonly #closing = new AbortController()
  #work: Promise<void> | undefined
  #bytes = 0
  #hasWarned = false

  constructor(options: LastGoodOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { files, clock, maxStaleMs } = this.#options
    const found = await files.list()
    for (const { name, bytes, changedAtMs } of found.toSorted((one, other) => one.changedAtMs - other.changedAtMs)) {
      const isOver = clock.now() - changedAtMs > maxStaleMs
      if (name.endsWith(TEMPORARY) || isOver) await files.remove(name).catch(() => undefined)
      else this.#note(name, { bytes, readAtMs: changedAtMs, digest: undefined })
    }
    await this.#makeRoom()
  }

  remember({ identity, answers, answersKeyId }: LastGoodOrigin, id: string, { secret, readAtMs }: LastGoodValue): void {
    if (secret.value.byteLength > this.#options.maxBytes || this.#changes.size >= MAX_CHANGES) return
    const record = { secret, readAtMs, answersKeyId, answers: answers && [...answers] }
    const name = fileName(identity.key, id)
    const kept = this.#kept.get(name)
    const isPlanned = this.#changes.has(name)
    if (!isPlanned && kept?.digest === digestOf(record) && readAtMs - kept.readAtMs < this.#renewMs()) return
    this.#change(name, { kind: 'write', record })
  }

  forget(identity: StoreIdentity, id: string): void {
    for (const { key } of identity.keys) {
      const name = fileName(key, id)
      if (this.#kept.has(name) || this.#changes.has(name)) this.#change(name, { kind: 'remove' })
    }
  }

  async recall(identity: StoreIdentity, id: string, source: CredentialSource): Promise<LastGoodValue | undefined> {
    for (const { key } of identity.keys) {
      const record = await this.#find(fileName(key, id))
      if (record && this.#isYoung(record) && (await this.#isAllowed(identity, record, source))) return record
    }
    return undefined
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#work
  }

  async #find(name: string): Promise<LastGoodRecord | undefined> {
    const change = this.#changes.get(name)
    if (change) return change.kind === 'write' ? change.record : undefined
    const { files, ring, logger } = this.#options
    const bytes = await files.read(name).catch(() => undefined)
    if (!bytes) return undefined
    const opened = openRecord(name, bytes, ring.all('aead'))
    if (opened.kind === 'record') return opened.record
    if (opened.kind === 'damaged') {
      logger.warn('a last good value is damaged and was deleted', { file: name })
      this.#change(name, { kind: 'remove' })
    }
    return undefined
  }

  #isYoung({ readAtMs }: LastGoodRecord): boolean {
    const ageMs = this.#options.clock.now() - readAtMs
    return ageMs >= -AHEAD_MS && ageMs <= this.#options.maxStaleMs
  }

  async #isAllowed(identity: StoreIdentity, record: LastGoodRecord, source: CredentialSource): Promise<boolean> {
    if (identity.label.isAdministrators) return record.answers === undefined
    const key = this.#options.ring.all('hmac').find(({ id }) => id === record.answersKeyId)
    return record.answers !== undefined && key !== undefined && (await answersAlike(record.answers, source, key))
  }

  #renewMs(): number {
    return Math.min(RENEW_AT_MOST_MS, this.#options.maxStaleMs * RENEW_PART)
  }

  #change(name: string, change: Change): void {
    this.#changes.set(name, change)
    this.#work ??= this.#apply()
  }

  /** One file at a time, in the background of everything. Never rejects. */
  async #apply(): Promise<void> {
    await this.#options.clock.sleep(WRITE_DELAY_MS, this.#closing.signal).catch(() => undefined)
    for (let [next] = this.#changes; next; [next] = this.#changes) {
      const [name, change] = next
      await (change.kind === 'write' ? this.#write(name, change.record) : this.#remove(name))
      // What came for the same name meanwhile has its turn.
      if (this.#changes.get(name) === change) this.#changes.delete(name)
    }
    // In the same turn as the last look at the changes: one that comes now begins anew.
    this.#work = undefined
  }

  async #write(name: string, record: LastGoodRecord): Promise<void> {
    const { files, ring, random, logger } = this.#options
    try {
      const sealed = sealRecord(name, record, ring.newest('aead'), random.bytes(SEAL_NONCE_BYTES))
      await files.write(name + TEMPORARY, sealed)
      await files.rename(name + TEMPORARY, name)
      this.#note(name, { bytes: sealed.byteLength, readAtMs: record.readAtMs, digest: digestOf(record) })
      this.#hasWarned = false
      await this.#makeRoom()
    } catch (thrown) {
      await files.remove(name + TEMPORARY).catch(() => undefined)
      if (!this.#hasWarned) logger.warn('last good values cannot be written', { code: codeOf(thrown) })
      this.#hasWarned = true
    }
  }

  async #remove(name: string): Promise<void> {
    this.#bytes -= this.#kept.get(name)?.bytes ?? 0
    this.#kept.delete(name)
    await this.#options.files.remove(name).catch(() => undefined)
  }

  #note(name: string, kept: Kept): void {
    this.#bytes += kept.bytes - (this.#kept.get(name)?.bytes ?? 0)
    this.#kept.delete(name)
    this.#kept.set(name, kept)
  }

  async #makeRoom(): Promise<void> {
    for (const name of this.#kept.keys()) {
      if (this.#bytes <= this.#options.maxBytes) return
      await this.#remove(name)
      this.#options.onEvict()
    }
  }
}

/** Says nothing of the store or the key to whoever sees the volume. */
function fileName(storeKey: string, id: string): string {
  return createHmac('sha256', storeKey).update(`last-good\0${id}`).digest('hex')
}

function digestOf({ secret, answers, answersKeyId }: LastGoodRecord): string {
  return createHash('sha256')
    .update(JSON.stringify([secret.version, answersKeyId, answers]))
    .update(secret.value.reveal())
    .digest('hex')
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
}
