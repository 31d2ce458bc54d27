import { deleteTarget } from '../delete-target.ts'
import { createdBy } from '../markers.ts'
import type { PassStep, ValuesRead } from '../pass-state.ts'

/** Secrets that it made under other names: `spec.target.name` was changed (external-secrets.md 4.11). */
export const deleteOrphans: PassStep<ValuesRead, ValuesRead> = async (state, { targets, note }, signal) => {
  const { input, targetKey, object } = state
  if (input.resource.spec.target.creationPolicy !== 'Owner') return { state }
  const own = targets.createdBy(targetKey.namespace, createdBy(targetKey.namespace, object.metadata.name))
  for (const secret of own.filter(({ metadata }) => metadata.name !== targetKey.name)) {
    if (await deleteTarget(targets, secret, 'deleteOrphans', signal))
      note({ type: 'Normal', reason: 'Deleted', message: 'secret deleted because it was orphaned' })
  }
  return { state }
}
