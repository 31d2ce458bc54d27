import { objectName } from '../api/object-name.ts'
import { creationPolicy, ownsTarget, targetName } from '../expansion/external-secret-input.ts'
import { metadataOf } from '../expansion/metadata.ts'
import { SecretError } from '../model/secret-error.ts'
import { shownFile } from '../model/shown-file.ts'
import type { ManifestObject, ManifestStream } from '../stream/manifest-document.ts'
import { mayHoldKind } from '../stream/may-hold-kind.ts'
import { readObjects } from '../stream/read-objects.ts'
import type { Inventory, StreamExternalSecret } from './inventory.ts'
import { secretUses, WORKLOAD_KINDS } from './secret-uses.ts'
import { annotationsOf, isThereFor, type SyncPosition, syncPosition } from './sync-position.ts'

/** A Secret that a render makes, when it is applied, and who uses it. */
interface UsedSecret {
  readonly found: StreamExternalSecret
  readonly position: SyncPosition
  readonly users: readonly { readonly object: ManifestObject; readonly position: SyncPosition }[]
}

/**
 * What goes wrong in the order of a sync (argocd.md 4.1): a Secret that comes after who needs it, one that a hook makes and so never
 * rotates, one that is deleted while something still uses it. Each is an InvalidSpec with the fix.
 */
export function orderProblems(
  streams: readonly ManifestStream[],
  { externalSecrets }: Inventory,
  namespace: string,
): readonly SecretError[] {
  const made = externalSecrets.filter(({ delivery, input }) => delivery === 'inline' && creationPolicy(input) !== 'None')
  if (made.length === 0) return []
  const users = usersBySecret(streams, namespace)
  return made
    .filter(({ input }) => ownsTarget(input) && !input.resource.spec.target.manifest)
    .flatMap((found) => {
      const position = syncPosition(metadataOf(found.input.resource).annotations)
      const used = { found, position, users: users.get(`${found.input.namespace}/${targetName(found.input)}`) ?? [] }
      return [comesTooLate(used), neverRotates(used), isDeletedTooEarly(used)].flat()
    })
}

function usersBySecret(streams: readonly ManifestStream[], namespace: string): ReadonlyMap<string, UsedSecret['users']> {
  const users = new Map<string, { object: ManifestObject; position: SyncPosition }[]>()
  const documents = streams.flatMap((stream) => stream.documents).filter((document) => mayHoldKind(document, WORDS))
  for (const object of documents.flatMap((document) => readObjects(document).objects)) {
    const position = syncPosition(annotationsOf(object.value))
    for (const name of new Set(secretUses(object).map(({ secret }) => secret))) {
      const id = `${object.namespace ?? namespace}/${name}`
      users.set(id, [...(users.get(id) ?? []), { object, position }])
    }
  }
  return users
}

const WORDS = [...WORKLOAD_KINDS, ...WORKLOAD_KINDS.map((kind) => `${kind}List`)]

function comesTooLate({ found, position, users }: UsedSecret): readonly SecretError[] {
  const early = users.find((user) => !isThereFor(position, user.position))
  if (!early) return []
  const needed = early.position.isHook
    ? `annotate it with argocd.argoproj.io/hook: ${early.position.phases.join(',')} and a sync-wave below ${early.position.wave}, or make a second ExternalSecret so annotated for the hook alone`
    : `give it the sync-wave ${early.position.wave} or a lower one`
  return [
    problem(
      found,
      `the Secret is applied (${said(position)}) after ${nameOf(early.object)} needs it (${said(early.position)})`,
      needed,
    ),
  ]
}

function neverRotates({ found, position, users }: UsedSecret): readonly SecretError[] {
  const ordinary = users.find((user) => !user.position.isHook)
  if (!position.isHook || !ordinary) return []
  const message = `a hook makes the Secret that ${nameOf(ordinary.object)} uses: it never rotates, since self-heal runs no hooks`
  return [
    problem(
      found,
      message,
      'remove argocd.argoproj.io/hook and use a lower sync-wave, or make a second ExternalSecret for the hook',
    ),
  ]
}

function isDeletedTooEarly({ found, position, users }: UsedSecret): readonly SecretError[] {
  if (!position.isHook || !position.deletePolicies.includes('HookSucceeded')) return []
  const still = users.find(
    (user) => !user.position.isHook || user.position.phases.some((phase) => !position.phases.includes(phase)),
  )
  if (!still) return []
  const message = `the Secret is deleted (HookSucceeded) while ${nameOf(still.object)} still uses it`
  return [problem(found, message, 'set argocd.argoproj.io/hook-delete-policy: BeforeHookCreation')]
}

function problem({ input }: StreamExternalSecret, message: string, remedy: string): SecretError {
  return new SecretError('InvalidSpec', message, { place: { ...input.place, field: 'metadata.annotations' }, remedy })
}

function nameOf({ value, document }: ManifestObject): string {
  return `${objectName(value)} (${shownFile(document.file)}:${document.line})`
}

function said({ phases, wave }: SyncPosition): string {
  return `${phases.join(' and ')}, wave ${wave}`
}
