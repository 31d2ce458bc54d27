import type { ApplicationRow, DashboardView, SecretRow, SourceRow, StoreRow } from '../dashboard/dashboard-view.ts'
import type { NextLook, StoreDetection } from '../detection/detection-schedule.ts'
import { storeChecks } from '../detection/store-checks.ts'
import { applicationId } from './application-view.ts'
import type { Pauses } from './pause-switch.ts'
import type { Waiting } from './refresh-backlog.ts'
import type { KeyUse, RenderIndex } from './render-index.ts'
import { countsText } from './stand-in-counts.ts'

/** What the controller of Applications knows, at one moment. */
export interface ApplicationsFacts {
  readonly index: Pick<RenderIndex, 'ids' | 'usesOf' | 'standInsOf'>
  readonly waiting: Iterable<Waiting>
  readonly detections: readonly StoreDetection[]
  /** When what an Application uses is looked at next. */
  readonly nextLook: (id: string) => NextLook | undefined
  /** Stores whose last good values stood in for the last render, by Application. */
  readonly staleStores: ReadonlyMap<string, readonly string[]>
  /** Stores, or `argocd` itself, that nothing is refreshed for until they are well again. */
  readonly stopped: readonly string[]
}

/** The pages of duty A: one row an Application with all keys that its render read. `now` in milliseconds since the epoch. */
export function applicationsView(facts: ApplicationsFacts, pauses: Pauses, now: number): DashboardView {
  const detections = Map.groupBy(facts.detections, ({ name }) => name)
  const secrets = [...facts.index.ids()].map((id) => secretRow(id, facts, detections))
  return {
    at: now,
    stores: storeRows(secrets, detections, facts.stopped),
    secrets,
    applications: Array.from(facts.waiting, applicationRow),
    pauses: [
      ...(pauses.all ? ['all'] : []),
      ...Array.from(pauses.projects, (project) => `project ${project}`),
      ...Array.from(pauses.stores, (store) => `store ${store}`),
    ],
  }
}

function secretRow(id: string, facts: ApplicationsFacts, detections: ReadonlyMap<string, readonly StoreDetection[]>): SecretRow {
  const uses = facts.index.usesOf(id)
  const [first] = uses
  const stale = facts.staleStores.get(id) ?? []
  const reportedAt = uses.length === 0 ? undefined : Math.max(...uses.map(({ renderedAtMs }) => renderedAtMs))
  const standIns = countsText(facts.index.standInsOf(id))
  const look = facts.nextLook(id)
  return {
    namespace: first?.application.namespace ?? '',
    name: first?.application.name ?? id,
    target: 'Secrets of the Application',
    state: stale.length > 0 ? 'stale' : 'synced',
    isPartial: standIns !== '',
    reason: `${stale.length > 0 ? `a provider is away: last good values of ${stale.join(', ')}` : 'rendered'}${standIns && `; partial: ${standIns}`}`,
    sources: uses.map(sourceRow),
    changedAt: undefined,
    refreshedAt: reportedAt,
    nextCheckAt: look?.atMs,
    // Of stores that nobody watches nothing is told.
    isTold: look?.isTold === true && uses.every(({ used }) => detections.has(used.store)),
    applications: [id],
  }
}

function sourceRow({ used }: KeyUse): SourceRow {
  return { store: used.store, key: used.key, version: used.version ?? 'absent' }
}

/** Stores that some Application read; those without a detector are known by name alone. */
function storeRows(
  secrets: readonly SecretRow[],
  detections: ReadonlyMap<string, readonly StoreDetection[]>,
  stopped: readonly string[],
): readonly StoreRow[] {
  const users = new Map<string, number>()
  for (const { sources } of secrets)
    for (const store of new Set(sources.map((source) => source.store))) users.set(store, (users.get(store) ?? 0) + 1)
  for (const name of detections.keys()) users.set(name, users.get(name) ?? 0)
  return Array.from(users, ([name, count]) => storeRow(name, count, detections.get(name), stopped.includes(name)))
}

function storeRow(name: string, users: number, detections: readonly StoreDetection[] | undefined, isStopped: boolean): StoreRow {
  const checks = storeChecks(detections ?? [])
  const times = { checkedAt: checks?.lastAt, nextCheckAt: checks?.nextAt }
  const row = { name, provider: detections?.[0]?.provider ?? '', users, ...times }
  if (isStopped) return { ...row, health: 'not ready', reason: 'refreshes failed: none is begun until it is tried again' }
  if (!checks) return { ...row, health: 'unknown', reason: 'nobody watches it: its intervals alone have Applications rendered' }
  return { ...row, health: checks.isAway ? 'not ready' : 'ready', reason: checks.text }
}

function applicationRow(waiting: Waiting): ApplicationRow {
  const { application, wishes, failures, isRendered } = waiting
  const all = [...wishes.values()]
  const noticed = `noticed by: ${[...new Set(all.map(({ cause }) => cause))].join(', ')}`
  return {
    project: application.project,
    name: applicationId(application),
    state: failures > 0 && !isRendered ? 'failed' : 'waiting',
    since: Math.min(...all.map(({ noticedAtMs }) => noticedAtMs)),
    keys: all.map(({ store, key }) => `${store} ${key}`),
    reason: waitsFor(waiting) ?? noticed,
  }
}

function waitsFor({ failures, isHeld, isBroken, isRendered }: Waiting): string | undefined {
  if (isHeld) return 'its sync windows are closed'
  if (isBroken) return 'it is broken, and rendered again once it can be compared'
  if (isRendered) return 'it is rendered, and Argo CD has begun no sync'
  return failures > 0 ? `${failures} attempts failed` : undefined
}
