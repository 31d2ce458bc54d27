import { isDeepStrictEqual } from 'node:util'
import type { ClusterExternalSecret } from '../../api/cluster-external-secret.ts'
import { selectsLabels } from '../../api/selects-labels.ts'
import type { KubeObject, ObjectKey } from '../../kube/kube-object.ts'
import type { ExternalSecretObject } from '../external-secrets/external-secret-object.ts'
import type { ClusterExternalSecretObject, FailedNamespace } from './cluster-external-secret-object.ts'

/** What is to be done, so that each selected namespace has its ExternalSecret and no other has one. */
export interface PlannedChildren {
  readonly name: string
  readonly create: readonly ExternalSecretObject[]
  readonly update: readonly ExternalSecretObject[]
  readonly remove: readonly ExternalSecretObject[]
  /** Namespaces that have, or are about to have, what they should; sorted. */
  readonly provisioned: readonly string[]
  readonly failed: readonly FailedNamespace[]
}

const NAME_LABEL = 'kubernetes.io/metadata.name'
/** Of the ClusterExternalSecret, mirrored to what it made (external-secrets.md 6.1). */
const FORCE_SYNC = 'external-secrets.io/force-sync'

/** Pure. `children` are all ExternalSecrets that the object controls, wherever they are; `find` looks for any. */
export function plannedChildren(
  object: ClusterExternalSecretObject,
  resource: ClusterExternalSecret,
  namespaces: Iterable<KubeObject>,
  children: Iterable<ExternalSecretObject>,
  find: (key: ObjectKey) => ExternalSecretObject | undefined,
): PlannedChildren {
  const name = resource.spec.externalSecretName ?? object.metadata.name
  const selected = Array.from(namespaces)
    .filter((namespace) => isSelected(resource, namespace))
    .map(({ metadata }) => metadata.name)
    .toSorted((one, other) => (one < other ? -1 : 1))
  const create: ExternalSecretObject[] = []
  const update: ExternalSecretObject[] = []
  const provisioned: string[] = []
  const failed: FailedNamespace[] = []
  for (const namespace of selected) {
    const existing = find({ namespace, name })
    if (existing && !isControlledBy(existing, object)) {
      failed.push({ namespace, reason: 'external secret already exists in namespace' })
      continue
    }
    const wanted = childOf(object, resource, { namespace, name }, existing)
    if (!existing) create.push(wanted)
    else if (!isAlike(existing, wanted)) update.push(wanted)
    provisioned.push(namespace)
  }
  const remove = Array.from(children).filter(
    ({ metadata }) => metadata.name !== name || !selected.includes(metadata.namespace ?? ''),
  )
  return { name, create, update, remove, provisioned, failed }
}

/** Any selector, or any name, selects; without either nothing is. Namespaces that are going away get nothing. */
function isSelected({ spec }: ClusterExternalSecret, { metadata }: KubeObject): boolean {
  if (metadata.deletionTimestamp !== undefined) return false
  const labels = metadata.labels ?? {}
  const selectors = [...(spec.namespaceSelectors ?? []), ...(spec.namespaceSelector ? [spec.namespaceSelector] : [])]
  return (
    selectors.some((selector) => selectsLabels(selector, labels)) || (spec.namespaces ?? []).includes(labels[NAME_LABEL] ?? '')
  )
}

export function isControlledBy({ metadata }: KubeObject, { metadata: owner }: KubeObject): boolean {
  return (metadata.ownerReferences ?? []).some(({ controller, uid }) => controller === true && uid === owner.uid)
}

function childOf(
  { metadata: owner, spec }: ClusterExternalSecretObject,
  resource: ClusterExternalSecret,
  key: ObjectKey,
  existing: ExternalSecretObject | undefined,
): ExternalSecretObject {
  const { labels = {}, annotations = {} } = resource.spec.externalSecretMetadata ?? {}
  const forced = owner.annotations?.[FORCE_SYNC]
  const reference = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ClusterExternalSecret',
    name: owner.name,
    uid: owner.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    ...existing,
    metadata: {
      ...existing?.metadata,
      name: key.name,
      ...(key.namespace !== undefined && { namespace: key.namespace }),
      labels,
      annotations: { ...annotations, ...(forced !== undefined && { [FORCE_SYNC]: forced }) },
      ownerReferences: existing?.metadata.ownerReferences ?? [reference],
    },
    spec: externalSecretSpecOf(spec),
  }
}

/** As it is written: the API server fills in the same defaults here and there. */
function externalSecretSpecOf(spec: unknown): unknown {
  return typeof spec === 'object' && spec !== null && 'externalSecretSpec' in spec ? spec.externalSecretSpec : undefined
}

function isAlike(one: ExternalSecretObject, other: ExternalSecretObject): boolean {
  const said = ({ metadata, spec }: ExternalSecretObject): unknown => [{ ...metadata.labels }, { ...metadata.annotations }, spec]
  return isDeepStrictEqual(said(one), said(other))
}
