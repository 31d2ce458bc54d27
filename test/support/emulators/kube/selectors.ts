import { badRequest } from './refused.ts'
import type { StoredObject } from './stored-object.ts'

export type Selector = (object: StoredObject) => boolean

/** Label and field selectors of a request, both of which must hold (Kubernetes, "Labels and Selectors", "Field Selectors"). */
export function selectorOf(query: URLSearchParams): Selector {
  const terms = [
    ...splitTerms(query.get('labelSelector') ?? '').map(labelTerm),
    ...splitTerms(query.get('fieldSelector') ?? '').map(fieldTerm),
  ]
  return (object) => terms.every((term) => term(object))
}

/** At commas that are not in parentheses. */
function splitTerms(text: string): readonly string[] {
  return text === '' ? [] : text.split(/,(?![^(]*\))/).map((term) => term.trim())
}

function labelTerm(term: string): Selector {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(term)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = new Set(list.split(',').map((value) => value.trim()))
    return (object) => values.has(labelOf(object, key) ?? '\0') === (operator === 'in')
  }
  const equality = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(term)
  if (equality) {
    const [, key = '', operator, value] = equality
    return (object) => (labelOf(object, key) === value) !== (operator === '!=')
  }
  const existence = /^(!?)([^\s=!]+)$/.exec(term)
  if (!existence) throw badRequest(`unable to parse requirement: ${term}`)
  const [, not, key = ''] = existence
  return (object) => (labelOf(object, key) !== undefined) === (not === '')
}

function labelOf({ metadata }: StoredObject, key: string): string | undefined {
  return metadata.labels?.[key]
}

/** Fields beside these two exist for some resources only; `type` of Secrets and `involvedObject.*` of Events are among them. */
function fieldTerm(term: string): Selector {
  const [, path = '', operator, value] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? []
  if (!/^(metadata\.(name|namespace)|type|reason|involvedObject\.\w+)$/.test(path)) {
    throw badRequest(`field label not supported: ${path}`)
  }
  return (object) => ((fieldOf(object, path.split('.')) ?? '') === value) !== (operator === '!=')
}

function fieldOf(value: unknown, [first, ...rest]: readonly string[]): unknown {
  if (first === undefined) return value
  return typeof value === 'object' && value !== null ? fieldOf(Reflect.get(value, first), rest) : undefined
}
