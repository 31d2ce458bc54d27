import { isDeepStrictEqual } from 'node:util'
import { isKubeError } from '../../../kube/kube-error.ts'
import type { KubeObject } from '../../../kube/kube-object.ts'
import { quoteName } from '../../../model/quote-name.ts'
import { dataHash } from '../../../refresh/object-hash.ts'
import { contentDigest } from '../content-digest.ts'
import { DATA_HASH_ANNOTATION } from '../markers.ts'
import { mutateSecret } from '../mutate-secret.ts'
import type { ContentShaped, PassStep, Target } from '../pass-state.ts'
import type { PassTools } from '../pass-tools.ts'
import type { WrittenTarget } from '../refresh-memory.ts'
import { type SecretObject, secretBytes } from '../secret-object.ts'
import { SyncFailure } from '../sync-failure.ts'
import { askedTarget } from './find-target.ts'

interface Written {
  readonly secret: KubeObject
  readonly wrote: boolean
}

/** Creates or updates the Secret, or finds that it is as it is to be (external-secrets.md 4.7 to 4.10). Ends the pass. */
export const writeSecret: PassStep<ContentShaped, never> = async (state, tools, signal) => {
  const { uid, now, target } = state
  const digest = contentDigest(state)
  const before = tools.memory.get(uid)?.written
  const isAsBefore = before?.contentDigest === digest && target.state === 'present' && isStill(target, before)
  const { secret, wrote } = isAsBefore ? { secret: target.metadata, wrote: false } : await write(state, tools, signal)
  const { uid: targetUid = '', resourceVersion: targetVersion = '' } = secret.metadata
  tools.memory.set(uid, {
    ...tools.memory.get(uid),
    checkedAt: now,
    ...(wrote && { changedAt: now }),
    templatesDigest: state.templatesDigest,
    written: { contentDigest: digest, targetUid, targetVersion },
  })
  return { end: { kind: 'done', says: 'synced', wrote, standIns: state.values.standIns } }
}

function isStill({ isIntact, metadata: { metadata } }: Target & { readonly state: 'present' }, written: WrittenTarget): boolean {
  return isIntact && written.targetUid === metadata.uid && written.targetVersion === metadata.resourceVersion
}

async function write(state: ContentShaped, tools: PassTools, signal: AbortSignal): Promise<Written> {
  const { target, targetKey } = state
  if (target.state === 'present')
    return change(state, target.full ?? (await tools.targets.read(targetKey, signal)), tools, signal)
  try {
    return await create(state, tools, signal)
  } catch (thrown) {
    if (!isKubeError(thrown, 'AlreadyExists')) throw thrown
    const asked = await askedTarget(state, tools, signal)
    return change(state, asked.state === 'present' ? asked.full : undefined, tools, signal)
  }
}

async function change(
  state: ContentShaped,
  existing: SecretObject | undefined,
  tools: PassTools,
  signal: AbortSignal,
): Promise<Written> {
  if (!existing) return create(state, tools, signal)
  return existing.immutable === true && state.input.resource.spec.target.immutable !== true
    ? updateImmutable(state, existing, tools, signal)
    : update(state, existing, mutated(state, existing), tools, signal)
}

async function create(state: ContentShaped, { targets, note }: PassTools, signal: AbortSignal): Promise<Written> {
  const secret = await targets.create(mutated(state, undefined), state.fieldManager, signal)
  note({ type: 'Normal', reason: 'Created', message: 'secret created' })
  return { secret, wrote: true }
}

async function update(
  { fieldManager, input }: ContentShaped,
  existing: SecretObject,
  wanted: SecretObject,
  { targets, note }: PassTools,
  signal: AbortSignal,
): Promise<Written> {
  checkType(existing, wanted, input.resource.spec.target.creationPolicy)
  const { managedFields: _, ...metadata } = existing.metadata
  if (isDeepStrictEqual(plain({ ...existing, metadata }), plain(wanted))) return { secret: existing, wrote: false }
  const secret = await targets.update(wanted, fieldManager, signal)
  note({ type: 'Normal', reason: 'Updated', message: 'secret updated' })
  return { secret, wrote: true }
}

/** The API server would say no more than that the field cannot change (Kubernetes, ValidateSecretUpdate). Throws SyncFailure `update`. */
function checkType({ type, metadata }: SecretObject, wanted: SecretObject, creationPolicy: string): void {
  if (type === undefined || wanted.type === type) return
  const isWholeOurs = creationPolicy === 'Owner' || creationPolicy === 'Orphan'
  const remedy = isWholeOurs ? 'delete the Secret: it is made anew' : 'take spec.target.template.type away'
  throw new SyncFailure(
    'update',
    `unable to update secret ${metadata.name}: its type is ${quoteName(type)} and can never be ${quoteName(wanted.type ?? '')} (${remedy})`,
  )
}

/** Metadata may change; when data or type would have to, it fails after that (external-secrets.md 4.10). */
async function updateImmutable(
  state: ContentShaped,
  existing: SecretObject,
  tools: PassTools,
  signal: AbortSignal,
): Promise<Written> {
  const wanted = mutated(state, existing)
  const { data: _, type: __, ...others } = wanted
  const hash = dataHash(secretBytes(existing))
  const allowed: SecretObject = {
    ...others,
    ...(existing.data && { data: existing.data }),
    ...(existing.type !== undefined && { type: existing.type }),
    metadata: { ...wanted.metadata, annotations: { ...wanted.metadata.annotations, [DATA_HASH_ANNOTATION]: hash } },
  }
  const written = await update(state, existing, allowed, tools, signal)
  if (wanted.type !== existing.type || !isDeepStrictEqual({ ...wanted.data }, { ...existing.data }))
    throw new SyncFailure('immutable', `unable to update secret ${existing.metadata.name}: secret is immutable`)
  return written
}

function mutated({ input, object, uid, targetKey, content }: ContentShaped, existing: SecretObject | undefined): SecretObject {
  const { creationPolicy, immutable = false } = input.resource.spec.target
  return mutateSecret({
    existing,
    externalSecret: { name: object.metadata.name, namespace: targetKey.namespace, uid },
    targetName: targetKey.name,
    creationPolicy,
    immutable,
    content: existing && immutable ? undefined : content,
  })
}

/** Empty maps and lists are as good as none. */
function plain({ metadata, data, ...others }: SecretObject): unknown {
  const { labels, annotations, finalizers, ownerReferences, ...rest } = metadata
  return {
    ...others,
    data: { ...data },
    metadata: {
      ...rest,
      labels: { ...labels },
      annotations: { ...annotations },
      finalizers: finalizers ?? [],
      ownerReferences: ownerReferences ?? [],
    },
  }
}
