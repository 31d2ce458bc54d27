import type { FoundSecret, SecretSearch } from '../secret-lister.ts'
import type { SecretPages } from './secret-pages.ts'

/**
 * Secrets that meet name and tags both, out of the listing of the whole vault: it has no filter, and no folders that `path` could mean. What is
 * disabled cannot be read and is left out; without name and tags everything else is meant (external-secrets.md 7.2, "find").
 */
export async function findSecrets({ matchesName, tags }: SecretSearch, pages: SecretPages): Promise<readonly FoundSecret[]> {
  const found: FoundSecret[] = []
  for await (const page of pages) {
    for (const { name, isEnabled, tags: own } of page) {
      const isMeant = (matchesName?.(name) ?? true) && [...tags].every(([tag, value]) => own.get(tag) === value)
      if (isEnabled && isMeant) found.push({ name, ref: { key: name, part: 'value' } })
    }
  }
  return found
}
