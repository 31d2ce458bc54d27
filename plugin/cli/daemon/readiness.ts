import type { ReadinessCheck } from '../../daemon/health-app.ts'
import type { SecretError } from '../../model/secret-error.ts'
import type { PolicyWatch } from '../../policy/policy-watch.ts'
import type { KeyRing } from '../../stores/keys/key-ring.ts'

/** What `/readyz` looks at. A broken change of policy or keys leaves what was before in force: a replica is not taken away for it, metrics and doctor say so. */
export function readinessChecks(policy: PolicyWatch | undefined, ring: KeyRing): readonly ReadinessCheck[] {
  return [
    {
      name: 'policy',
      problem: () => policy && policyProblem(policy),
      detail: () => (policy ? (policyProblem(policy) ?? policyDetail(policy)) : 'none'),
    },
    { name: 'keys', problem: () => undefined, detail: () => ring.problem()?.message ?? ring.detail() },
  ]
}

function policyProblem(policy: PolicyWatch): string | undefined {
  try {
    policy.current()
    return undefined
  } catch {
    const problem = policy.problem()
    return problem ? textOf(problem) : 'not read yet'
  }
}

function policyDetail(policy: PolicyWatch): string {
  const problem = policy.problem()
  const { digest, mode } = policy.current()
  const inForce = `${digest} (${mode})`
  return problem ? `${inForce} stays in force: ${textOf(problem)}` : inForce
}

function textOf({ place, message }: SecretError): string {
  return `${place.file ?? ''}:${place.line ?? 0} ${message}`
}
