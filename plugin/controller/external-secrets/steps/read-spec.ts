import { targetName } from '../../../expansion/external-secret-input.ts'
import { fieldName } from '../../../model/field-path.ts'
import { fieldManagerOf } from '../markers.ts'
import type { PassStep, SpecRead, Started } from '../pass-state.ts'
import { readSpecOf } from '../read-spec-of.ts'
import { SyncFailure } from '../sync-failure.ts'

/** Throws SyncFailure for what its schema refuses. */
export const readSpec: PassStep<Started, SpecRead> = (state) => {
  const { value, problems } = readSpecOf(state.object)
  const { name, namespace = '', uid = '' } = state.object.metadata
  if (!value)
    throw new SyncFailure(
      'spec',
      problems
        .map(({ path, message }) => `${fieldName(path)} ${message}`)
        .join('; ')
        .slice(0, 1_000),
    )
  const input = { resource: value, namespace, place: { object: `ExternalSecret ${namespace}/${name}` } }
  return {
    state: { ...state, input, uid, fieldManager: fieldManagerOf(name), targetKey: { namespace, name: targetName(input) } },
  }
}
