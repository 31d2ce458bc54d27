import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { everyPage } from '../every-page.ts'
import type { FoundSecret, SecretSearch } from '../secret-lister.ts'
import type { SecretFactsPage } from './api.ts'

const LABEL_NAME = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/
const LABEL_VALUE = /^([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/

/** Tags are labels and win over the name; the path means nothing (external-secrets.md 7.5, "find"). Metadata alone is listed. */
export async function findSecrets(
  search: SecretSearch,
  page: (selector: string, token: string | undefined) => Promise<SecretFactsPage>,
): Promise<readonly FoundSecret[]> {
  checkSearch(undefined, search)
  const { matchesName, tags } = search
  const selector = Array.from(tags, ([name, value]) => `${name}=${value}`).join(',')
  const found = new Map<string, FoundSecret>()
  for await (const { secrets } of everyPage((token) => page(selector, token))) {
    for (const { name } of secrets) {
      if (tags.size > 0 || matchesName?.(name)) found.set(name, { name, ref: { key: name, part: 'value' } })
    }
  }
  return [...found.values()]
}

/** Throws SecretError InvalidSpec for a search that no API server can make. */
export function checkSearch(_config: unknown, { matchesName, tags }: SecretSearch): void {
  if (!matchesName && tags.size === 0) {
    throw new SecretError('InvalidSpec', 'find names neither a name nor tags', { remedy: 'set find.name.regexp or find.tags' })
  }
  for (const [name, value] of tags) {
    if (LABEL_NAME.test(name) && LABEL_VALUE.test(value)) continue
    throw new SecretError('InvalidSpec', `find.tags ${quoteName(name)} is nothing that a label can be`, {
      remedy: 'tags are labels of Secrets: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/',
    })
  }
}
