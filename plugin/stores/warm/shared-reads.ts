import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../model/clock.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import type { ErrorKind } from '../../model/secret-error.ts'
import { asSecretError } from '../../model/secret-error.ts'
import { deadline } from '../../providers/call-runner.ts'
import type { Outcome, SecretReader } from '../../providers/secret-reader.ts'
import { readId } from './read-id.ts'
import { SharedSearches, type SharedSearchesTools } from './shared-searches.ts'
import type { ReadResult, ValueCache } from './value-cache.ts'

export interface SharedReadsTools {
  readonly reader: SecretReader
  /** Shared by many readers: {@link SharedReadsTools.prefix} keeps them apart. */
  readonly cache: ValueCache
  readonly prefix: string
  readonly clock: Clock
  /** Whether a value that was read then may still be used; its version is not known yet while it is read. */
  readonly isUsable: (ref: RemoteRef, version: string | undefined, readAtMs: number) => boolean
  /** Whether a value that was kept is young enough for this store. */
  readonly isYoung: (readAtMs: number) => boolean
  /** Told of what was read or refused just now, once however many wait for it. */
  readonly onResult: (ref: RemoteRef, result: ReadResult) => void
  readonly onFetch: (outcome: 'ok' | ErrorKind, refs: number) => void
  readonly onHit: (refs: number, from: 'cache' | 'flight') => void
  readonly onSearch: SharedSearchesTools['onResult']
}

/** As long as each turn of the event loop brings more references, the next read waits for another one, so many times at most. */
const MAX_TURNS = 8
/** How long a read waits behind one that is under way, to fill its batch: about what one call takes. */
const HOLD_MS = 20
/** Enough to fill several calls of any provider: more is not waited for. */
const FULL = 100

/** References that are remembered for {@link SharedReads.reread}; the longest unread goes. */
const MAX_KNOWN = 5_000

/** A reference that is read, or about to be, and how many wait for it. */
interface Flight {
  readonly id: string
  readonly ref: RemoteRef
  readonly settled: Promise<ReadResult>
  readonly settle: (result: ReadResult) => void
  waiters: number
  batch: Batch | undefined
}

/** One fetch under way. It ends early once nobody waits for any of it. */
interface Batch {
  readonly flights: readonly Flight[]
  readonly ending: AbortController
  readonly readAtMs: number
  waiters: number
}

/**
 * All reads of one reader by all renders: each reference is read once for everybody who wants it at the same moment or shortly after, and
 * references that are wanted at the same moment are read together.
 */
export class SharedReads {
  readonly #tools: SharedReadsTools
  readonly #flights = new Map<string, Flight>()
  readonly #pending = new Set<Flight>()
  readonly #running = new Set<Promise<void>>()
  /** What was read last, for {@link SharedReads.reread}. */
  readonly #known = new Map<string, RemoteRef>()
  /** Absent where the reader has none. */
  readonly searches: SharedSearches | undefined
  /** The reader's own: what it tells is of this moment, and kept by nobody. */
  readonly validate: SecretReader['validate']
  #isGathering = false
  #onFull: () => void = () => undefined

  constructor(tools: SharedReadsTools) {
    this.#tools = tools
    const { reader, clock, onSearch } = tools
    const list = reader.list?.bind(reader)
    this.validate = reader.validate?.bind(reader)
    this.searches = list && new SharedSearches({ list, clock, onResult: onSearch })
  }

  /** Whether a fetch is under way or about to be. */
  get isBusy(): boolean {
    return this.#flights.size > 0 || this.#running.size > 0 || (this.searches?.isBusy ?? false)
  }

