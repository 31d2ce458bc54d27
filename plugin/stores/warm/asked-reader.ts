import { errorPolicy } from '../../model/error-policy.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import { asSecretError, type ErrorKind, SecretError } from '../../model/secret-error.ts'
import type { CredentialSource } from '../../providers/credential-source.ts'
import type { FoundSecret, SecretSearch } from '../../providers/secret-lister.ts'
import type { Outcome, SecretReader, Validation } from '../../providers/secret-reader.ts'
import type { LastGoodValue } from './last-good.ts'
import type { Patience } from './patience.ts'
import type { Asking, Lease, ReaderPool } from './reader-pool.ts'
import type { SearchResult } from './shared-searches.ts'
import type { ReadResult } from './value-cache.ts'

/** Credentials that change under every read are nobody's. */
const MAX_READERS = 3

/** Last good values, for an asker whose provider is away. */
export interface StandIn {
  /** `undefined` where there is none that may be used. */
  find(ref: RemoteRef): Promise<LastGoodValue | undefined>
  /** What is given out instead of the failure; told to metrics. */
  use(value: LastGoodValue, because: ErrorKind): Outcome
  /** What a search found when it last worked; `undefined` where there is nothing that may be used. Told to metrics. */
  search(search: SecretSearch, because: ErrorKind): Promise<readonly FoundSecret[] | undefined>
}

/**
 * What one render reads with: the shared reader, as long as the asker's credentials are those that the reader was opened with. A reader may
 * ask for credentials only when it reads; nothing that it read is given away before the asker has answered these questions too.
 */
export class AskedReader implements SecretReader {
  readonly #pool: ReaderPool
  readonly #asking: Asking
  readonly #standIn: StandIn
  #lease: Lease
  #matchedVersion: number | undefined
  #isClosed = false
  readonly list: SecretReader['list']
  readonly validate: SecretReader['validate']

  constructor(pool: ReaderPool, asking: Asking, lease: Lease, standIn: StandIn) {
    this.#pool = pool
    this.#asking = asking
    this.#standIn = standIn
    this.#lease = lease
    this.#matchedVersion = lease.matchedVersion
    if (lease.opened.reads.searches) this.list = (search, signal) => this.#list(search, signal)
    if (lease.opened.reads.validate) this.validate = (signal) => this.#asked((reads) => validated(reads, signal))
  }

  async fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const { patience } = this.#lease.warm
    if (patience) return this.#fetchWithin(patience, refs, signal)
    return withStandIns(refs, await this.#read(refs, signal), this.#standIn)
  }

  /** The shared reader stays open. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#lease.warm.give()
  }

  /** The read goes on as long as something of it cannot be stood in for. */
  async #fetchWithin(patience: Patience, refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const leaving = new AbortController()
    const reading = this.#read(refs, AbortSignal.any([signal, leaving.signal]))
    if (await patience.isOver(reading)) {
      patience.noteAway()
      const outcomes = signal.aborted ? undefined : await this.#allStandIns(refs)
      if (outcomes) {
        leaving.abort()
        return outcomes
      }
    }
    const results = await reading
    noteHealth(results, patience)
    return withStandIns(refs, results, this.#standIn)
  }

  /** `undefined` unless there is one for each. */
  async #allStandIns(refs: readonly RemoteRef[]): Promise<readonly Outcome[] | undefined> {
    const values = await Promise.all(refs.map((ref) => this.#standIn.find(ref)))
    const found = values.filter((value) => value !== undefined)
    return found.length === refs.length ? found.map((value) => this.#standIn.use(value, 'Timeout')) : undefined
  }

  #read(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly ReadResult[]> {
    return this.#asked((reads) => reads.read(refs, signal))
  }

  /**
   * A listing is many calls, each with its own limit, so it is waited for to its end; only while the provider is known to be away what was found
   * before stands in sooner.
   */
  async #list(search: SecretSearch, signal: AbortSignal): Promise<readonly FoundSecret[]> {
    const { patience } = this.#lease.warm
    const leaving = new AbortController()
    const listing = this.#asked((reads) => searched(reads, search, AbortSignal.any([signal, leaving.signal])))
    if (patience?.isShort && (await patience.isOver(listing)) && !signal.aborted) {
      const before = await this.#standIn.search(search, 'Timeout')
      if (before) {
        leaving.abort()
        // Nobody waits for it any more.
        listing.catch(() => undefined)
        return before
      }
    }
    const result = await listing
    if (result.kind === 'found') return result.secrets
    if (errorPolicy[result.error.kind].staleAllowed) patience?.noteAway()
    return insteadOf(result.error, search, this.#standIn)
  }

  async #asked<T>(ask: (reads: Lease['opened']['reads']) => Promise<T>): Promise<T> {
    for (let readers = 0; readers < MAX_READERS; readers++) {
      const { warm, opened } = this.#lease
      const results = await ask(opened.reads)
      if (await this.#mayHave(warm.record, this.#asking.source)) return results
      const next = await this.#pool.lease(this.#asking)
      this.#lease.warm.give()
      this.#lease = next
      this.#matchedVersion = next.matchedVersion
    }
    throw new SecretError('Unavailable', 'the credentials of the store change with every read', { remedy: 'render again' })
  }

  async #mayHave(record: Lease['warm']['record'], source: CredentialSource): Promise<boolean> {
    const { version } = record
    if (version === this.#matchedVersion) return true
    if (!(await record.matches(source))) return false
    this.#matchedVersion = version
    return true
  }
}

async function searched(reads: Lease['opened']['reads'], search: SecretSearch, signal: AbortSignal): Promise<SearchResult> {
  if (!reads.searches) throw asSecretError(new TypeError('no list'))
  return reads.searches.search(search, signal)
}

async function validated(reads: Lease['opened']['reads'], signal: AbortSignal): Promise<Validation> {
  if (!reads.validate) throw asSecretError(new TypeError('no validate'))
  return reads.validate(signal)
}

/** What the search found before, all of it, or the failure: never less than was asked for. Throws SecretError. */
export async function insteadOf(error: SecretError, search: SecretSearch, standIn: StandIn): Promise<readonly FoundSecret[]> {
  const before = errorPolicy[error.kind].staleAllowed ? await standIn.search(search, error.kind) : undefined
  if (!before) throw error
  return before
}

function noteHealth(results: readonly ReadResult[], patience: Patience): void {
  const isAway = results.some((result) => result.kind === 'failure' && errorPolicy[result.error.kind].staleAllowed)
  if (isAway) patience.noteAway()
  else patience.noteBack()
}

/** Rejects, as readers do, when nothing could be read at all and nothing stands in. */
export async function withStandIns(
  refs: readonly RemoteRef[],
  results: readonly ReadResult[],
  standIn: StandIn,
): Promise<readonly Outcome[]> {
  const outcomes = await Promise.all(
    results.map(async (result, index): Promise<Outcome> => {
      if (result.kind === 'value') return { ok: true, secret: result.secret }
      const ref = refs[index]
      const { kind } = result.error
      const value = ref && errorPolicy[kind].staleAllowed ? await standIn.find(ref) : undefined
      return value ? standIn.use(value, kind) : { ok: false, error: result.error }
    }),
  )
  const [first] = results
  const isAllLost = results.every((result, index) => result.kind === 'failure' && result.isOfStore && !outcomes[index]?.ok)
  if (first?.kind === 'failure' && isAllLost) throw first.error
  return outcomes
}
