import type { SecretError } from '../model/secret-error.ts'
import { inTurns } from '../model/turns.ts'
import type { ExternalSecretInput } from './external-secret-input.ts'
import type { RewriteTools } from './rewrite.ts'

/** {@link dataFromProblemSteps}, loaded when some entry of `dataFrom` searches or rewrites: a plain ExternalSecret does not wait for it. */
export async function dataFromProblems(
  inputs: readonly ExternalSecretInput[],
  tools: RewriteTools,
): Promise<readonly SecretError[]> {
  const concerned = inputs.filter(({ resource }) =>
    resource.spec.dataFrom?.some(({ find, rewrite }) => find?.name?.regexp !== undefined || (rewrite?.length ?? 0) > 0),
  )
  if (concerned.length === 0) return []
  const { dataFromProblemSteps } = await import('./data-from-problems.ts')
  return inTurns(dataFromProblemSteps(concerned, tools))
}
