import type { ClusterExternalSecret } from './cluster-external-secret.ts'
import type { LabelSelector } from './selects-labels.ts'
import { type KnownNamespace, selectsNamespace } from './selects-namespace.ts'

/** Whether a ClusterExternalSecret selects a namespace: by its name, or by any selector (external-secrets.md 6.1). `unknown` where labels decide that nobody knows. */
export function namespaceSelection(
  { spec }: ClusterExternalSecret,
  namespace: KnownNamespace,
): 'selected' | 'not selected' | 'unknown' {
  if (spec.namespaces?.includes(namespace.name)) return 'selected'
  const verdicts = new Set(selectorsOf(spec).map((selector) => selectsNamespace(selector, namespace)))
  if (verdicts.has(true)) return 'selected'
  return verdicts.has(undefined) ? 'unknown' : 'not selected'
}

/** Whether it may select another namespace than this one. */
export function selectsOthers({ spec }: ClusterExternalSecret, name: string): boolean {
  return selectorsOf(spec).length > 0 || (spec.namespaces ?? []).some((other) => other !== name)
}

function selectorsOf({ namespaceSelectors = [], namespaceSelector }: ClusterExternalSecret['spec']): readonly LabelSelector[] {
  return namespaceSelector ? [...namespaceSelectors, namespaceSelector] : namespaceSelectors
}
