import { asSecretError } from '../../model/secret-error.ts'
import type { ChangeDetector, VersionOutcome, VersionQuery } from '../change-detector.ts'
import { everyPage } from '../every-page.ts'
import { ListingCost } from '../listing-cost.ts'
import type { Refusals } from '../refusals.ts'
import { type Login, PAGE_SIZE, type SecretFacts } from './api.ts'
import { unknownCaller } from './failure.ts'
import type { KubernetesParts } from './reader.ts'
import { secretName } from './secret-name.ts'
import type { WatchedSecrets } from './watched-secrets.ts'

/** What versions are asked for with, as the credentials were when it was made. */
export interface AskingParts extends Omit<KubernetesParts, 'logger'> {
  /** Single Secrets that may not be looked at, and therefore not read either. */
  readonly refusals: Refusals
  /** Of the listing, which may be refused to who may get single Secrets: asked for one by one, nothing is lost. */
  readonly listRefusals: Refusals
}

const LIST = 'list'

/**
 * Resource versions out of metadata: what a watch of the namespace has told or, while there is none, a listing of it or, where that is fewer calls or
 * may not be, single Secrets. They are those of reads. Credentials that the server does not know any more are read anew for the next question.
 */
export async function kubernetesDetector(open: () => Promise<AskingParts>, watched: WatchedSecrets): Promise<ChangeDetector> {
  const cost = new ListingCost(PAGE_SIZE)
  let parts: AskingParts | undefined = await open()
  return {
    lagMs: 0,
    comparable: true,
    batchSize: Number.POSITIVE_INFINITY,
    async versions(queries, signal) {
      if (queries.length === 0) return []
      if (watched.isLive) return queries.map(({ key }) => toldOutcome(key, watched))
      const asking = (parts ??= await open())
      try {
        return await askedVersions(queries, asking, cost, signal)
      } finally {
        if (asking.api.isUnknown) {
          asking.connection.http.close()
          parts = undefined
        }
      }
    },
    subscribe: (listener, signal) => watched.follow(listener, signal),
    async close() {
      parts?.connection.http.close()
    },
  }
}

async function askedVersions(
  queries: readonly VersionQuery[],
  parts: AskingParts,
  cost: ListingCost,
  signal: AbortSignal,
): Promise<readonly VersionOutcome[]> {
  const login = await parts.connection.login()
  const names = new Set(queries.map(({ key }) => key))
  const isSingle = parts.listRefusals.has(LIST) || cost.questionsAreFewer(names.size)
  const listed = isSingle ? undefined : await versionsListed(names, cost, parts, login, signal)
  const looks = new Map<string, Promise<VersionOutcome>>()
  return Promise.all(
    queries.map(async ({ key }): Promise<VersionOutcome> => {
      const known = listed?.secrets.get(key)
      if (known) return versionIn(known)
      const look = looks.get(key) ?? lookAt(key, listed?.isWhole === true, parts, login, signal)
      looks.set(key, look)
      return look
    }),
  )
}

function toldOutcome(key: VersionQuery['key'], watched: WatchedSecrets): VersionOutcome {
  try {
    const facts = watched.factsOf(secretName(key))
    return facts ? versionIn(facts) : { state: 'absent' }
  } catch (thrown) {
    return { state: 'failed', error: asSecretError(thrown) }
  }
}

function versionIn({ resourceVersion, changedAtMs }: Omit<SecretFacts, 'name'>): VersionOutcome {
  return { state: 'version', version: resourceVersion, changedAtMs }
}

interface Listed {
  readonly secrets: ReadonlyMap<string, SecretFacts>
  /** Nothing was left out: what is not in it is not there. */
  readonly isWhole: boolean
}

/** `undefined` where the listing may not be. */
async function versionsListed(
  names: ReadonlySet<string>,
  cost: ListingCost,
  { api, runner, listRefusals }: AskingParts,
  login: Login,
  signal: AbortSignal,
): Promise<Listed | undefined> {
  const secrets = new Map<string, SecretFacts>()
  let pages = 0
  let isWhole = true
  try {
    for await (const page of everyPage((token) => runner.run((attempt) => api.page('', token, login, attempt), signal))) {
      pages++
      for (const secret of page.secrets) if (names.has(secret.name)) secrets.set(secret.name, secret)
      isWhole = page.nextToken === undefined
      if (!cost.isWorthAnotherPage({ count: names.size, missing: names.size - secrets.size, pages })) break
    }
  } catch (thrown) {
    const error = asSecretError(thrown)
    // Whoever is not known is not let in elsewhere either.
    if (error.kind !== 'AccessDenied' || api.isUnknown) throw error
    listRefusals.note(LIST, error)
    return undefined
  }
  cost.note(pages)
  return { secrets, isWhole }
}

async function lookAt(
  key: VersionQuery['key'],
  isKnownAbsent: boolean,
  { api, runner, refusals }: AskingParts,
  login: Login,
  signal: AbortSignal,
): Promise<VersionOutcome> {
  try {
    const name = secretName(key)
    if (isKnownAbsent) return { state: 'absent' }
    if (refusals.has(name)) return { state: 'unknown' }
    const look = async (attempt: AbortSignal): Promise<SecretFacts> => {
      // A thousand refusals say no more than one.
      if (api.isUnknown) throw unknownCaller()
      return await api.look(name, login, attempt)
    }
    return versionIn(await runner.run(look, signal))
  } catch (thrown) {
    const error = asSecretError(thrown)
    if (error.kind === 'NotFound') return { state: 'absent' }
    if (error.kind !== 'AccessDenied' || api.isUnknown) return { state: 'failed', error }
    refusals.note(key, error)
    return { state: 'unknown' }
  }
}
