import type { ClusterExternalSecret } from './cluster-external-secret.ts'
import { type LabelSelector, selectsLabels } from './selects-labels.ts'

/** A namespace, and its labels as far as anybody knows. */
export interface KnownNamespace {
  readonly name: string
  /** Undefined when they are not known. */
  readonly labels: Readonly<Record<string, string>> | undefined
}

/** Every namespace has it; the API server sees to that. */
const NAME_LABEL = 'kubernetes.io/metadata.name'

/** Whether a ClusterExternalSecret selects a namespace: by its name, or by any selector (external-secrets.md 6.1). `unknown` where labels decide that nobody knows. */
export function namespaceSelection(
  { spec }: ClusterExternalSecret,
  { name, labels }: KnownNamespace,
): 'selected' | 'not selected' | 'unknown' {
  if (spec.namespaces?.includes(name)) return 'selected'
  const selectors = selectorsOf(spec)
  const all = { ...labels, [NAME_LABEL]: name }
  const isDecided = (selector: LabelSelector): boolean =>
    labels !== undefined || labelsOf(selector).every((label) => label === NAME_LABEL)
  if (selectors.some((selector) => isDecided(selector) && selectsLabels(selector, all))) return 'selected'
  return selectors.every(isDecided) ? 'not selected' : 'unknown'
}

/** Whether it may select another namespace than this one. */
export function selectsOthers({ spec }: ClusterExternalSecret, name: string): boolean {
  return selectorsOf(spec).length > 0 || (spec.namespaces ?? []).some((other) => other !== name)
}

function selectorsOf({ namespaceSelectors = [], namespaceSelector }: ClusterExternalSecret['spec']): readonly LabelSelector[] {
  return namespaceSelector ? [...namespaceSelectors, namespaceSelector] : namespaceSelectors
}

function labelsOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): readonly string[] {
  return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)]
}
