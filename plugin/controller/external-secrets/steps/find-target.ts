import type { KubeObject } from '../../../kube/kube-object.ts'
import { DATA_HASH_ANNOTATION, MANAGED_LABEL } from '../markers.ts'
import type { PassStep, SpecRead, Target, TargetFound } from '../pass-state.ts'
import type { PassTools } from '../pass-tools.ts'

/**
 * The target as it is, and whether it is as it was written (external-secrets.md 4.2, 7 and 8; 4.4). The watch of managed Secrets answers for most;
 * the API server is asked where the answer changes what is done, and a Secret that is there is marked as managed whatever the policy says.
 */
export const findTarget: PassStep<SpecRead, TargetFound> = async (state, tools, signal) => ({
  state: { ...state, target: await targetOf(state, tools, signal) },
})

async function targetOf(state: SpecRead, tools: PassTools, signal: AbortSignal): Promise<Target> {
  const { targets } = tools
  const { creationPolicy } = state.input.resource.spec.target
  const metadata = targets.managed(state.targetKey)
  if (metadata) return knownTarget(metadata, state, tools, signal)
  // These never find out by creating it.
  return creationPolicy === 'Merge' || creationPolicy === 'None' ? askedTarget(state, tools, signal) : { state: 'unseen' }
}

/** Asks the API server. A Secret that nobody manages yet is labelled, so that its changes are seen from now on. */
export async function askedTarget(
  { targetKey, fieldManager, input }: SpecRead,
  { targets }: PassTools,
  signal: AbortSignal,
): Promise<Target> {
  const found = await targets.read(targetKey, signal)
  if (!found) return { state: 'missing' }
  const full = found.metadata.labels?.[MANAGED_LABEL] === 'true' ? found : await targets.label(targetKey, fieldManager, signal)
  const { creationPolicy } = input.resource.spec.target
  return {
    state: 'present',
    metadata: full,
    full,
    isIntact: creationPolicy === 'Orphan' || isAsWritten(full, targets.hashOf(full)),
  }
}

async function knownTarget(
  metadata: KubeObject,
  { input, targetKey }: SpecRead,
  { targets }: PassTools,
  signal: AbortSignal,
): Promise<Target> {
  if (input.resource.spec.target.creationPolicy === 'Orphan')
    return { state: 'present', metadata, full: undefined, isIntact: true }
  const hash = targets.hashOf(metadata)
  if (hash !== undefined) return { state: 'present', metadata, full: undefined, isIntact: isAsWritten(metadata, hash) }
  const full = await targets.read(targetKey, signal)
  return full
    ? { state: 'present', metadata: full, full, isIntact: isAsWritten(full, targets.hashOf(full)) }
    : { state: 'missing' }
}

function isAsWritten({ metadata }: KubeObject, hash: string | undefined): boolean {
  return (
    metadata.labels?.[MANAGED_LABEL] === 'true' && hash !== undefined && metadata.annotations?.[DATA_HASH_ANNOTATION] === hash
  )
}
