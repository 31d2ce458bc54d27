import type { DataFromEntry, ExternalSecret, StoreRef } from '../../api/external-secret.ts'
import { otherStoresOfEntry } from '../../api/when-missing.ts'
import { nextRefreshAt } from '../../refresh/next-refresh.ts'
import { type Condition, conditionOf } from '../conditions.ts'
import type { DashboardView, SecretRow, SourceRow, StoreRow } from '../dashboard/dashboard-view.ts'
import type { StoreDetection } from '../detection/detection-schedule.ts'
import { storeChecks } from '../detection/store-checks.ts'
import type { StoreKubeObject } from '../stores/store-kube-object.ts'
import { type ExternalSecretObject, refreshedAt } from './external-secret-object.ts'
import { isPartial } from './next-status.ts'
import { readSpecOf } from './read-spec-of.ts'
import { refreshInput } from './refresh-input.ts'

/** What the controller of ExternalSecrets knows, at one moment. Times in milliseconds since the epoch. */
export interface ExternalSecretsFacts {
  readonly externalSecrets: Iterable<ExternalSecretObject>
  readonly stores: Iterable<StoreKubeObject>
  /** What the next refresh of an object depends on beside its status. */
  readonly refreshOf: (object: ExternalSecretObject) => Parameters<typeof refreshInput>[2]
  /** Keys that it holds and their versions, in turn. */
  readonly heldBy: (object: ExternalSecretObject) => readonly string[]
  /** When its next pass is; undefined where another process leads. */
  readonly nextPassAt: (object: ExternalSecretObject) => number | undefined
  readonly validationOf: (store: StoreKubeObject) => StoreValidation | undefined
  readonly detections: readonly StoreDetection[]
  readonly now: number
}

/** Of a store: when it was validated last, and will be. */
export interface StoreValidation {
  readonly lastAt: number | undefined
  readonly nextAt: number | undefined
}

/** The pages of duty B: a row an ExternalSecret, as its status and its spec have it. */
export function externalSecretsView(facts: ExternalSecretsFacts): DashboardView {
  const secrets = Array.from(facts.externalSecrets, (object) => secretRow(object, facts))
  const users = new Map<string, number>()
  for (const { sources } of secrets)
    for (const store of new Set(sources.map((source) => source.store))) users.set(store, (users.get(store) ?? 0) + 1)
  const detections = Map.groupBy(facts.detections, ({ name }) => name)
  const stores = Array.from(facts.stores, (store) => storeRow(store, users, detections, facts.validationOf(store)))
  return { at: facts.now, stores, secrets, applications: [], pauses: [] }
}

function secretRow(object: ExternalSecretObject, facts: ExternalSecretsFacts): SecretRow {
  const { namespace = '', name, uid = '' } = object.metadata
  const ready = conditionOf(object.status?.conditions, 'Ready')
  const refresh = facts.refreshOf(object)
  const resource = readSpecOf(object).value
  const known = refresh.memory.get(uid)
  const lastAt = Math.max(refreshedAt(object) ?? 0, known?.checkedAt ?? 0)
  // Of a write before this process nothing is known but that the condition was last another one.
  const changedAt = known?.changedAt ?? Date.parse(ready?.lastTransitionTime ?? '')
  return {
    namespace,
    name,
    target: resource ? targetText(resource, name) : name,
    state: stateOf(ready?.status, lastAt),
    isPartial: isPartial(object),
    reason: reasonOf(ready, refresh.memory.failureOf(uid)),
    sources: resource ? sourcesOf(resource, namespace, facts.heldBy(object)) : [],
    changedAt: Number.isNaN(changedAt) ? undefined : changedAt,
    refreshedAt: lastAt === 0 ? undefined : lastAt,
    ...nextCheck(object, resource, facts),
    applications: [],
  }
}

/** Where detectors vouch for what it holds, its own turns look at nothing. */
function nextCheck(
  object: ExternalSecretObject,
  resource: ExternalSecret | undefined,
  facts: ExternalSecretsFacts,
): Pick<SecretRow, 'nextCheckAt' | 'isTold'> {
  const refresh = facts.refreshOf(object)
  const isWell = conditionOf(object.status?.conditions, 'Ready')?.status === 'True'
  const look = isWell ? refresh.notices.nextLook(object.metadata) : undefined
  const nextCheckAt =
    look?.atMs ?? facts.nextPassAt(object) ?? (resource && nextRefreshAt(refreshInput(object, resource.spec, refresh, facts.now)))
  return { nextCheckAt, isTold: look?.isTold === true }
}

