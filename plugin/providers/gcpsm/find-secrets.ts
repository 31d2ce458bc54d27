import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { everyPage } from '../every-page.ts'
import type { FoundSecret, SecretSearch } from '../secret-lister.ts'
import type { SecretPage } from './api.ts'

/** What the id of a secret can begin with. */
const ID_PART = /^[\w-]*$/
/** Labels that a filter can say without quotes ("Filtering secrets and versions"); others are looked at here alone. */
const PLAIN_LABEL = /^[a-z0-9_-]+$/

/**
 * Secrets of the project, or of its location, by the last part of their names; `path` is what that begins with. A name wins over tags, which are
 * labels (external-secrets.md 7.3, "find"). Google's filters narrow the listing: of names they know only parts, in either case.
 */
export async function findSecrets(
  search: SecretSearch,
  page: (filter: string, token: string | undefined) => Promise<SecretPage>,
): Promise<readonly FoundSecret[]> {
  const { path = '', matchesName, tags } = search
  checkSearch(undefined, search)
  const filter = filterOf(search)
  const found: FoundSecret[] = []
  for await (const { secrets } of everyPage((token) => page(filter, token))) {
    for (const { id, labels } of secrets) {
      const isMeant = matchesName?.(id) ?? [...tags].every(([label, value]) => labels.get(label) === value)
      if (id.startsWith(path) && isMeant) found.push({ name: id, ref: { key: id, part: 'value' } })
    }
  }
  return found
}

/** Throws SecretError InvalidSpec for a search of which Google's API can know nothing. */
export function checkSearch(_config: unknown, { path = '', matchesName, tags }: SecretSearch): void {
  if (!matchesName && tags.size === 0) {
    throw new SecretError('InvalidSpec', 'find names neither a name nor tags', { remedy: 'set find.name.regexp or find.tags' })
  }
  if (!ID_PART.test(path)) {
    throw new SecretError('InvalidSpec', `no secret's id begins with find.path ${quoteName(path)}`, {
      remedy: 'write the beginning of ids: letters, digits, - and _; project and location belong to the store',
    })
  }
}

function filterOf({ path = '', matchesName, tags }: SecretSearch): string {
  const terms = Array.from(matchesName ? [] : tags)
    .filter((label) => label.every((text) => PLAIN_LABEL.test(text)))
    .map(([label, value]) => `labels.${label}=${value}`)
  return [...(path === '' ? [] : [`name:${path}`]), ...terms].join(' AND ')
}
