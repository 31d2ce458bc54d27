import { createHash } from 'node:crypto'
import { age } from './age.ts'
import type { DashboardView } from './dashboard-view.ts'
import { Html, html } from './html.ts'

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --bad: #c22; --warn: #b70; --good: #2a7 }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 90rem; padding: 0 1.5rem 3rem }
header { align-items: baseline; display: flex; flex-wrap: wrap; gap: 1.5rem; padding: 1rem 0 }
h1 { font-size: 1.2rem; margin: 0 } h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem }
nav a { margin-right: 1rem } nav a[aria-current] { font-weight: 600; text-decoration: none }
table { border-collapse: collapse; width: 100% } caption { text-align: left; padding: .3rem 0 }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem .35rem 0; text-align: left; vertical-align: top }
td { overflow-wrap: anywhere } form { display: flex; flex-wrap: wrap; gap: .6rem; margin: .6rem 0 } .none, .quiet { opacity: .6 }
.state::before { border-radius: 50%; content: ""; display: inline-block; height: .65em; margin-right: .4em; width: .65em; background: var(--warn) }
.synced::before, .ready::before { background: var(--good) } .failed::before, .not-ready::before, .stale::before { background: var(--bad) }
.banner { border: 1px solid var(--warn); border-radius: .3rem; padding: .5rem .8rem }
dl { display: grid; gap: .2rem 1.2rem; grid-template-columns: max-content 1fr } dt { opacity: .7 } dd { margin: 0 }`

/** Nothing but the page's own style may load or run, and no other site may frame it. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`

const TABS = [
  ['/dashboard', 'Overview'],
  ['/dashboard/secrets', 'ExternalSecrets'],
  ['/dashboard/stores', 'Stores'],
  ['/dashboard/applications', 'Applications'],
] as const

/** One whole page. `path` is that of its tab. */
export function page(title: string, path: string, view: DashboardView, body: Html): string {
  const tabs = TABS.map(([href, name]) =>
    href === path ? html`<a href="${href}" aria-current="page">${name}</a>` : html`<a href="${href}">${name}</a>`,
  )
  const paused = view.pauses.length > 0 && html`<p class="banner" role="status">Paused: ${view.pauses.join(', ')}</p>`
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} – argocd-external-secrets</title><style>${new Html(STYLE)}</style></head>
<body>
<header><h1>argocd-external-secrets</h1><nav aria-label="Pages">${tabs}</nav><span class="quiet">as of ${age(view.at, view.at)} ${new Date(view.at).toISOString()}</span></header>
<main>${paused || undefined}${body}</main>
</body>
</html>
`.text
}

/** A coloured word. */
export function stateMark(state: string): Html {
  return html`<span class="state ${state.replaceAll(' ', '-')}">${state}</span>`
}

/** A table with a caption; `empty` is said when it has no rows. */
export function table(caption: string, heads: readonly string[], rows: readonly (readonly Html[])[], empty: string): Html {
  if (rows.length === 0) return html`<p class="quiet">${empty}</p>`
  return html`<table><caption>${caption}</caption><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table>`
}
