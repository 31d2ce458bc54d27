import { type LabelSelector, selectsLabels } from './selects-labels.ts'

export type Labels = Readonly<Record<string, string>>

/** A namespace, and its labels as far as anybody knows. */
export interface KnownNamespace {
  readonly name: string
  /** Undefined when they are not known. */
  readonly labels: Labels | undefined
}

/** Every namespace has it; the API server sees to that. */
const NAME_LABEL = 'kubernetes.io/metadata.name'

/** Whether a selector of namespaces holds for one; undefined where labels decide that nobody knows. */
export function selectsNamespace(selector: LabelSelector, { name, labels }: KnownNamespace): boolean | undefined {
  if (labels === undefined && labelsOf(selector).some((label) => label !== NAME_LABEL)) return undefined
  return selectsLabels(selector, { ...labels, [NAME_LABEL]: name })
}

function labelsOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): readonly string[] {
  return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)]
}
