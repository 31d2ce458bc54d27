import { isKubeError } from '../../../kube/kube-error.ts'
import type { KubeObject } from '../../../kube/kube-object.ts'
import type { GenericObject } from '../generic-object.ts'
import type { ManagedTargets } from '../managed-targets.ts'
import { DATA_HASH_ANNOTATION, MANAGED_LABEL } from '../markers.ts'
import { objectTargetsOf } from '../object-targets-of.ts'
import type { PassStep, SpecRead, TargetFound } from '../pass-state.ts'
import type { WrittenTarget } from '../refresh-memory.ts'
import { SyncFailure } from '../sync-failure.ts'

/** The target as it is, and whether it is as it was written (external-secrets.md 4.12). Throws SyncFailure `getResource`. */
export const findObject: PassStep<SpecRead, TargetFound> = async (state, tools, signal) => {
  const targets = await objectTargetsOf(state, tools, signal)
  const known = targets.managed(state.targetKey)
  const metadata = known && targets.hasSeen(known) ? known : await read(state, targets, signal)
  if (!metadata) return { state: { ...state, target: { state: 'missing' } } }
  const written = tools.memory.get(state.uid)?.written
  const isIntact = isMarked(metadata) && (isAsHashed(metadata, targets.hashOf(metadata)) || isAsWritten(metadata, written))
  return { state: { ...state, target: { state: 'present', metadata, full: undefined, isIntact } } }
}

async function read(
  { targetKey }: SpecRead,
  targets: ManagedTargets<GenericObject>,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await targets.read(targetKey, signal)
  } catch (thrown) {
    if (!isKubeError(thrown)) throw thrown
    throw new SyncFailure('getResource', `failed to get target resource: ${thrown.message}`, thrown.retryAfterMs)
  }
}

function isMarked({ metadata }: KubeObject): boolean {
  return metadata.labels?.[MANAGED_LABEL] === 'true'
}

function isAsHashed({ metadata }: KubeObject, hash: string | undefined): boolean {
  return hash !== undefined && metadata.annotations?.[DATA_HASH_ANNOTATION] === hash
}

/** The very version that this process has written: the API server may have filled in what the hash does not know. */
function isAsWritten({ metadata }: KubeObject, written: WrittenTarget | undefined): boolean {
  return written?.targetUid === metadata.uid && written?.targetVersion === metadata.resourceVersion
}
