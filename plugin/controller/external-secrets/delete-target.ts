import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import { type FailureName, SyncFailure } from './sync-failure.ts'
import type { TargetSecrets } from './target-secrets.ts'

const PASS_AS_A_WHOLE: ReadonlySet<string> = new Set(['Conflict', 'LeaseLost'])

/**
 * Deletes exactly this Secret. Whether it was there. Throws SyncFailure `failure` for what the API server refuses, KubeError for what makes the whole
 * pass one to be done again: the Secret is another by now, or another process leads.
 */
export async function deleteTarget(
  targets: Pick<TargetSecrets, 'delete'>,
  secret: KubeObject,
  failure: Extract<FailureName, 'delete' | 'deleteOrphans'>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await targets.delete(secret, signal)
  } catch (thrown) {
    if (!isKubeError(thrown) || PASS_AS_A_WHOLE.has(thrown.reason)) throw thrown
    throw new SyncFailure(failure, thrown.message, thrown.retryAfterMs)
  }
}
