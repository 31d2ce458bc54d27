import type { FindQuery } from '../model/find-query.ts'
import { NOT_IMPLEMENTED } from '../model/not-implemented.ts'
import { quoteName } from '../model/quote-name.ts'
import { asSecretError, SecretError } from '../model/secret-error.ts'
import type { FoundSecret, SecretSearch } from '../providers/secret-lister.ts'
import { compiledName } from './compiled-name.ts'
import type { FoundStore, OpenStore } from './store-source.ts'

/** What one search gave. */
export type FindOutcome =
  | { readonly ok: true; readonly secrets: readonly FoundSecret[] }
  | { readonly ok: false; readonly error: SecretError }

/** Makes all searches of one store, at once. One that fails, or finds what its tenant may not read, does not fail the others. Never throws. */
export async function findSecrets(
  finds: ReadonlyMap<string, FindQuery>,
  store: FoundStore,
  open: OpenStore,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FindOutcome>> {
  const outcomes = await Promise.all(
    Array.from(finds, async ([id, query]) => [id, await outcomeOf(id, query, store, open, signal)] as const),
  )
  return new Map(outcomes)
}

async function outcomeOf(
  id: string,
  query: FindQuery,
  store: FoundStore,
  { provider, reader }: OpenStore,
  signal: AbortSignal,
): Promise<FindOutcome> {
  try {
    const search = searchOf(id, query)
    if (!reader.list) throw cannotFind(provider.id)
    const secrets = await reader.list(search, signal)
    const refused = refusalOf(secrets, store)
    return refused ? { ok: false, error: refused } : { ok: true, secrets }
  } catch (thrown) {
    return { ok: false, error: asSecretError(thrown) }
  }
}

/** A search with its expression compiled. Throws SecretError InvalidSpec when it is none of RE2. */
export function searchOf(id: string, { path, name, tags }: FindQuery): SecretSearch {
  const expression = name === undefined ? undefined : compiledName(name)
  return {
    id,
    ...(path !== undefined && { path }),
    ...(expression && { matchesName: (text: string) => expression.matcher(text).find() }),
    tags: new Map(Object.entries(tags)),
  }
}

/**
 * Default deny: to leave out what a rule does not allow would hide that the search means more than its tenant may have (R3). What it matched is not
 * said: names of others' secrets are nothing for an author to see.
 */
function refusalOf(secrets: readonly FoundSecret[], store: FoundStore): SecretError | undefined {
  const refusal = secrets
    .values()
    .map(({ ref }) => store.refusal?.(ref))
    .find((refused) => refused !== undefined)
  if (!refusal) return undefined
  return new SecretError(refusal.kind, 'find matches secrets that its tenant may not read', {
    remedy:
      'narrow path, name or tags of find to what the tenancy policy allows, or have the administrator allow all that it means',
  })
}

export function cannotFind(provider: string): SecretError {
  return new SecretError('InvalidSpec', `find ${NOT_IMPLEMENTED} for the provider ${quoteName(provider)}`, {
    remedy: 'name the keys in data, or take a whole object with dataFrom.extract',
  })
}
