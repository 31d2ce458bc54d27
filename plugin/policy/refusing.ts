import type { StoreFinding, TenantStoreTools } from './store-finding.ts'

/** What becomes of a refusal: it is one where the policy is enforced; in a dry run it is noted, once, and passes. */
export function refusing({ policy, onDryRefusal }: Pick<TenantStoreTools, 'policy' | 'onDryRefusal'>): StoreFinding['refused'] {
  const noted = new Set<string>()
  return (refusal, need) => {
    if (policy.mode === 'enforce') return refusal
    const id = JSON.stringify([refusal.message, need])
    if (!noted.has(id)) onDryRefusal(refusal, need)
    noted.add(id)
    return undefined
  }
}
