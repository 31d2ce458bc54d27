/** A label selector (Kubernetes, LabelSelector): everything in it holds; an empty one holds for all. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
    readonly values?: readonly string[]
  }[]
}

export function selectsLabels(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const own = new Map(Object.entries(labels))
  return (
    Object.entries(selector.matchLabels ?? {}).every(([name, value]) => own.get(name) === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = own.get(key)
      if (operator === 'Exists') return value !== undefined
      if (operator === 'DoesNotExist') return value === undefined
      // A label that is not there is in no list.
      return values.includes(value ?? '') && value !== undefined ? operator === 'In' : operator === 'NotIn'
    })
  )
}
