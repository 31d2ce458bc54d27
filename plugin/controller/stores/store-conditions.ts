import { RE2JS } from 're2js'
import { selectsLabels } from '../../api/selects-labels.ts'
import type { Store } from '../../api/store.ts'
import type { KubeObject } from '../../kube/kube-object.ts'

const NAME_LABEL = 'kubernetes.io/metadata.name'

type StoreCondition = NonNullable<Store['spec']['conditions']>[number]

/**
 * Whether the conditions of a ClusterSecretStore let a namespace use it: none allow all, any part of any condition that matches allows
 * (external-secrets.md 5.1). `namespace` is what the API server says of it; names are compared with its label, as ESO does.
 */
export function isAllowedFrom({ spec }: Store, namespace: KubeObject): boolean {
  const conditions = spec.conditions ?? []
  return conditions.length === 0 || conditions.some((condition) => matches(condition, namespace))
}

function matches(
  { namespaceSelector, namespaces = [], namespaceRegexes = [] }: StoreCondition,
  { metadata }: KubeObject,
): boolean {
  const labels = metadata.labels ?? {}
  if (namespaceSelector && selectsLabels(namespaceSelector, labels)) return true
  if (namespaces.includes(labels[NAME_LABEL] ?? '')) return true
  return namespaceRegexes.some((regex) => found(regex, metadata.name))
}

/** RE2, and it may match anywhere. One that cannot be read matches nothing: ESO's webhook refuses it. */
function found(regex: string, name: string): boolean {
  try {
    return RE2JS.compile(regex).matcher(name).find()
  } catch {
    return false
  }
}
