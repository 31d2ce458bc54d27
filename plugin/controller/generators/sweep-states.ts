import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { keyText } from '../../kube/kube-object.ts'
import { listPages } from '../../kube/list-pages.ts'
import type { Clock } from '../../model/clock.ts'
import { failureFields } from '../../model/failure-fields.ts'
import type { Logger } from '../../model/logger.ts'
import { asSecretError } from '../../model/secret-error.ts'
import { GENERATOR_STATES, type GeneratorStateObject, STATE_FINALIZER } from './generator-state-object.ts'
import { revokeSnapshot } from './revoke-snapshot.ts'
import type { UsableGeneratorsOptions } from './usable-generators.ts'

export interface SweepTools extends Pick<UsableGeneratorsOptions, 'known' | 'tools' | 'objects'> {
  readonly client: Pick<KubeClient, 'list' | 'patch' | 'delete'>
  readonly clock: Clock
  readonly logger: Logger
  /** Absent: all namespaces. */
  readonly namespace: string | undefined
}

const INTERVAL_MS = 60_000
/** What nobody can take back any more (its credentials are gone) lets its namespace go after that. */
const PATIENCE_MS = 600_000

/**
 * Deletes GeneratorStates whose deadline is over, and takes back what those describe that are being deleted (external-secrets.md 6.4): once a minute,
 * without a watch, until `signal` is aborted.
 */
export async function sweepStates(tools: SweepTools, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      // What was deleted waits for us to take back what it describes.
      while ((await sweepOnce(tools, signal)) > 0);
    } catch (thrown) {
      if (signal.aborted) return
      if (!isKubeError(thrown)) throw thrown
      tools.logger.warn('GeneratorStates could not be looked through', { reason: thrown.reason })
    }
    await tools.clock.sleep(INTERVAL_MS, signal).catch(() => undefined)
  }
}

/** One round; gives how many states it deleted. Rejects with KubeError. */
export async function sweepOnce(tools: SweepTools, signal: AbortSignal): Promise<number> {
  let deleted = 0
  for (const state of await allStates(tools, signal)) {
    try {
      if (state.metadata.deletionTimestamp !== undefined) await release(state, tools, signal)
      else if (isOver(state, tools)) {
        await tools.client.delete(GENERATOR_STATES, state.metadata, { uid: state.metadata.uid, signal })
        deleted++
      }
    } catch (thrown) {
      signal.throwIfAborted()
      if (!isKubeError(thrown)) throw thrown
      // Somebody else was faster, or the next round is.
      if (thrown.reason !== 'NotFound' && thrown.reason !== 'Conflict')
        tools.logger.warn('a GeneratorState could not be written', { state: keyText(state.metadata), reason: thrown.reason })
    }
  }
  return deleted
}

async function release(state: GeneratorStateObject, tools: SweepTools, signal: AbortSignal): Promise<void> {
  const { finalizers = [], namespace = '', resourceVersion } = state.metadata
  if (!finalizers.includes(STATE_FINALIZER)) return
  if (!(await isTakenBack({ resource: state.spec?.resource, state: state.spec?.state, namespace }, state, tools, signal))) return
  const body = { metadata: { resourceVersion, finalizers: finalizers.filter((finalizer) => finalizer !== STATE_FINALIZER) } }
  await tools.client.patch(GENERATOR_STATES, state.metadata, { type: 'merge', body }, { signal })
}

/** Or will never be. */
async function isTakenBack(
  made: Parameters<typeof revokeSnapshot>[0],
  { metadata }: GeneratorStateObject,
  tools: SweepTools,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await revokeSnapshot(made, tools, signal)
    return true
  } catch (thrown) {
    signal.throwIfAborted()
    const failure = asSecretError(thrown)
    const waited = tools.clock.now() - Date.parse(metadata.deletionTimestamp ?? '')
    const isGivenUp = failure.kind === 'InvalidSpec' && waited > PATIENCE_MS
    const said = isGivenUp
      ? 'what a generator made stays: it cannot be taken back'
      : 'what a generator made could not be taken back yet'
    tools.logger.warn(said, { state: keyText(metadata), ...failureFields(failure) })
    return isGivenUp
  }
}

function isOver({ spec }: GeneratorStateObject, { clock }: SweepTools): boolean {
  const { garbageCollectionDeadline } = spec ?? {}
  return garbageCollectionDeadline !== undefined && Date.parse(garbageCollectionDeadline) <= clock.now()
}

/** None where the API server does not know the kind. */
async function allStates({ client, namespace }: SweepTools, signal: AbortSignal): Promise<readonly GeneratorStateObject[]> {
  const states: GeneratorStateObject[] = []
  for await (const page of listPages<GeneratorStateObject>(client, GENERATOR_STATES, { namespace, signal })) states.push(...page)
  return states
}
