import { SecretError } from '../../model/secret-error.ts'
import { everyPage } from '../every-page.ts'
import type { FoundSecret, SecretLister, SecretSearch } from '../secret-lister.ts'
import type { SecretFilter, SecretSearchApi } from './api.ts'
import type { ServiceCalls } from './service-calls.ts'

/** Filters of one request (AWS API reference, ListSecrets). */
const MOST_FILTERS = 10

const attempt = { action: 'secretsmanager:ListSecrets', target: 'the secrets of the account' }

/**
 * Secrets by name and tags out of ListSecrets, which has both and no values. `path` is what names begin with. AWS's filters only narrow the
 * listing: they mean beginnings, and a key and a value that need not belong together. Only names under the store's prefix are found.
 */
export function secretsFinder(api: SecretSearchApi, { login, call }: ServiceCalls, prefix: string): SecretLister {
  async function list(search: SecretSearch, signal: AbortSignal): Promise<readonly FoundSecret[]> {
    const { path = '', matchesName, tags } = search
    if (!matchesName && tags.size === 0) throw noCriteria()
    await login(signal)
    const found: FoundSecret[] = []
    const filters = filtersOf(search, prefix)
    const pages = everyPage((token) => call(attempt, (stop) => api.searchSecrets(filters, token, stop), signal))
    for await (const page of pages) {
      for (const { name, tags: own } of page.found) {
        const isBelow = name.startsWith(prefix) && name.startsWith(path)
        const isMeant = (matchesName?.(name) ?? true) && [...tags].every(([key, value]) => own.get(key) === value)
        if (isBelow && isMeant) found.push({ name, ref: { key: name.slice(prefix.length), part: 'value' } })
      }
    }
    return found
  }
  return { list }
}

/** AWS's services are not asked for everything (external-secrets.md 7.1, "neither"). */
export function noCriteria(): SecretError {
  return new SecretError('InvalidSpec', 'find names neither a name nor tags', { remedy: 'set find.name.regexp or find.tags' })
}

function filtersOf({ path = '', tags }: SecretSearch, prefix: string): readonly SecretFilter[] {
  const begin = path.length > prefix.length ? path : prefix
  // A value that begins with "!" would be a negation (AWS API reference, Filter), and an empty one none.
  const filters = [
    { key: 'name' as const, value: begin },
    ...[...tags].flatMap(([key, value]) => [
      { key: 'tag-key' as const, value: key },
      { key: 'tag-value' as const, value },
    ]),
  ]
  return filters.filter(({ value }) => value !== '' && !value.startsWith('!')).slice(0, MOST_FILTERS)
}
