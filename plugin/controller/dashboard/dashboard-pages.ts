import { age } from './age.ts'
import type { ApplicationRow, DashboardView, SecretRow, StoreRow } from './dashboard-view.ts'
import { type Html, html } from './html.ts'
import { page, stateMark, table } from './page.ts'
import { PARTIAL, type SecretFilter, type SecretList, secretList } from './secret-list.ts'

/** Rows of what needs somebody that the first page shows at most. */
const SHOWN_FIRST = 50

/** What needs somebody, and how much is well. */
export function overviewPage(view: DashboardView): string {
  const trouble = secretList(
    view.secrets.filter(({ state }) => state !== 'synced'),
    { namespace: '', state: '', search: '', page: 1 },
  )
  const badStores = view.stores.filter(({ health }) => health !== 'ready')
  const body = html`<dl>
<dt>ExternalSecrets</dt><dd>${countsOf(view.secrets.map(({ state }) => state))}</dd>
<dt>Partial</dt><dd>${partialText(view)}</dd>
<dt>Stores</dt><dd>${countsOf(view.stores.map(({ health }) => health))}</dd>
<dt>Applications</dt><dd>${countsOf(view.applications.map(({ state }) => state))}</dd></dl>
<h2>Needs attention</h2>
${secretTable('ExternalSecrets that are not in sync, the worst first', trouble.rows.slice(0, SHOWN_FIRST), view.at, 'Every ExternalSecret is in sync.')}
${storeTable('Stores that are not ready', badStores, view.at, 'Every store is ready.')}
${applicationTable('Applications that wait', view.applications, view.at, 'No Application waits.')}`
  return page('Overview', '/dashboard', view, body)
}

export function secretsPage(view: DashboardView, filter: SecretFilter): string {
  const list = secretList(view.secrets, filter)
  const namespaces = [...new Set(view.secrets.map(({ namespace }) => namespace))].sort()
  const body = html`<form method="get" action="/dashboard/secrets" role="search">
<label>Namespace ${selection('namespace', ['', ...namespaces], filter.namespace)}</label>
<label>State ${selection('state', ['', 'failed', 'stale', 'pending', 'synced', PARTIAL], filter.state)}</label>
<label>Search <input type="search" name="search" value="${filter.search}" placeholder="name, store or key"></label>
<button>Show</button></form>
${secretTable(`${list.total} ExternalSecrets`, list.rows, view.at, 'There is none like this.')}
${pageLinks(list, filter)}`
  return page('ExternalSecrets', '/dashboard/secrets', view, body)
}

/** One ExternalSecret with everything that is known of it; `undefined` when there is none. */
export function secretPage(view: DashboardView, namespace: string, name: string): string | undefined {
  const secret = view.secrets.find((row) => row.namespace === namespace && row.name === name)
  if (!secret) return undefined
  const sources = secret.sources.map(({ store, key, version }) => [html`${store}`, html`${key}`, html`${version || '–'}`])
  const body = html`<h2>${namespace}/${name}</h2>
<dl><dt>State</dt><dd>${stateMarks(secret)}</dd><dt>Why</dt><dd>${secret.reason}</dd>
<dt>Target</dt><dd>${secret.target}</dd>
<dt>Last change</dt><dd>${age(secret.changedAt, view.at)}</dd>
<dt>Last refresh</dt><dd>${age(secret.refreshedAt, view.at)}</dd>
<dt>Next check</dt><dd>${nextCheck(secret, view.at)}</dd>
<dt>Applications</dt><dd>${secret.applications.join(', ') || '–'}</dd></dl>
${table('Sources', ['Store', 'Key', 'Version'], sources, 'It reads no store.')}`
  return page(`${namespace}/${name}`, '/dashboard/secrets', view, body)
}

export function storesPage(view: DashboardView): string {
  return page(
    'Stores',
    '/dashboard/stores',
    view,
    storeTable(`${view.stores.length} stores`, view.stores, view.at, 'There is no store.'),
  )
}

