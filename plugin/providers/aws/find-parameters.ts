import { quoteName } from '../../model/quote-name.ts'
import { SecretError } from '../../model/secret-error.ts'
import { everyPage } from '../every-page.ts'
import type { FoundSecret, SecretLister, SecretSearch } from '../secret-lister.ts'
import type { ParameterFilter, ParameterSearchApi } from './api.ts'
import { noCriteria } from './find-secrets.ts'
import type { ServiceCalls } from './service-calls.ts'

/** Levels of a hierarchy, from its root (Systems Manager User Guide, "Requirements and constraints for parameter names"). */
const PATH = /^(\/[\w.-]+)*\/?$/
/** What names of one's own account begin with: what is shared by another account is named by ARN, and not listed here. */
const OWN_NAME = /^[\w./-]*$/

const attempt = { action: 'ssm:DescribeParameters', target: 'the parameters of the account' }

/**
 * Parameters by name or by tags out of DescribeParameters, which has no values; GetParametersByPath would have those of everything that does not
 * match. `path` is a level of the hierarchy and means all below it; a name wins over tags (external-secrets.md 7.1, "find"). Only names under the
 * store's prefix are found.
 */
export function parametersFinder(api: ParameterSearchApi, { login, call }: ServiceCalls, prefix: string): SecretLister {
  async function list(search: SecretSearch, signal: AbortSignal): Promise<readonly FoundSecret[]> {
    const { path = '', matchesName, tags } = search
    checkParameterSearch(prefix, search)
    const filters = [...placeFilter(path, prefix), ...(matchesName ? [] : tagFilters(tags))]
    const below = path.replace(/\/?$/, '/')
    await login(signal)
    const pages = everyPage((token) => call(attempt, (stop) => api.searchParameters(filters, token, stop), signal))
    const found: FoundSecret[] = []
    for await (const { names } of pages) {
      for (const name of names) {
        const isBelow = name.startsWith(prefix) && (below === '/' || name.startsWith(below))
        if (isBelow && (matchesName?.(name) ?? true)) found.push({ name, ref: { key: name.slice(prefix.length), part: 'value' } })
      }
    }
    return found
  }
  return { list }
}

/** Throws SecretError InvalidSpec for what AWS cannot search for, and what no parameter can be under. */
export function checkParameterSearch(prefix: string, { path = '', matchesName, tags }: SecretSearch): void {
  if (!matchesName && tags.size === 0) throw noCriteria()
  const empty = matchesName ? undefined : tags.entries().find(([, value]) => value === '')
  if (empty) {
    throw new SecretError('InvalidSpec', `AWS cannot look for an empty value of the tag ${quoteName(empty[0])}`, {
      remedy: 'use find.name, or give the tag a value',
    })
  }
  if (!PATH.test(path)) {
    throw new SecretError('InvalidSpec', `find.path ${quoteName(path)} is no level of a parameter hierarchy`, {
      remedy: 'write it from its root, with letters, digits, ".", "-" and "_" between slashes: /team-a/db',
    })
  }
  if (!OWN_NAME.test(prefix)) {
    throw new SecretError('InvalidSpec', `find lists parameters by name, and ${quoteName(prefix)} begins none`, {
      remedy: "set the store's prefix to what names begin with, not to an ARN, or name the keys in data",
    })
  }
}

/** One of the two: the other is looked at here. */
function placeFilter(path: string, prefix: string): readonly ParameterFilter[] {
  const level = path.replace(/\/$/, '')
  if (level !== '') return [{ key: 'Path', option: 'Recursive', value: level }]
  return prefix === '' ? [] : [{ key: 'Name', option: 'BeginsWith', value: prefix }]
}

function tagFilters(tags: SecretSearch['tags']): readonly ParameterFilter[] {
  return Array.from(tags, ([tag, value]) => ({ key: `tag:${tag}`, option: 'Equals', value }))
}
