import { refreshVerdict } from '../../../refresh/refresh-checks.ts'
import { conditionOf } from '../../conditions.ts'
import { clusterTemplates, readsTemplates } from '../cluster-templates.ts'
import type { Due, PassStep, TargetFound } from '../pass-state.ts'
import type { PassTools } from '../pass-tools.ts'
import { refreshInput } from '../refresh-input.ts'

/** Whether values are read at all (external-secrets.md 4.3). Where detectors vouch for all that it holds, its turn comes to nothing more than that. */
export const decideRefresh: PassStep<TargetFound, Due> = async (state, tools) => {
  const { target, input, object, now } = state
  // An Orphan is left alone once it is made, also when it is gone (external-secrets.md 4.4).
  const targetIsIntact = input.resource.spec.target.creationPolicy === 'Orphan' || (target.state === 'present' && target.isIntact)
  const facts = { ...refreshInput(object, input.resource.spec, tools, now), targetIsIntact }
  const { due, reason } = refreshVerdict(facts)
  if (!due) return { end: { kind: 'notDue', reason } }
  const isWell = conditionOf(object.status?.conditions, 'Ready')?.status === 'True'
  if (reason === 'IntervalElapsed' && isWell && (await isVouchedFor(state, tools)) && (await hasSameTemplates(state, tools)))
    return { end: { kind: 'done', says: 'asBefore', wrote: false } }
  return { state: { ...state, reason } }
}

/**
 * While a provider is away a turn reads, and says that it could not: nobody can vouch for the Secret then. After a restart what earlier processes knew of
 * its keys counts, also for an object whose turn comes at once: what nobody knew is told as such.
 */
async function isVouchedFor({ object: { metadata }, input }: TargetFound, { notices }: PassTools): Promise<boolean> {
  if (!notices.watches(metadata)) await notices.holds(metadata, input.resource, undefined)
  return notices.watches(metadata) && !notices.isAway(metadata)
}

/** Detectors know nothing of templates in the cluster: a turn looks whether they are the ones that it was shaped with. Throws SyncFailure `update`. */
async function hasSameTemplates({ object, input, targetKey, now }: TargetFound, tools: PassTools): Promise<boolean> {
  const { spec } = input.resource
  if (!readsTemplates(spec)) return true
  const { digest } = await clusterTemplates(spec, targetKey.namespace, tools.objects, { now })
  return digest === tools.memory.get(object.metadata.uid ?? '')?.templatesDigest
}
