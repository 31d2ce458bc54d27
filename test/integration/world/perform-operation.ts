import { CLUSTER_EXTERNAL_SECRETS, CLUSTER_SECRET_STORES, EXTERNAL_SECRETS } from '../../../plugin/controller/resources.ts'
import { CONFIG_MAPS, NAMESPACES as NAMESPACE_RESOURCE, SECRETS } from '../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import type { StoredObject } from '../../support/emulators/kube/stored-object.ts'
import { RENAMED } from './draw-object.ts'
import { CLUSTER_STORE, EVERYWHERE, TEMPLATES, VAULT_STORE } from './names.ts'
import type { Operation, TargetEdit, WantedObject } from './operation.ts'
import type { World } from './world.ts'

type Spoken = KubeObject & { readonly [field: string]: unknown }

const FORCED = 'forced'
const MANAGED = 'reconcile.external-secrets.io/managed'
const HASH = 'reconcile.external-secrets.io/data-hash'

/** Lets an operation happen, but for what happens to the controller. */
export function performOperation(world: World, operation: Exclude<Operation, { readonly what: 'restart' }>): void {
  const { kube, vault } = world
  switch (operation.what) {
    case 'externalSecret':
      return putExternalSecret(world, operation)
    case 'externalSecretGone':
      return kube.remove(EXTERNAL_SECRETS, operation)
    case 'externalSecretForced':
      return force(world, operation)
    case 'secretStore':
      return world.putVaultStore(operation.namespace, operation.state)
    case 'clusterSecretStore':
      if (operation.state === 'gone') return kube.remove(CLUSTER_SECRET_STORES, { name: CLUSTER_STORE })
      return world.putClusterStore(operation.conditions, operation.controller)
    case 'login':
      return world.putLogin(operation.namespace, operation.state)
    case 'value':
      return operation.state === 'gone' ? world.removeValue(operation.key) : world.changeValue(operation.key)
    case 'writtenValue':
      return world.changeWritten(operation.namespace, operation.key, operation.state)
    case 'target':
      return editTarget(world, operation)
    case 'configMap':
      return putTemplate(world, operation)
    case 'namespaceTier':
      return putTier(world, operation)
    case 'clusterExternalSecret':
      return putEverywhere(world, operation.selects)
    case 'apiFault':
      return kube.inject({ status: operation.status }, { verb: operation.verb }, operation.times)
    case 'watches':
      return disturbWatches(world, operation.how)
    case 'providerFault':
      return vault.control.inject(operation.fault, operation.times)
  }
}

interface Place {
  readonly namespace: string
  readonly name: string
}

function putExternalSecret({ kube }: World, { namespace, name, object }: Place & { readonly object: WantedObject }): void {
  const { labels, annotations, spec } = ownedBy(name, object)
  const before = kube.get(EXTERNAL_SECRETS, { namespace, name })
  if (before?.metadata.deletionTimestamp !== undefined) return
  const wanted: Spoken = { metadata: { ...before?.metadata, namespace, name, labels, annotations }, spec }
  kube.put(EXTERNAL_SECRETS, wanted)
}

/** In a Secret that several make, each has names of its own. */
function ownedBy(name: string, object: WantedObject): WantedObject {
  const { target } = object.spec
  const text = JSON.stringify(object).replaceAll(RENAMED, `${name}-renamed`)
  return JSON.parse(
    target.name === undefined || target.name === RENAMED ? text : text.replaceAll(/\b(one|two|text|team|note)\b/g, `$1_${name}`),
  )
}

function force({ kube }: World, key: Place): void {
  const before = kube.get(EXTERNAL_SECRETS, key)
  if (!before) return
  const { status: _, ...object } = before
  const times = Number(before.metadata.annotations?.[FORCED] ?? 0)
  kube.put(
    EXTERNAL_SECRETS,
    withMetadata(object, { annotations: { ...before.metadata.annotations, [FORCED]: String(times + 1) } }),
  )
}

function putTemplate({ kube }: World, { namespace, text }: { readonly namespace: string; readonly text?: string }): void {
  const key = { namespace, name: TEMPLATES }
  if (text === undefined) return kube.remove(CONFIG_MAPS, key)
  const map: Spoken = { metadata: key, data: { file: text } }
  kube.put(CONFIG_MAPS, map)
}

function putTier({ kube }: World, { namespace, tier }: { readonly namespace: string; readonly tier?: string }): void {
  const before = kube.get(NAMESPACE_RESOURCE, { name: namespace })
  if (!before) return
  const { tier: _, ...labels } = before.metadata.labels ?? {}
  kube.put(NAMESPACE_RESOURCE, withMetadata(before, { labels: { ...labels, ...(tier !== undefined && { tier }) } }))
}

