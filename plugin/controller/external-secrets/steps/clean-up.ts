import { groupKindOf } from '../../../api/group-kind.ts'
import { neverTargeted } from '../../../api/never-targeted.ts'
import type { ObjectMeta } from '../../../kube/kube-object.ts'
import { EXTERNAL_SECRETS } from '../../resources.ts'
import { makesAnotherKind } from '../generic-object.ts'
import { CLEANUP_FINALIZER } from '../markers.ts'
import type { PassStep, Started } from '../pass-state.ts'
import type { PassTools } from '../pass-tools.ts'
import { readSpecOf } from '../read-spec-of.ts'
import { isControlledBy, isControlledByAnother } from '../take-ownership.ts'

/** An ExternalSecret that is being deleted: its Secret goes with it where deletionPolicy says so, and only if it is its own (external-secrets.md 4.11). */
export const cleanUp: PassStep<Started, Started> = async (state, tools, signal) => {
  const { metadata } = state.object
  if (metadata.deletionTimestamp === undefined) return { state }
  if (metadata.finalizers?.includes(CLEANUP_FINALIZER)) {
    if (makesAnotherKind(state.object)) await deleteOwnObject(state, tools, signal)
    else await deleteOwnSecret(state, tools, signal)
    await removeFinalizer(metadata, tools, signal)
  }
  return { end: { kind: 'deleted' } }
}

async function deleteOwnSecret({ object }: Started, { targets }: PassTools, signal: AbortSignal): Promise<void> {
  const target = readSpecOf(object).value?.spec.target
  if (target?.deletionPolicy !== 'Delete') return
  const { namespace, name, uid } = object.metadata
  const secret = await targets.read({ namespace, name: target.name ?? name }, signal)
  if (secret && isControlledBy(secret, uid)) await targets.delete(secret, signal)
}

/** Whether it is owned or not (external-secrets.md 4.11), but never another's, and never what it only adds to. */
async function deleteOwnObject({ object }: Started, { generic }: PassTools, signal: AbortSignal): Promise<void> {
  const target = readSpecOf(object).value?.spec.target
  const makesIt = target?.creationPolicy === 'Owner' || target?.creationPolicy === 'Orphan'
  if (!generic || !target?.manifest || target.deletionPolicy !== 'Delete' || !makesIt) return
  if (neverTargeted(groupKindOf(target.manifest)) !== undefined) return
  const { namespace, name, uid = '' } = object.metadata
  const targets = await generic.find(target.manifest, signal)
  const live = await targets?.read({ namespace, name: target.name ?? name }, signal)
  if (live && !isControlledByAnother(live, uid)) await targets?.delete(live, signal)
}

async function removeFinalizer(metadata: ObjectMeta, { client }: PassTools, signal: AbortSignal): Promise<void> {
  const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP_FINALIZER)
  const body = { metadata: { finalizers, resourceVersion: metadata.resourceVersion } }
  await client.patch(EXTERNAL_SECRETS, metadata, { type: 'merge', body }, { signal })
}