export function applicationsPage(view: DashboardView): string {
  const body = applicationTable('Applications that are to be rendered anew', view.applications, view.at, 'No Application waits.')
  return page('Applications', '/dashboard/applications', view, body)
}

function countsOf(states: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1)
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ') || 'none'
}

/** How many rows have something that stands in for what does not exist, and where they are. */
function partialText({ secrets }: DashboardView): Html {
  const count = secrets.filter(({ isPartial }) => isPartial).length
  if (count === 0) return html`none`
  return html`<a href="/dashboard/secrets?state=${PARTIAL}">${count}, in which something stands in for what does not exist</a>`
}

function stateMarks({ state, isPartial }: SecretRow): Html {
  return html`${stateMark(state)}${isPartial ? html` ${stateMark(PARTIAL)}` : undefined}`
}

function secretTable(caption: string, rows: readonly SecretRow[], now: number, empty: string): Html {
  const heads = ['ExternalSecret', 'State', 'Why', 'Sources', 'Last change', 'Last refresh', 'Next check']
  const cells = rows.map((row) => [
    html`<a href="/dashboard/secrets/${encodeURIComponent(row.namespace)}/${encodeURIComponent(row.name)}">${row.namespace}/${row.name}</a>`,
    stateMarks(row),
    html`${row.reason}`,
    html`${row.sources.slice(0, 3).map(({ store, key, version }) => html`<div>${store} ${key} <span class="quiet">${version}</span></div>`)}${row.sources.length > 3 ? html`<div class="quiet">and ${row.sources.length - 3} more</div>` : undefined}`,
    age(row.changedAt, now),
    age(row.refreshedAt, now),
    nextCheck(row, now),
  ])
  return table(caption, heads, cells, empty)
}

function nextCheck({ isTold, nextCheckAt }: SecretRow, now: number): Html {
  return isTold ? html`as it changes` : age(nextCheckAt, now)
}

function storeTable(caption: string, rows: readonly StoreRow[], now: number, empty: string): Html {
  const cells = rows.map((row) => [
    html`${row.name}`,
    html`${row.provider}`,
    stateMark(row.health),
    html`${row.reason}`,
    html`<a href="/dashboard/secrets?search=${encodeURIComponent(row.name)}">${row.users}</a>`,
    age(row.checkedAt, now),
    age(row.nextCheckAt, now),
  ])
  return table(caption, ['Store', 'Provider', 'Health', 'Why', 'Users', 'Last check', 'Next check'], cells, empty)
}

function applicationTable(caption: string, rows: readonly ApplicationRow[], now: number, empty: string): Html {
  const cells = rows.map((row) => [
    html`${row.name}`,
    html`${row.project}`,
    stateMark(row.state),
    html`${row.reason}`,
    html`${row.keys.slice(0, 5).map((key) => html`<div>${key}</div>`)}`,
    age(row.since, now),
  ])
  return table(caption, ['Application', 'Project', 'State', 'Why', 'Changed keys', 'Since'], cells, empty)
}

function selection(name: string, values: readonly string[], chosen: string): Html {
  return html`<select name="${name}">${values.map((value) => html`<option value="${value}"${value === chosen ? html` selected` : undefined}>${value || 'all'}</option>`)}</select>`
}

function pageLinks({ page: current, pages }: SecretList, filter: SecretFilter): Html | undefined {
  if (pages === 1) return undefined
  const link = (to: number, words: string): Html => {
    const query = new URLSearchParams({ ...filter, page: String(to) }).toString()
    return html`<a href="/dashboard/secrets?${query}">${words}</a> `
  }
  return html`<p>Page ${current} of ${pages} ${current > 1 ? link(current - 1, 'Previous') : undefined}${current < pages ? link(current + 1, 'Next') : undefined}</p>`
}
