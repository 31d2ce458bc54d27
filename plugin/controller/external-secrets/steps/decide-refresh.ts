import { entriesOf } from '../../../expansion/entry.ts'
import { refreshVerdict } from '../../../refresh/refresh-checks.ts'
import { conditionOf } from '../../conditions.ts'
import { clusterTemplates, readsTemplates } from '../cluster-templates.ts'
import { CREATED_BY_LABEL, createdBy } from '../markers.ts'
import { RESOURCE_SUCCESSES, SUCCESSES } from '../outcome.ts'
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
  const mayBeAsBefore = reason === 'IntervalElapsed' && isWell && isAsLeft(state, tools)
  if (mayBeAsBefore && (await isVouchedFor(state, tools)) && (await hasSameTemplates(state, tools)))
    return { end: { kind: 'done', says: 'asBefore', wrote: false } }
  return { state: { ...state, reason } }
}

const MISSING: ReadonlySet<string | undefined> = new Set([SUCCESSES.missing.reason, RESOURCE_SUCCESSES.missing?.reason])

/**
 * Whether the target is as the last pass left it. Owners and labels that somebody took away, an Orphan that is gone, a Secret to merge into that has come
 * make nothing due by themselves (external-secrets.md 4.4; 9, 2): they wait for the turn, as in ESO. After a restart its marks have to do.
 */
function isAsLeft({ target, input, object, uid }: TargetFound, { memory }: PassTools): boolean {
  const { creationPolicy, manifest } = input.resource.spec.target
  if (creationPolicy === 'None') return true
  const wasMissing = MISSING.has(conditionOf(object.status?.conditions, 'Ready')?.reason)
  if (wasMissing || target.state !== 'present') return wasMissing && target.state !== 'present'
  const { metadata } = target.metadata
  const written = memory.get(uid)?.written
  // What is no Secret may have a status, which is nobody's edit.
  if (written && !manifest) return written.targetUid === metadata.uid && written.targetVersion === metadata.resourceVersion
  const made = creationPolicy === 'Owner' ? createdBy(metadata.namespace ?? '', object.metadata.name) : undefined
  return metadata.labels?.[CREATED_BY_LABEL] === made
}

/**
 * While a provider is away, or a store may not be used, a turn reads, and says that it could not: nobody can vouch for the Secret then. After a restart
 * what earlier processes knew of its keys counts, also for an object whose turn comes at once: what nobody knew is told as such.
 */
async function isVouchedFor({ object: { metadata }, input, targetKey }: TargetFound, tools: PassTools): Promise<boolean> {
  const { notices, stores } = tools
  if (!notices.watches(metadata)) await notices.holds(metadata, input.resource, undefined)
  if (!notices.watches(metadata) || notices.isAway(metadata)) return false
  const refs = entriesOf(input.resource.spec).flatMap((entry) => (entry.generatorRef ? [] : entry.store))
  return await stores.areUsable(refs, targetKey.namespace)
}

/** Detectors know nothing of templates in the cluster: a turn looks whether they are the ones that it was shaped with. Throws SyncFailure `update`. */
async function hasSameTemplates({ object, input, target, targetKey, now }: TargetFound, tools: PassTools): Promise<boolean> {
  const { spec } = input.resource
  const shapesNothing = spec.target.creationPolicy === 'None' || target.state !== 'present'
  if (shapesNothing || !readsTemplates(spec)) return true
  const { digest } = await clusterTemplates(spec, targetKey.namespace, tools.objects, { now })
  return digest === tools.memory.get(object.metadata.uid ?? '')?.templatesDigest
}