  /** One result a reference, in their order. Throws Deadline once `signal` is aborted; the others who wait are not concerned. */
  async read(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly ReadResult[]> {
    if (signal.aborted) throw deadline()
    const { onHit } = this.#tools
    const found = refs.map((ref) => this.#kept(ref) ?? this.#join(ref))
    const flights = found.filter((one) => 'settled' in one)
    const joined = flights.filter(({ waiters }) => waiters > 1).length
    if (found.length > flights.length) onHit(found.length - flights.length, 'cache')
    if (joined > 0) onHit(joined, 'flight')
    if (flights.length > 0) await this.#landed(flights, signal)
    return Promise.all(found.map(async (one) => ('settled' in one ? one.settled : one)))
  }

  /** Reads again what was read of these keys before. What comes of it is for whoever asks next. */
  async reread(keys: ReadonlySet<string>, signal: AbortSignal): Promise<readonly ReadResult[]> {
    const refs = [...this.#known.values()].filter(({ key }) => keys.has(key))
    return refs.length === 0 ? [] : this.read(refs, signal)
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
    await this.searches?.idle()
  }

  #kept(ref: RemoteRef): ReadResult | undefined {
    const { cache, prefix, isUsable, isYoung } = this.#tools
    const id = prefix + readId(ref)
    const result = cache.get(id)
    if (!result) return undefined
    const { readAtMs } = result
    // What was missing before a floor was told may be there now: it would be stood in for, although it exists.
    const isGood =
      result.kind === 'value'
        ? isUsable(ref, result.secret.version, readAtMs) && isYoung(readAtMs)
        : isUsable(ref, undefined, readAtMs)
    if (isGood) return result
    cache.drop(id)
    return undefined
  }

  #join(ref: RemoteRef): Flight {
    const id = readId(ref)
    const known = this.#flights.get(id)
    // A read that began before a rotation was told may bring the value before it.
    const isLate = known?.batch && !this.#tools.isUsable(ref, undefined, known.batch.readAtMs)
    const flight = known && !isLate ? known : this.#start(id, ref)
    flight.waiters++
    if (flight.batch) flight.batch.waiters++
    return flight
  }

  #start(id: string, ref: RemoteRef): Flight {
    const { promise, resolve } = Promise.withResolvers<ReadResult>()
    this.#known.delete(id)
    this.#known.set(id, ref)
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size > MAX_KNOWN) this.#known.delete(oldest)
    const flight: Flight = { id, ref, settled: promise, settle: resolve, waiters: 0, batch: undefined }
    this.#flights.set(id, flight)
    this.#pending.add(flight)
    if (this.#pending.size >= FULL) this.#onFull()
    if (!this.#isGathering) void this.#gather()
    return flight
  }

  async #landed(flights: readonly Flight[], signal: AbortSignal): Promise<void> {
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const onAbort = (): void => {
      for (const flight of flights) this.#leave(flight)
      reject(deadline())
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.race([Promise.all(flights.map(({ settled }) => settled)), aborted])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #leave(flight: Flight): void {
    flight.waiters--
    const { batch } = flight
    if (!batch) {
      if (flight.waiters === 0 && this.#pending.delete(flight)) this.#flights.delete(flight.id)
      return
    }
    batch.waiters--
    if (batch.waiters > 0) return
    this.#forget(batch)
    batch.ending.abort()
  }

  /** Whoever comes now starts anew. */
  #forget({ flights }: Batch): void {
    for (const flight of flights) if (this.#flights.get(flight.id) === flight) this.#flights.delete(flight.id)
  }

  async #gather(): Promise<void> {
    this.#isGathering = true
    let before = 0
    for (let turn = 0; turn < MAX_TURNS && this.#pending.size > before; turn++) {
      before = this.#pending.size
      await setImmediate()
    }
    if (this.#running.size > 0) await this.#held()
    this.#isGathering = false
    if (this.#pending.size > 0) this.#launch()
  }

  /** Until one that is under way ends, the batch is full, or a moment is over: a slow call must not hold up others for long. */
  async #held(): Promise<void> {
    if (this.#pending.size >= FULL) return
    const { promise: full, resolve } = Promise.withResolvers<void>()
    const ending = new AbortController()
    this.#onFull = resolve
    const over = this.#tools.clock.sleep(HOLD_MS, ending.signal).catch(() => undefined)
    await Promise.race([full, over, ...this.#running])
    this.#onFull = () => undefined
    ending.abort()
  }

  #launch(): void {
    const flights = [...this.#pending]
    this.#pending.clear()
    const waiters = flights.reduce((sum, flight) => sum + flight.waiters, 0)
    const batch: Batch = { flights, ending: new AbortController(), readAtMs: this.#tools.clock.now(), waiters }
    for (const flight of flights) flight.batch = batch
    const run = this.#run(batch).finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  /** Never rejects. */
  async #run(batch: Batch): Promise<void> {
    const { reader, onFetch } = this.#tools
    const results = await readAll(reader, batch)
    this.#forget(batch)
    const failure = results.find((result) => result.kind === 'failure')
    onFetch(failure?.error.kind ?? 'ok', results.length)
    for (const [index, flight] of batch.flights.entries()) {
      const result = results[index] ?? noOutcome(batch.readAtMs)
      if (!batch.ending.signal.aborted) this.#note(flight, result)
      flight.settle(result)
    }
  }

  #note({ id, ref }: Flight, result: ReadResult): void {
    const { cache, prefix, onResult } = this.#tools
    // The render's own time and our own mistakes say nothing about what the next read gives.
    if (result.kind === 'value' || !['Deadline', 'Bug'].includes(result.error.kind)) cache.keep(prefix + id, result)
    onResult(ref, result)
  }
}

async function readAll(reader: SecretReader, { flights, ending, readAtMs }: Batch): Promise<readonly ReadResult[]> {
  try {
    const outcomes = await reader.fetch(
      flights.map(({ ref }) => ref),
      ending.signal,
    )
    return flights.map((_, index) => resultOf(outcomes[index], readAtMs))
  } catch (thrown) {
    const error = asSecretError(thrown)
    return flights.map(() => ({ kind: 'failure', error, isOfStore: true, readAtMs }))
  }
}

/** A reader that gives fewer outcomes than references has a bug; nothing may be taken for empty because of it. */
function resultOf(outcome: Outcome | undefined, readAtMs: number): ReadResult {
  if (!outcome) return noOutcome(readAtMs)
  return outcome.ok
    ? { kind: 'value', secret: outcome.secret, readAtMs }
    : { kind: 'failure', error: outcome.error, isOfStore: false, readAtMs }
}

function noOutcome(readAtMs: number): ReadResult {
  return { kind: 'failure', error: asSecretError(new RangeError('no outcome')), isOfStore: false, readAtMs }
}
