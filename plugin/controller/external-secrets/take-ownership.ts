import type { KubeObject, OwnerReference } from '../../kube/kube-object.ts'
import { SyncFailure } from './sync-failure.ts'

const API_GROUP = 'external-secrets.io'
const KIND = 'ExternalSecret'

/** Who writes the Secret, and whether it is to be deleted with it. */
export interface Owner {
  readonly name: string
  readonly uid: string
  readonly creationPolicy: string
}

/**
 * The owner references that the Secret is to have (external-secrets.md 4.9). Other ExternalSecrets are told apart by name; API version and UID do not
 * matter. Throws SyncFailure when the Secret belongs to somebody else.
 */
export function takeOwnership(secret: Pick<KubeObject, 'metadata'>, owner: Owner): readonly OwnerReference[] {
  const references = secret.metadata.ownerReferences ?? []
  const controller = references.find((reference) => reference.controller === true)
  if (controller && isExternalSecret(controller) && controller.name !== owner.name)
    throw new SyncFailure('ownedByAnother', `secret is owned by another ExternalSecret: ${controller.name}`)
  const others = references.filter((reference) => !(isExternalSecret(reference) && reference.name === owner.name))
  if (owner.creationPolicy !== 'Owner') return others
  if (controller && !isExternalSecret(controller))
    throw new SyncFailure(
      'cannotOwn',
      `could not set controller reference on secret: it is controlled by ${controller.kind} ${controller.name}`,
    )
  return [...others, ownReference(owner)]
}

function ownReference({ name, uid }: Owner): OwnerReference {
  return { apiVersion: `${API_GROUP}/v1`, kind: KIND, name, uid, controller: true, blockOwnerDeletion: true }
}

/** Whether this very ExternalSecret controls the object: what a deletion may delete (external-secrets.md 4.11). */
export function isControlledBy({ metadata }: KubeObject, uid: string | undefined): boolean {
  return (
    uid !== undefined &&
    (metadata.ownerReferences ?? []).some((reference) => reference.controller === true && reference.uid === uid)
  )
}

/** Whether a controller owns it that is not this very ExternalSecret. */
export function isControlledByAnother({ metadata }: KubeObject, uid: string): boolean {
  return (metadata.ownerReferences ?? []).some((reference) => reference.controller === true && reference.uid !== uid)
}

function isExternalSecret({ apiVersion, kind }: OwnerReference): boolean {
  return kind === KIND && apiVersion.split('/')[0] === API_GROUP
}
