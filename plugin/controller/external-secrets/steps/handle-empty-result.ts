import { deleteTarget } from '../delete-target.ts'
import type { PassStep, ValuesRead } from '../pass-state.ts'
import { SyncFailure } from '../sync-failure.ts'

/** Nothing came back, which only find, extract and references that need not exist bring about (external-secrets.md 4.6). */
export const handleEmptyResult: PassStep<ValuesRead, ValuesRead> = async (state, { targets, note }, signal) => {
  const { values, input, targetKey } = state
  const { deletionPolicy, creationPolicy } = input.resource.spec.target
  if (values.data.size > 0 || deletionPolicy === 'Merge') return { state }
  if (deletionPolicy === 'Retain') return { end: { kind: 'done', says: 'retained', wrote: false } }
  if (creationPolicy !== 'Owner')
    throw new SyncFailure(
      'deleteWithoutOwner',
      `unable to delete secret ${targetKey.name}: creationPolicy=${creationPolicy} is not Owner`,
    )
  const secret = targets.managed(targetKey) ?? (await targets.read(targetKey, signal))
  const isDeleted = secret !== undefined && (await deleteTarget(targets, secret, 'delete', signal))
  if (isDeleted) note({ type: 'Normal', reason: 'Deleted', message: 'secret deleted due to DeletionPolicy=Delete' })
  return { end: { kind: 'done', says: 'deleted', wrote: isDeleted } }
}
