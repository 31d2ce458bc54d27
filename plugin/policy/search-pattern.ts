import type { FindQuery } from '../model/find-query.ts'
import type { RemoteRef } from '../model/remote-ref.ts'
import type { StoreTenancy } from '../providers/provider.ts'
import { exactly } from './glob.ts'

const ANY_NAME = 'x'

/** Some secret where the search starts. */
export function refBelow({ path = '' }: FindQuery): RemoteRef {
  const key = path === '' || path.endsWith('/') ? `${path}${ANY_NAME}` : `${path}/${ANY_NAME}`
  return { key, part: 'value' }
}

/** The pattern of keys that allows all that is below the path of a search, which is more than its names and tags may mean. */
function patternOf(query: FindQuery, tenancy: StoreTenancy | undefined, config: unknown): string {
  const key = tenancy?.canonicalKey(config, refBelow(query))
  return key?.endsWith(ANY_NAME) ? `${exactly(key.slice(0, -ANY_NAME.length))}**` : '**'
}

/** The pattern of keys that allows a reference or a search; undefined for a key of which nobody can say what the backend takes it for. */
export function patternOfWanted(
  wanted: RemoteRef | FindQuery,
  tenancy: StoreTenancy | undefined,
  config: unknown,
): string | undefined {
  if (!('key' in wanted)) return patternOf(wanted, tenancy, config)
  const key = tenancy?.canonicalKey(config, wanted)
  return key === undefined ? undefined : exactly(key)
}
