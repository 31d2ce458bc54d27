import { quoteName } from '../../model/quote-name.ts'
import { asSecretError, SecretError } from '../../model/secret-error.ts'
import type { ChangeDetector, VersionOutcome, VersionQuery } from '../change-detector.ts'
import { ListingCost } from '../listing-cost.ts'
import type { Refusals } from '../refusals.ts'
import type { DescribedSecret, SecretDirectoryApi } from './api.ts'
import { isForbidden } from './grouped-reader.ts'
import { versionOf } from './secret-stages.ts'
import type { ServiceCalls } from './service-calls.ts'

/** MaxResults (AWS API reference, ListSecrets). */
const PAGE_SIZE = 100
/** "ListSecrets might not reflect changes from the last five minutes" (AWS API reference; limits-and-threats.md 1.5). */
const LISTING_LAG_MS = 300_000

const listAction = 'secretsmanager:ListSecrets'
const describeAction = 'secretsmanager:DescribeSecret'

/** What the detectors of both services are told of their store. */
export interface DetectorOptions {
  /** Put before every key. */
  readonly prefix: string
  readonly refusals: Refusals
}

/**
 * Ids of versions, from the listing of the account's secrets or, where that is fewer calls, from a description of each. BatchGetSecretValue would tell
 * them too, but brings values and needs the right to decrypt them.
 */
export function secretsManagerDetector(
  api: SecretDirectoryApi,
  calls: ServiceCalls,
  { prefix, refusals }: DetectorOptions,
): Omit<ChangeDetector, 'close'> {
  const listing = new SecretListing(api, calls, refusals)
  const idOf = ({ key }: VersionQuery): string => prefix + key

  return {
    lagMs: LISTING_LAG_MS,
    comparable: true,
    batchSize: Number.POSITIVE_INFINITY,
    async versions(queries, signal) {
      if (queries.length === 0) return []
      await calls.login(signal)
      const listed = await listing.find([...new Set(queries.map(idOf))], signal)
      const described = new SecretDescriptions(api, calls, refusals)
      return Promise.all(
        queries.map(async (query) => {
          const secret = listed.get(idOf(query))
          return secret ? fromListing(versionOf(secret, query)) : described.outcome(idOf(query), query, signal)
        }),
      )
    },
  }
}

function fromListing(outcome: VersionOutcome): VersionOutcome {
  return outcome.state === 'version' ? { ...outcome, isListed: true } : outcome
}

class SecretListing {
  readonly #api: SecretDirectoryApi
  readonly #calls: ServiceCalls
  readonly #refusals: Refusals
  readonly #cost = new ListingCost(PAGE_SIZE)

  constructor(api: SecretDirectoryApi, calls: ServiceCalls, refusals: Refusals) {
    this.#api = api
    this.#calls = calls
    this.#refusals = refusals
  }

  /** By name and ARN what of `ids` a listing has; nothing when questions are fewer calls, or it is not allowed. */
  async find(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, DescribedSecret>> {
    if (this.#refusals.has(listAction) || this.#cost.questionsAreFewer(ids.length)) return new Map()
    try {
      return await this.#list(ids, signal)
    } catch (thrown) {
      if (!isForbidden(thrown)) throw thrown
      this.#refusals.note(listAction, asSecretError(thrown))
      return new Map()
    }
  }

  async #list(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, DescribedSecret>> {
    const attempt = { action: listAction, target: 'the secrets of the account' }
    const begin = commonBegin(ids)
    const found = new Map<string, DescribedSecret>()
    const missing = new Set(ids)
    let next: string | undefined
    let pages = 0
    do {
      const token = next
      const page = await this.#calls.call(attempt, (signal) => this.#api.listSecrets(begin, token, signal), signal)
      pages++
      for (const secret of page.secrets) {
        found.set(secret.name, secret).set(secret.arn, secret)
        missing.delete(secret.name)
        missing.delete(secret.arn)
      }
      next = page.nextToken
    } while (next !== undefined && this.#cost.isWorthAnotherPage({ count: ids.length, missing: missing.size, pages }))
    this.#cost.note(pages)
    return found
  }
}

/** Secrets that are asked for alone, once in a round: what a listing does not have may be new, of another account, or named by part of its ARN. */
class SecretDescriptions {
  readonly #api: SecretDirectoryApi
  readonly #calls: ServiceCalls
  readonly #refusals: Refusals
  readonly #asked = new Map<string, Promise<DescribedSecret | undefined>>()

  constructor(api: SecretDirectoryApi, calls: ServiceCalls, refusals: Refusals) {
    this.#api = api
    this.#calls = calls
    this.#refusals = refusals
  }

  async outcome(id: string, query: VersionQuery, signal: AbortSignal): Promise<VersionOutcome> {
    const question = `${describeAction} ${id}`
    if (id === '' || this.#refusals.has(question)) return { state: 'unknown' }
    try {
      const asked = this.#asked.get(id) ?? this.#describe(id, signal)
      this.#asked.set(id, asked)
      const secret = await asked
      return secret ? versionOf(secret, query) : { state: 'absent' }
    } catch (thrown) {
      const error = asSecretError(thrown)
      if (!isForbidden(thrown)) return { state: 'failed', error }
      this.#refusals.note(question, error)
      return { state: 'unknown' }
    }
  }

  async #describe(id: string, signal: AbortSignal): Promise<DescribedSecret | undefined> {
    const attempt = { action: describeAction, target: `the secret ${quoteName(id)}` }
    try {
      return await this.#calls.call(attempt, (signal) => this.#api.describeVersions(id, signal), signal)
    } catch (thrown) {
      if (thrown instanceof SecretError && thrown.kind === 'NotFound') return undefined
      throw thrown
    }
  }
}

/** What all names begin with: only secrets that do are listed. With a `!` in front it would mean the others (AWS API reference, Filter). */
function commonBegin(ids: readonly string[]): string {
  const [first = '', ...others] = ids
  if (first.startsWith('!') || ids.some((id) => id.startsWith('arn:'))) return ''
  let length = first.length
  for (const id of others) while (!id.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}