/** The condition has ESO's fixed text; what failed in the last pass is said by its event, and here. */
function reasonOf(ready: Condition | undefined, failure: string | undefined): string {
  const said = ready?.message ?? 'nothing has been said of it yet'
  return ready?.status === 'True' || failure === undefined ? said : `${said}: ${failure}`
}

function targetText({ spec: { target } }: ExternalSecret, name: string): string {
  const targetName = target.name ?? name
  return target.manifest ? `${target.manifest.kind} ${targetName}` : targetName
}

/** One that failed after it had been synced still has its last good value. */
function stateOf(ready: string | undefined, lastAt: number): SecretRow['state'] {
  if (ready === 'True') return 'synced'
  if (ready === undefined) return 'pending'
  return lastAt > 0 ? 'stale' : 'failed'
}

function sourcesOf(resource: ExternalSecret, namespace: string, held: readonly string[]): readonly SourceRow[] {
  const versions = new Map(held.flatMap((text, index) => (index % 2 === 0 ? [[text, held[index + 1] ?? '']] : [])))
  const rows = asked(resource).map(({ ref, key }) => ({
    store: ref ? storeText(ref, namespace) : '',
    key,
    version: versions.get(key) ?? '',
  }))
  return [...new Map(rows.map((row) => [`${row.store}\0${row.key}`, row])).values()]
}

/** What a store is asked for, those after it in `when-missing` as well. */
interface Asked {
  readonly ref: StoreRef | undefined
  readonly key: string
}

function asked(resource: ExternalSecret): readonly Asked[] {
  const { spec } = resource
  const own = spec.secretStoreRef
  const read = (ref: StoreRef | undefined, key: string, name: string): readonly Asked[] =>
    [ref, ...otherStoresOfEntry(resource, name)].map((store) => ({ ref: store, key }))
  return [
    ...(spec.data ?? []).flatMap(({ remoteRef, sourceRef, secretKey }) =>
      read(sourceRef?.storeRef ?? own, remoteRef.key, secretKey),
    ),
    ...(spec.dataFrom ?? []).flatMap(({ extract, find, sourceRef }, index) => {
      const ref = sourceRef?.storeRef ?? own
      if (find) return [{ ref, key: searchText(find) }]
      return extract ? read(ref, extract.key, `dataFrom[${index}]`) : []
    }),
  ]
}

function searchText({ path, name, tags = {} }: NonNullable<DataFromEntry['find']>): string {
  const terms = [
    ...(path ? [`path ${path}`] : []),
    ...(name?.regexp === undefined ? [] : [`name ${name.regexp}`]),
    ...Object.entries(tags).map(([tag, value]) => `tag ${tag}=${value}`),
  ]
  return `search: ${terms.join(', ')}`
}

function storeText({ kind, name = '' }: StoreRef, namespace: string): string {
  return kind === 'ClusterSecretStore' ? `${kind} ${name}` : `SecretStore ${namespace}/${name}`
}

function storeRow(
  { metadata, spec, status }: StoreKubeObject,
  users: ReadonlyMap<string, number>,
  detections: ReadonlyMap<string, readonly StoreDetection[]>,
  validation: StoreValidation | undefined,
): StoreRow {
  const { namespace, name: own } = metadata
  const name = namespace === undefined ? `ClusterSecretStore ${own}` : `SecretStore ${namespace}/${own}`
  const ready = conditionOf(status?.conditions, 'Ready')
  const checks = storeChecks(detections.get(name) ?? [])
  const telling = checks?.text ?? conditionOf(status?.conditions, 'Watched')?.message
  const isReady = ready?.status === 'True' && checks?.isAway !== true
  return {
    name,
    provider: providerOf(spec),
    health: ready === undefined ? 'unknown' : isReady ? 'ready' : 'not ready',
    reason: [ready?.message ?? 'not validated yet', telling].filter((text) => text !== undefined).join('; '),
    users: users.get(name) ?? 0,
    checkedAt: latest(validation?.lastAt, checks?.lastAt),
    nextCheckAt: earliest(validation?.nextAt, checks?.nextAt),
  }
}

function latest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other)
}

function earliest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}

function providerOf(spec: unknown): string {
  const provider = typeof spec === 'object' && spec !== null && 'provider' in spec ? spec.provider : undefined
  return typeof provider === 'object' && provider !== null ? (Object.keys(provider)[0] ?? '') : ''
}