const SELECTORS = {
  gold: { namespaceSelectors: [{ matchLabels: { tier: 'gold' } }] },
  shop: { namespaces: ['shop'] },
  all: {
    namespaceSelectors: [
      { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop', 'bank'] }] },
    ],
  },
}

function putEverywhere({ kube }: World, selects: keyof typeof SELECTORS | undefined): void {
  const key = { name: EVERYWHERE }
  if (!selects) return kube.remove(CLUSTER_EXTERNAL_SECRETS, key)
  const externalSecretSpec = {
    refreshPolicy: 'Periodic',
    refreshInterval: '5m',
    secretStoreRef: { kind: 'SecretStore', name: VAULT_STORE },
    target: { creationPolicy: 'Owner', deletionPolicy: 'Delete' },
    dataFrom: [{ extract: { key: 'k1' } }],
  }
  const wanted: Spoken = { metadata: key, spec: { refreshTime: '5m', externalSecretSpec, ...SELECTORS[selects] } }
  kube.put(CLUSTER_EXTERNAL_SECRETS, wanted)
}

function disturbWatches({ kube }: World, how: 'cut' | 'end' | 'expire' | 'compact'): void {
  if (how === 'cut') kube.cutWatches()
  if (how === 'end') kube.endWatches()
  if (how === 'expire') kube.expireWatches()
  if (how !== 'compact') return
  kube.compact()
  kube.cutWatches()
}

function editTarget(world: World, { namespace, name, edit }: Place & { readonly edit: TargetEdit }): void {
  const { kube } = world
  const before = kube.get(SECRETS, { namespace, name })
  if (edit === 'gone') return kube.remove(SECRETS, { namespace, name })
  if (edit === 'made') {
    if (before) return
    const made: Spoken = { metadata: { namespace, name }, data: foreignKey(world) }
    kube.put(SECRETS, made)
    return
  }
  if (!before) return
  const edited = EDITS[edit](before, world)
  // An API server would refuse it (Kubernetes, immutable Secrets).
  if (before['immutable'] === true && JSON.stringify(edited['data']) !== JSON.stringify(before['data'])) return
  kube.put(SECRETS, edited)
}

const FOREIGN_KEY = 'foreign'

function foreignKey(world: World): Readonly<Record<string, string>> {
  return { [FOREIGN_KEY]: Buffer.from(world.nextText('foreign')).toString('base64') }
}

type Edit = (secret: StoredObject, world: World) => StoredObject

const EDITS: Readonly<Record<Exclude<TargetEdit, 'made' | 'gone'>, Edit>> = {
  keyAdded: (secret, world) => ({ ...secret, data: { ...dataOf(secret), ...foreignKey(world) } }),
  keyChanged(secret, world) {
    const [key] = Object.keys(dataOf(secret))
    const text = Buffer.from(world.nextText('edited')).toString('base64')
    return { ...secret, data: { ...dataOf(secret), ...(key !== undefined && { [key]: text }) } }
  },
  keyRemoved(secret) {
    const [, ...others] = Object.entries(dataOf(secret))
    return { ...secret, data: Object.fromEntries(others) }
  },
  managedRemoved(secret) {
    const { [MANAGED]: _, ...labels } = secret.metadata.labels ?? {}
    return withMetadata(secret, { labels })
  },
  hashRemoved(secret) {
    const { [HASH]: _, ...annotations } = secret.metadata.annotations ?? {}
    return withMetadata(secret, { annotations })
  },
  ownersRemoved: (secret) => withMetadata(secret, { ownerReferences: [] }),
  otherController(secret, { kube }) {
    const owner = kube.put(CONFIG_MAPS, { metadata: { namespace: secret.metadata.namespace ?? '', name: 'owner' } })
    const { uid = '' } = owner.metadata
    return withMetadata(secret, {
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, controller: true }],
    })
  },
  labelAdded: (secret) => withMetadata(secret, { labels: { ...secret.metadata.labels, foreign: 'yes' } }),
  frozen: (secret) => ({ ...secret, immutable: true }),
}

function dataOf(secret: StoredObject): Readonly<Record<string, string>> {
  return (secret['data'] ?? {}) as Readonly<Record<string, string>>
}

function withMetadata(object: StoredObject, change: Partial<StoredObject['metadata']>): StoredObject {
  return { ...object, metadata: { ...object.metadata, ...change } }
}
