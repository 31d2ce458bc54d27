import { createHash } from 'node:crypto'
import type { KubeClient } from '../servers/kube-client.ts'
import type { KubeObject } from '../servers/kube-object.ts'

/** Reconciled by ESO as external-secrets.md 4.7 to 4.14 and 10 say, written out here a second time: nothing of ours decides what is right. */
const MARKS = 'reconcile.external-secrets.io'
const MANAGER = 'externalsecrets.external-secrets.io/'
export const FINALIZER = 'externalsecrets.external-secrets.io/externalsecret-cleanup'

type Texts = Readonly<Record<string, string>>

/** An ExternalSecret and a Secret as the API server gives them. */
export interface Metadata {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly resourceVersion: string
  readonly generation?: number
  readonly labels?: Texts
  readonly annotations?: Texts
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly { readonly kind: string; readonly uid: string; readonly controller?: boolean }[]
  readonly managedFields?: readonly {
    readonly manager: string
    readonly operation: string
    readonly fieldsV1?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }[]
}

export interface LiveExternalSecret {
  readonly metadata: Metadata
  readonly spec: { readonly target?: { readonly creationPolicy?: string } }
  readonly status?: {
    readonly refreshTime?: string
    readonly syncedResourceVersion?: string
    readonly binding?: { readonly name?: string }
    readonly conditions?: readonly Texts[]
  }
}

export interface LiveSecret {
  readonly metadata: Metadata
  readonly data?: Texts
}

export interface SyncedByEso {
  readonly name: string
  readonly spec: { readonly target?: { readonly creationPolicy?: string } }
  readonly labels?: Texts
  readonly annotations?: Texts
  /** What the Secret gets from it. */
  readonly data: Texts
  /** What the Secret holds that others wrote before. */
  readonly foreign?: Texts
  readonly refreshedAt: Date
}

/** Makes the ExternalSecret and its Secret in `namespace`, request by request as ESO would have. */
export async function leaveAsEso(client: KubeClient, namespace: string, synced: SyncedByEso): Promise<void> {
  const { name, spec, labels = {}, annotations = {}, data, foreign, refreshedAt } = synced
  const objects = `/apis/external-secrets.io/v1/namespaces/${namespace}/externalsecrets`
  const secrets = `/api/v1/namespaces/${namespace}/secrets`
  const by = `fieldManager=${encodeURIComponent(managerOf(name))}`
  const metadata = { name, labels, annotations, finalizers: [FINALIZER] }
  const head = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' }
  const created = (await client.call('POST', objects, { ...head, metadata, spec })) as unknown as LiveExternalSecret
  const policy = spec.target?.creationPolicy ?? 'Owner'
  const owner = { ...head, name, uid: created.metadata.uid, controller: true, blockOwnerDeletion: true }
  const all = { ...foreign, ...data }
  const secret = (before: object): object => ({
    ...before,
    metadata: {
      ...(before as { metadata?: object }).metadata,
      name,
      ...(policy === 'Owner' && { ownerReferences: [owner] }),
      labels: {
        ...labels,
        ...(policy === 'Owner' && { [`${MARKS}/created-by`]: hash(`${namespace}/${name}`) }),
        [`${MARKS}/managed`]: 'true',
      },
      annotations: { ...annotations, [`${MARKS}/data-hash`]: dataHash(all) },
    },
    data: mapped(all, (text) => Buffer.from(text).toString('base64')),
  })
  if (foreign) {
    await client.call('POST', `${secrets}?fieldManager=kubectl-create`, { metadata: { name }, stringData: foreign })
    const label = { metadata: { labels: { [`${MARKS}/managed`]: 'true' } } }
    const labelled = await client.call('PATCH', `${secrets}/${name}?${by}`, label)
    await client.call('PUT', `${secrets}/${name}?${by}`, secret(labelled))
  } else await client.call('POST', `${secrets}?${by}`, secret({}))
  const refreshTime = refreshedAt.toISOString().replace(/\.\d+Z$/, 'Z')
  const ready = { type: 'Ready', status: 'True', reason: 'SecretSynced', message: 'secret synced' }
  const status = {
    refreshTime,
    syncedResourceVersion: versionOf(created.metadata),
    binding: { name },
    conditions: [{ ...ready, lastTransitionTime: refreshTime }],
  }
  await client.call('PATCH', `${objects}/${name}/status?fieldManager=external-secrets`, { status })
}

/** Everything for which ESO, started now, would write the Secret or read its values at once; empty where it would leave all as it is. */
export function whatEsoWouldMind(object: LiveExternalSecret, secret: LiveSecret, written: readonly string[]): readonly string[] {
  const { metadata, status = {} } = object
  const { labels = {}, annotations = {}, ownerReferences = [], managedFields = [] } = secret.metadata
  const manager = managerOf(metadata.name)
  const owned = managedFields.filter((entry) => entry.manager === manager && entry.operation === 'Update')
  const keys = owned.flatMap(({ fieldsV1 }) => Object.keys(fieldsV1?.['f:data'] ?? {})).filter((key) => key !== '.')
  const isOwner = (object.spec.target?.creationPolicy ?? 'Owner') === 'Owner'
  const owners = isOwner ? [`ExternalSecret ${metadata.uid} true`] : []
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  const facts: readonly (readonly [what: string, is: unknown, wanted: unknown])[] = [
    ['managed label', labels[`${MARKS}/managed`], 'true'],
    ['created-by label', labels[`${MARKS}/created-by`], isOwner ? hash(`${metadata.namespace}/${metadata.name}`) : undefined],
    ['data-hash', annotations[`${MARKS}/data-hash`], dataHash(mapped(secret.data ?? {}, decoded))],
    [
      'keys of its field manager',
      keys.toSorted().join(),
      written
        .toSorted()
        .map((key) => `f:${key}`)
        .join(),
    ],
    ['owners', ownerReferences.map(({ kind, uid, controller }) => `${kind} ${uid} ${controller}`).join(), owners.join()],
    ['version', status.syncedResourceVersion, versionOf(metadata)],
    ['binding', status.binding?.name, metadata.name],
    ['condition', `${ready?.['status']} ${ready?.['reason']}: ${ready?.['message']}`, 'True SecretSynced: secret synced'],
    ['refreshTime', Date.parse(status.refreshTime ?? '') <= Date.now(), true],
  ]
  return facts
    .filter(([, is, wanted]) => is !== wanted)
    .map(([what, is, wanted]) => `${what}: ${String(is)} instead of ${String(wanted)}`)
}

export function managerOf(name: string): string {
  return MANAGER.length + name.length > 63 ? `${MANAGER}sha3/${hash(name)}` : MANAGER + name
}

export function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString()
}

export function found(object: KubeObject | undefined): KubeObject {
  if (object === undefined) throw new Error('the object is not there')
  return object
}

export function mapped(texts: Texts, change: (text: string) => string): Texts {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, change(text)]))
}

function versionOf({ generation = 0, labels, annotations }: Metadata): string {
  return `${generation}-${hash(`{annotations:${goMap(annotations)} labels:${goMap(labels)}}`)}`
}

function dataHash(data: Texts): string {
  return hash(goMap(mapped(data, (text) => `[${[...Buffer.from(text)].join(' ')}]`)))
}

/** Go's `%+v` of a map whose keys are ASCII. */
function goMap(texts: Texts = {}): string {
  const entries = Object.keys(texts).toSorted()
  return `map[${entries.map((key) => `${key}:${texts[key]}`).join(' ')}]`
}

function hash(text: string): string {
  return createHash('sha3-224').update(text).digest('hex')
}
