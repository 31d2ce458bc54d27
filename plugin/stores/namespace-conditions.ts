import { RE2JS, RE2JSException } from 're2js'
import { type KnownNamespace, selectsNamespace } from '../api/selects-namespace.ts'
import type { Store } from '../api/store.ts'
import { fieldName } from '../model/field-path.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'

/** `unknown` where labels decide that nobody knows. */
export type NamespaceVerdict = 'allowed' | 'denied' | 'unknown'

/**
 * Whether the conditions of a ClusterSecretStore let a namespace use it: none allow all, any part of any condition that matches allows, `{}` allows
 * nobody (external-secrets.md 5.1). Names are compared as a whole, expressions of RE2 match anywhere.
 *
 * Throws SecretError InvalidSpec for an expression that is none, if nothing before it has allowed.
 */
export function namespaceConditions({ spec }: Store, namespace: KnownNamespace): NamespaceVerdict {
  const conditions = spec.conditions ?? []
  if (conditions.length === 0 || conditions.some(({ namespaces }) => namespaces?.includes(namespace.name))) return 'allowed'
  const selected = conditions.map(({ namespaceSelector }) => namespaceSelector && selectsNamespace(namespaceSelector, namespace))
  if (selected.includes(true)) return 'allowed'
  const isFound = conditions.some(({ namespaceRegexes = [] }, at) =>
    namespaceRegexes.some((regex, index) => expression(regex, at, index).matcher(namespace.name).find()),
  )
  if (isFound) return 'allowed'
  return conditions.some(({ namespaceSelector }, at) => namespaceSelector && selected[at] === undefined) ? 'unknown' : 'denied'
}

function expression(regex: string, condition: number, index: number): RE2JS {
  try {
    return RE2JS.compile(regex)
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException || thrown instanceof RangeError)) throw thrown
    const field = fieldName(['spec', 'conditions', condition, 'namespaceRegexes', index])
    throw new SecretError('InvalidSpec', `${field} of the ClusterSecretStore, ${quoteName(regex)}, is no expression of RE2`, {
      remedy: 'RE2 has no look-around and no back-references: https://github.com/google/re2/wiki/Syntax',
    })
  }
}
