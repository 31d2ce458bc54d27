import { deleteTarget } from '../delete-target.ts'
import { objectTargetsOf, targetKindOf } from '../object-targets-of.ts'
import type { PassStep, ValuesRead } from '../pass-state.ts'
import { SyncFailure } from '../sync-failure.ts'
import { isControlledByAnother } from '../take-ownership.ts'

/** Nothing came back (external-secrets.md 4.6, 4.12). What it makes as a whole is deleted, unless somebody else owns it; ESO asks for neither. */
export const deleteEmptyObject: PassStep<ValuesRead, ValuesRead> = async (state, tools, signal) => {
  const { values, input, targetKey, target, uid } = state
  const { deletionPolicy, creationPolicy } = input.resource.spec.target
  if (values.data.size > 0 || deletionPolicy === 'Merge') return { state }
  if (deletionPolicy === 'Retain') return { end: { kind: 'done', says: 'retained', wrote: false } }
  const { kind } = targetKindOf(state)
  if (creationPolicy !== 'Owner' && creationPolicy !== 'Orphan')
    throw new SyncFailure(
      'deleteOtherObject',
      `unable to delete ${kind} ${targetKey.name}: creationPolicy=${creationPolicy} does not make it`,
    )
  const targets = await objectTargetsOf(state, tools, signal)
  const live = target.state === 'present' ? await targets.read(targetKey, signal) : undefined
  if (live && isControlledByAnother(live, uid))
    throw new SyncFailure('deleteOtherObject', `unable to delete ${kind} ${targetKey.name}: it is controlled by somebody else`)
  const isDeleted = live !== undefined && (await deleteTarget(targets, live, 'deleteResource', signal))
  if (isDeleted) tools.note({ type: 'Normal', reason: 'Deleted', message: `Deleted ${kind} ${targetKey.name}` })
  return { end: { kind: 'done', says: 'deleted', wrote: isDeleted } }
}
