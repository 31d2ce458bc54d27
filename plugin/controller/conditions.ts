/** One entry of `status.conditions` (external-secrets.md 4.14, 5.2). */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

/** Kubernetes' own time format: whole seconds. */
export function kubeTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type)
}

export function isReady({ status }: { readonly status?: { readonly conditions?: readonly Condition[] } }): boolean {
  return conditionOf(status?.conditions, 'Ready')?.status === 'True'
}

/**
 * `conditions` with the one of this type replaced. One a type; the time of the last transition stays while the status stays, and a condition that
 * says nothing new stays as it is (external-secrets.md 4.14).
 */
export function withCondition(
  conditions: readonly Condition[],
  said: Omit<Condition, 'lastTransitionTime'>,
  now: number,
): readonly Condition[] {
  const before = conditionOf(conditions, said.type)
  if (before && before.status === said.status && before.reason === said.reason && before.message === said.message)
    return conditions
  const lastTransitionTime =
    before?.status === said.status && before.lastTransitionTime ? before.lastTransitionTime : kubeTime(now)
  return [...conditions.filter(({ type }) => type !== said.type), { ...said, lastTransitionTime }]
}
