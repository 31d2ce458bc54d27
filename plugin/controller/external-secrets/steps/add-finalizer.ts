import { EXTERNAL_SECRETS } from '../../resources.ts'
import type { ExternalSecretObject } from '../external-secret-object.ts'
import { CLEANUP_FINALIZER } from '../markers.ts'
import type { PassStep, SpecRead } from '../pass-state.ts'

/**
 * Only where deletion has work to do: deletionPolicy=Delete of a Secret that is owned. ESO puts its finalizer on every ExternalSecret, which keeps
 * namespaces from going away while no controller runs.
 */
export const addFinalizer: PassStep<SpecRead, SpecRead> = async (state, { client, wrote }, signal) => {
  const { metadata } = state.object
  const { deletionPolicy, creationPolicy, manifest } = state.input.resource.spec.target
  const { finalizers = [] } = metadata
  // Of an object that is no Secret what is not owned goes as well (external-secrets.md 4.11).
  const deletes = creationPolicy === 'Owner' || (manifest !== undefined && creationPolicy === 'Orphan')
  if (deletionPolicy !== 'Delete' || !deletes || finalizers.includes(CLEANUP_FINALIZER)) return { state }
  const body = { metadata: { finalizers: [...finalizers, CLEANUP_FINALIZER], resourceVersion: metadata.resourceVersion } }
  const object = await client.patch<ExternalSecretObject>(EXTERNAL_SECRETS, metadata, { type: 'merge', body }, { signal })
  wrote(object)
  return { state: { ...state, object } }
}
