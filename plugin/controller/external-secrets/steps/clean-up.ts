import type { ObjectMeta } from '../../../kube/kube-object.ts'
import { EXTERNAL_SECRETS } from '../../resources.ts'
import { CLEANUP_FINALIZER } from '../markers.ts'
import type { PassStep, Started } from '../pass-state.ts'
import type { PassTools } from '../pass-tools.ts'
import { readSpecOf } from '../read-spec-of.ts'
import { isControlledBy } from '../take-ownership.ts'

/** An ExternalSecret that is being deleted: its Secret goes with it where deletionPolicy says so, and only if it is its own (external-secrets.md 4.11). */
export const cleanUp: PassStep<Started, Started> = async (state, tools, signal) => {
  const { metadata } = state.object
  if (metadata.deletionTimestamp === undefined) return { state }
  if (metadata.finalizers?.includes(CLEANUP_FINALIZER)) {
    await deleteOwnSecret(state, tools, signal)
    await removeFinalizer(metadata, tools, signal)
  }
  return { end: { kind: 'deleted' } }
}

async function deleteOwnSecret({ object }: Started, { targets }: PassTools, signal: AbortSignal): Promise<void> {
  const target = readSpecOf(object).value?.spec.target
  if (target?.deletionPolicy !== 'Delete' || target.manifest) return
  const { namespace, name, uid } = object.metadata
  const secret = await targets.read({ namespace, name: target.name ?? name }, signal)
  if (secret && isControlledBy(secret, uid)) await targets.delete(secret, signal)
}

async function removeFinalizer(metadata: ObjectMeta, { client }: PassTools, signal: AbortSignal): Promise<void> {
  const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP_FINALIZER)
  const body = { metadata: { finalizers, resourceVersion: metadata.resourceVersion } }
  await client.patch(EXTERNAL_SECRETS, metadata, { type: 'merge', body }, { signal })
}
