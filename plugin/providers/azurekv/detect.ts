import type { Clock } from '../../model/clock.ts'
import { asSecretError } from '../../model/secret-error.ts'
import type { ChangeDetector, VersionOutcome, VersionQuery } from '../change-detector.ts'
import { ListingCost } from '../listing-cost.ts'
import type { Refusals } from '../refusals.ts'
import type { ListedSecret } from './api.ts'
import { MayNotList } from './list-failure.ts'
import { parseObjectRef } from './object-ref.ts'
import type { ReaderParts } from './reader.ts'
import { type ListingParts, type SecretPages, secretPages } from './secret-pages.ts'

export interface DetectorParts extends ListingParts, Pick<ReaderParts, 'tokens' | 'close'> {
  readonly clock: Clock
  readonly refusals: Refusals
}

/** Key Vault lists 25 at a time at most (limits-and-threats.md 1.5). */
const PAGE_SIZE = 25
/** Dates are whole seconds: two versions of one second look alike. A version this young, by our clock, may have a twin to come. */
const YOUNG_MS = 10_000
/** All listings need the one permission. */
const LIST = 'list'

/**
 * Dates of the last change, from the listing of the vault's secrets or, where that is fewer calls, from the versions of each. They also move when
 * tags or attributes change, which costs a read. Of keys and certificates nothing is told.
 */
export function azureKvDetector(parts: DetectorParts): ChangeDetector {
  const { tokens, refusals } = parts
  const cost = new ListingCost(PAGE_SIZE)
  return {
    lagMs: 0,
    comparable: false,
    batchSize: Number.POSITIVE_INFINITY,
    async versions(queries, signal) {
      if (queries.length === 0) return []
      await tokens.get(signal)
      if (refusals.has(LIST)) return queries.map(() => ({ state: 'unknown' }))
      const pages = (secret?: string): SecretPages => secretPages(parts, secret, signal)
      return new Round(pages, cost, parts).outcomes(queries)
    },
    async close() {
      tokens.close()
      parts.close()
    },
  }
}

/** The questions of one round. */
class Round {
  readonly #pages: (secret?: string) => SecretPages
  readonly #cost: ListingCost
  readonly #parts: DetectorParts
  readonly #versions = new Map<string, Promise<readonly ListedSecret[]>>()

  constructor(pages: (secret?: string) => SecretPages, cost: ListingCost, parts: DetectorParts) {
    this.#pages = pages
    this.#cost = cost
    this.#parts = parts
  }

  async outcomes(queries: readonly VersionQuery[]): Promise<readonly VersionOutcome[]> {
    const names = new Set(queries.flatMap((query) => currentName(query) ?? []))
    try {
      const listed = this.#cost.questionsAreFewer(names.size) ? new Map<string, ListedSecret>() : await this.#list(names)
      return await Promise.all(queries.map((query) => this.#outcome(query, listed)))
    } catch (thrown) {
      if (!(thrown instanceof MayNotList)) throw thrown
      this.#parts.refusals.note(LIST, thrown)
      return queries.map(() => ({ state: 'unknown' }))
    }
  }

  async #list(names: ReadonlySet<string>): Promise<ReadonlyMap<string, ListedSecret>> {
    const found = new Map<string, ListedSecret>()
    let pages = 0
    for await (const page of this.#pages()) {
      pages++
      for (const secret of page) if (names.has(secret.name.toLowerCase())) found.set(secret.name.toLowerCase(), secret)
      if (!this.#cost.isWorthAnotherPage({ count: names.size, missing: names.size - found.size, pages })) break
    }
    this.#cost.note(pages)
    return found
  }

  async #outcome(query: VersionQuery, listed: ReadonlyMap<string, ListedSecret>): Promise<VersionOutcome> {
    try {
      const { type, name, version } = parseObjectRef(query)
      if (type !== 'secret') return { state: 'unknown' }
      const secret = (version === undefined && listed.get(name.toLowerCase())) || pick(await this.#versionsOf(name), version)
      return secret ? dated(secret, this.#parts.clock.now()) : { state: 'absent' }
    } catch (thrown) {
      if (thrown instanceof MayNotList) throw thrown
      const error = asSecretError(thrown)
      return error.kind === 'NotFound' ? { state: 'absent' } : { state: 'failed', error }
    }
  }

  #versionsOf(name: string): Promise<readonly ListedSecret[]> {
    const known = this.#versions.get(name) ?? allOf(this.#pages(name))
    this.#versions.set(name, known)
    return known
  }
}

async function allOf(pages: SecretPages): Promise<readonly ListedSecret[]> {
  const all: ListedSecret[] = []
  for await (const page of pages) all.push(...page)
  return all
}

/** Names of Key Vault do not differ by case alone ("About keys, secrets and certificates"). */
function currentName(query: VersionQuery): string | undefined {
  try {
    const { type, name, version } = parseObjectRef(query)
    return type === 'secret' && version === undefined ? name.toLowerCase() : undefined
  } catch {
    return undefined
  }
}

/** The version that is named, or the current one: the youngest. */
function pick(versions: readonly ListedSecret[], wanted: string | undefined): ListedSecret | undefined {
  if (wanted !== undefined) return versions.find(({ version }) => version === wanted)
  return versions.reduce<ListedSecret | undefined>(
    (newest, one) => (newest && newest.createdAtMs >= one.createdAtMs ? newest : one),
    undefined,
  )
}

function dated({ createdAtMs, updatedAtMs }: ListedSecret, nowMs: number): VersionOutcome {
  const dates = `${new Date(createdAtMs).toISOString()}/${new Date(updatedAtMs).toISOString()}`
  const isYoung = nowMs - updatedAtMs < YOUNG_MS
  return { state: 'version', version: isYoung ? `${dates} at ${nowMs}` : dates, changedAtMs: updatedAtMs }
}
