import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import type { ManagedTargets } from './managed-targets.ts'
import { type FailureName, SyncFailure } from './sync-failure.ts'

const PASS_AS_A_WHOLE: ReadonlySet<string> = new Set(['Conflict', 'LeaseLost'])

/**
 * Deletes exactly this target. Whether it was there. Throws SyncFailure `failure` for what the API server refuses, KubeError for what makes the whole
 * pass one to be done again: the target is another by now, or another process leads.
 */
export async function deleteTarget(
  targets: Pick<ManagedTargets<KubeObject>, 'delete'>,
  target: KubeObject,
  failure: Extract<FailureName, 'delete' | 'deleteOrphans' | 'deleteResource'>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await targets.delete(target, signal)
  } catch (thrown) {
    if (!isKubeError(thrown) || PASS_AS_A_WHOLE.has(thrown.reason)) throw thrown
    throw new SyncFailure(failure, thrown.message, thrown.retryAfterMs)
  }
}
