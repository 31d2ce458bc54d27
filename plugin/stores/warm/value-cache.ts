import type { Clock } from '../../model/clock.ts'
import type { SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { FetchedSecret } from '../../providers/secret-reader.ts'

/** What came of one reference. */
export type ReadResult =
  | { readonly kind: 'value'; readonly secret: FetchedSecret; readonly readAtMs: number }
  /** This reference alone; `isOfStore` when nothing at all could be read of its store. */
  | { readonly kind: 'failure'; readonly error: SecretError; readonly isOfStore: boolean; readonly readAtMs: number }

export interface CacheLimits {
  /** How long a value serves, in milliseconds from the start of its read; 0 keeps nothing. */
  readonly ttlMs: number
  /** A longer time for values while somebody tells when one is rotated (R15); `undefined` at other times. */
  readonly connectedTtlMs?: () => number | undefined
  /** Of values and what keeping them costs. */
  readonly maxBytes: number
}

/** How long a failure answers for itself: a thousand renders of one typing error are one call a second. */
const FAILURE_TTL_MS = 1_000
/** What an entry costs beside its value: two strings, objects, a place in the map. */
const ENTRY_BYTES = 512

interface Entry {
  readonly result: ReadResult
  readonly keptAtMs: number
  readonly bytes: number
}

/** Results of reads, for a moment (R15); the longest unused goes first. */
export class ValueCache {
  readonly #limits: CacheLimits
  readonly #clock: Clock
  readonly #onEvict: () => void
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>()
  readonly #closing = new AbortController()
  #bytes = 0
  #isSweeping = false

  constructor(limits: CacheLimits, clock: Clock, onEvict: () => void) {
    this.#limits = limits
    this.#clock = clock
    this.#onEvict = onEvict
  }

  get bytes(): number {
    return this.#bytes
  }

  get count(): number {
    return this.#entries.size
  }

  get(id: string): ReadResult | undefined {
    const entry = this.#entries.get(id)
    if (!entry) return undefined
    this.#entries.delete(id)
    if (!this.#isFresh(entry)) {
      this.#bytes -= entry.bytes
      return undefined
    }
    this.#entries.set(id, entry)
    return entry.result
  }

  keep(id: string, result: ReadResult): void {
    this.drop(id)
    const keptAtMs = result.kind === 'value' ? result.readAtMs : this.#clock.now()
    const bytes = ENTRY_BYTES + 2 * id.length + (result.kind === 'value' ? result.secret.value.byteLength : 0)
    const entry = { result: compact(result), keptAtMs, bytes }
    if (bytes > this.#limits.maxBytes || !this.#isFresh(entry) || this.#closing.signal.aborted) return
    this.#entries.set(id, entry)
    this.#bytes += bytes
    this.#makeRoom()
    if (!this.#isSweeping) void this.#sweep()
  }

  drop(id: string): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    this.#entries.delete(id)
    this.#bytes -= entry.bytes
  }

  /** Nothing is kept any more. */
  close(): void {
    this.#closing.abort()
    this.#entries.clear()
    this.#bytes = 0
  }

  /** What is old goes although nobody asks for it: values stay in memory no longer than they have to. */
  async #sweep(): Promise<void> {
    this.#isSweeping = true
    while (this.#entries.size > 0) {
      await this.#clock.sleep(this.#limits.ttlMs, this.#closing.signal).catch(() => undefined)
      for (const [id, entry] of this.#entries) if (!this.#isFresh(entry)) this.drop(id)
    }
    this.#isSweeping = false
  }

  /** A clock that was set back makes everything old rather than young for ever. */
  #isFresh({ result, keptAtMs }: Entry): boolean {
    const { ttlMs, connectedTtlMs } = this.#limits
    const ageMs = this.#clock.now() - keptAtMs
    const valueTtlMs = connectedTtlMs?.() ?? ttlMs
    return ageMs >= 0 && ageMs < (result.kind === 'value' ? valueTtlMs : Math.min(ttlMs, FAILURE_TTL_MS))
  }

  #makeRoom(): void {
    for (const id of this.#entries.keys()) {
      if (this.#bytes <= this.#limits.maxBytes) return
      this.drop(id)
      this.#onEvict()
    }
  }
}

/** A value may be a view of something much larger: an answer, or a piece that Node allocates small buffers from. */
function compact(result: ReadResult): ReadResult {
  if (result.kind === 'failure') return result
  const bytes = result.secret.value.reveal()
  if (bytes.byteLength === bytes.buffer.byteLength) return result
  return { ...result, secret: { ...result.secret, value: new SecretValue(new Uint8Array(bytes)) } }
}
