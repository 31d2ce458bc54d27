import type { Clock } from '../../model/clock.ts'
import { asSecretError, type SecretError } from '../../model/secret-error.ts'
import { deadline } from '../../providers/call-runner.ts'
import type { FoundSecret, SecretLister, SecretSearch } from '../../providers/secret-lister.ts'

/** What came of one search. */
export type SearchResult =
  | { readonly kind: 'found'; readonly secrets: readonly FoundSecret[]; readonly readAtMs: number }
  | { readonly kind: 'failure'; readonly error: SecretError }

export interface SharedSearchesTools {
  readonly list: SecretLister['list']
  readonly clock: Pick<Clock, 'now'>
  /** Told of what was listed or refused just now, once however many wait for it. */
  readonly onResult: (search: SecretSearch, result: SearchResult) => void
}

/** A listing under way, and how many wait for it. It ends early once nobody does. */
interface Flight {
  readonly result: Promise<SearchResult>
  readonly ending: AbortController
  waiters: number
}

/**
 * All searches of one reader by all renders: a search that somebody waits for already is not made a second time. Nothing of it is kept (R15):
 * what was there before a search began is found by it.
 */
export class SharedSearches {
  readonly #tools: SharedSearchesTools
  readonly #flights = new Map<string, Flight>()
  readonly #running = new Set<Promise<SearchResult>>()

  constructor(tools: SharedSearchesTools) {
    this.#tools = tools
  }

  get isBusy(): boolean {
    return this.#running.size > 0
  }

  /** Throws Deadline once `signal` is aborted; the others who wait are not concerned. */
  async search(search: SecretSearch, signal: AbortSignal): Promise<SearchResult> {
    if (signal.aborted) throw deadline()
    const flight = this.#flights.get(search.id) ?? this.#start(search)
    flight.waiters++
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const onAbort = (): void => reject(deadline())
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([flight.result, aborted])
    } finally {
      signal.removeEventListener('abort', onAbort)
      flight.waiters--
      if (flight.waiters === 0) this.#leave(search.id, flight)
    }
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #start(search: SecretSearch): Flight {
    const ending = new AbortController()
    const result = this.#run(search, ending.signal).finally(() => {
      this.#running.delete(result)
      this.#leave(search.id, flight)
    })
    const flight: Flight = { result, ending, waiters: 0 }
    this.#flights.set(search.id, flight)
    this.#running.add(result)
    return flight
  }

  /** Never rejects. */
  async #run(search: SecretSearch, ending: AbortSignal): Promise<SearchResult> {
    const { list, clock, onResult } = this.#tools
    const readAtMs = clock.now()
    const result = await list(search, ending).then(
      (secrets): SearchResult => ({ kind: 'found', secrets, readAtMs }),
      (thrown: unknown): SearchResult => ({ kind: 'failure', error: asSecretError(thrown) }),
    )
    if (!ending.aborted) onResult(search, result)
    return result
  }

  /** Whoever comes now starts anew. */
  #leave(id: string, flight: Flight): void {
    if (this.#flights.get(id) === flight) this.#flights.delete(id)
    flight.ending.abort()
  }
}
