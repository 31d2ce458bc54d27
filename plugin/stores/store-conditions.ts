import type { Store } from '../api/store.ts'
import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'

/**
 * Why `namespace` may not use the store; only a ClusterSecretStore has conditions, and any that matches allows (external-secrets.md 5.1).
 * Selectors and regular expressions are not implemented yet: what they alone would allow is refused with those words, never guessed.
 */
export function namespaceProblem({ kind, metadata, spec }: Store, namespace: string): SecretError | undefined {
  const conditions = spec.conditions ?? []
  if (kind !== 'ClusterSecretStore' || conditions.length === 0) return undefined
  if (conditions.some((condition) => condition.namespaces?.includes(namespace))) return undefined
  if (conditions.some((condition) => condition.namespaceSelector ?? condition.namespaceRegexes?.length)) {
    return new SecretError(
      'InvalidSpec',
      `conditions of ClusterSecretStore ${quoteName(metadata.name)} by selector or regular expression are known, but not implemented yet`,
      {
        remedy: `list ${quoteName(namespace)} in spec.conditions[].namespaces`,
      },
    )
  }
  return new SecretError(
    'AccessDenied',
    `ClusterSecretStore ${quoteName(metadata.name)} is not allowed from namespace ${quoteName(namespace)}: denied by spec.conditions`,
    {
      remedy: `add ${quoteName(namespace)} to spec.conditions[].namespaces`,
    },
  )
}
