import { quoteName } from '../model/quote-name.ts'
import { SecretError } from '../model/secret-error.ts'
import type { StoreObject } from './store-object.ts'

/** Why `namespace` may not use the store; only a ClusterSecretStore has conditions (external-secrets.md 5.1). Throws SecretError InvalidSpec for an expression that is none. */
export function namespaceProblem({ resource, verdictFor }: StoreObject, namespace: string): SecretError | undefined {
  const { kind, metadata, spec } = resource
  const conditions = spec.conditions ?? []
  if (kind !== 'ClusterSecretStore' || conditions.length === 0) return undefined
  if (conditions.some(({ namespaces }) => namespaces?.includes(namespace))) return undefined
  const verdict = verdictFor?.(namespace) ?? 'denied'
  if (verdict === 'allowed') return undefined
  const refused = `ClusterSecretStore ${quoteName(metadata.name)} is not allowed from namespace ${quoteName(namespace)}`
  if (verdict === 'denied') {
    return new SecretError('AccessDenied', `${refused}: denied by spec.conditions`, {
      remedy: `add ${quoteName(namespace)} to spec.conditions[].namespaces`,
    })
  }
  return new SecretError(
    'AccessDenied',
    `${refused}: its spec.conditions ask for labels of the namespace, which are not known here`,
    {
      remedy: `add ${quoteName(namespace)} to spec.conditions[].namespaces, or, to a store of the manifests, the Namespace with its labels`,
    },
  )
}
