import { createHash } from 'node:crypto'
import type { KubeObject } from '../../../kube/kube-object.ts'
import { clusterTemplates } from '../cluster-templates.ts'
import type { GenericObject } from '../generic-object.ts'
import type { ManagedTargets } from '../managed-targets.ts'
import { isAsWanted, mutateObject } from '../mutate-object.ts'
import { objectTargetsOf, targetKindOf } from '../object-targets-of.ts'
import type { PassStep, ValuesRead } from '../pass-state.ts'
import type { PassTools } from '../pass-tools.ts'
import { objectShaper, type ShapeObject } from '../shape-object.ts'

interface Written {
  readonly object: KubeObject
  readonly wrote: boolean
}

/** Creates or updates the object, or finds that it is as it is to be (external-secrets.md 4.12). Ends the pass. */
export const writeObject: PassStep<ValuesRead, never> = async (state, tools, signal) => {
  const { input, values, targetKey, uid, now, target } = state
  const targets = await objectTargetsOf(state, tools, signal)
  const asOf = { now, readAfterMs: values.readAfterMs }
  const templates = await clusterTemplates(input.resource.spec, targetKey.namespace, tools.objects, asOf)
  const shape = await objectShaper(input, values.data, templates.source, tools.templating, signal)
  const fresh = await shape(undefined)
  const digest = digestOf(state, fresh)
  const before = tools.memory.get(uid)?.written
  const isStill =
    before?.contentDigest === digest &&
    target.state === 'present' &&
    target.isIntact &&
    before.targetUid === target.metadata.metadata.uid &&
    before.targetVersion === target.metadata.metadata.resourceVersion
  const { object, wrote } = isStill
    ? { object: target.metadata, wrote: false }
    : await write(state, { targets, shape, fresh }, tools, signal)
  const { uid: targetUid = '', resourceVersion: targetVersion = '' } = object.metadata
  tools.memory.set(uid, {
    ...tools.memory.get(uid),
    checkedAt: now,
    templatesDigest: templates.digest,
    written: { contentDigest: digest, targetUid, targetVersion },
  })
  return { end: { kind: 'done', says: 'synced', wrote, standIns: values.standIns } }
}

interface Writing {
  readonly targets: ManagedTargets<GenericObject>
  readonly shape: ShapeObject
  readonly fresh: GenericObject
}

/** No field manager is named, as ESO names none: nothing is read from the record of who set which field. */
async function write(
  state: ValuesRead,
  { targets, shape, fresh }: Writing,
  { note }: PassTools,
  signal: AbortSignal,
): Promise<Written> {
  const { input, object, uid, targetKey, target } = state
  const { creationPolicy } = input.resource.spec.target
  const externalSecret = { name: object.metadata.name, namespace: targetKey.namespace, uid }
  const what = `${targetKindOf(state).kind} ${targetKey.name}`
  const existing = target.state === 'present' ? await targets.read(targetKey, signal) : undefined
  if (!existing) {
    const made = await targets.create(mutateObject({ existing, made: fresh, externalSecret, creationPolicy }), undefined, signal)
    note({ type: 'Normal', reason: 'Created', message: `Created ${what}` })
    return { object: made, wrote: true }
  }
  const merges = creationPolicy === 'Merge' || creationPolicy === 'CreateOrMerge'
  const made = merges ? await shape(existing) : fresh
  const wanted = mutateObject({ existing, made, externalSecret, creationPolicy })
  if (isAsWanted(existing, wanted)) return { object: existing, wrote: false }
  const written = await targets.update(wanted, undefined, signal)
  // The API server had filled in all that was missing, and nothing has changed.
  if (written.metadata.resourceVersion === existing.metadata.resourceVersion) return { object: written, wrote: false }
  note({ type: 'Normal', reason: 'Updated', message: `Updated ${what}` })
  return { object: written, wrote: true }
}

/** Equal for contents that would be written alike; stays in this process. */
function digestOf({ input }: ValuesRead, fresh: GenericObject): string {
  const said = [input.resource.spec.target.creationPolicy, fresh]
  return createHash('sha256').update(JSON.stringify(said)).digest().toString('base64', 0, 16)
}
