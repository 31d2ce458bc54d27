import { type Html, html } from './html.ts'

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** A moment as people read it, `3 min ago` or `in 2 h`, with the exact time (RFC 3339) behind it; a dash for one that is not known. */
export function age(moment: number | undefined, now: number): Html {
  if (moment === undefined) return html`<span class="none">–</span>`
  const exact = new Date(moment).toISOString()
  return html`<time datetime="${exact}" title="${exact}">${words(moment - now)}</time>`
}

function words(ms: number): string {
  const size = Math.abs(ms)
  const [unit, length] = UNITS.find(([, least]) => size >= least) ?? ['s', 1_000]
  const count = Math.floor(size / length)
  if (count === 0) return 'now'
  return ms < 0 ? `${count} ${unit} ago` : `in ${count} ${unit}`
}
