import type { SecretRow } from './dashboard-view.ts'

/** What a reader asked to see. */
export interface SecretFilter {
  /** Empty: all. */
  readonly namespace: string
  /** Of the row, or {@link PARTIAL}. */
  readonly state: string
  /** Part of a name, a target, a store, a key or an Application. */
  readonly search: string
  /** 1-based. */
  readonly page: number
}

export interface SecretList {
  readonly rows: readonly SecretRow[]
  readonly total: number
  readonly page: number
  readonly pages: number
}

const ROWS_PER_PAGE = 200
const WORST_FIRST: readonly SecretRow['state'][] = ['failed', 'stale', 'pending', 'synced']

/** What is filtered by beside states: a row may be in sync and partial. */
export const PARTIAL = 'partial'

/** The rows of one page: what needs somebody first, then by name. */
export function secretList(secrets: readonly SecretRow[], filter: SecretFilter): SecretList {
  const wanted = secrets.filter((secret) => matches(secret, filter)).sort(worstFirst)
  const pages = Math.max(1, Math.ceil(wanted.length / ROWS_PER_PAGE))
  const page = Math.min(Math.max(1, filter.page), pages)
  return { rows: wanted.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE), total: wanted.length, page, pages }
}

function matches(secret: SecretRow, { namespace, state, search }: SecretFilter): boolean {
  if (namespace !== '' && secret.namespace !== namespace) return false
  if (state === PARTIAL ? !secret.isPartial : state !== '' && secret.state !== state) return false
  if (search === '') return true
  const texts = [secret.name, secret.target, ...secret.applications, ...secret.sources.flatMap(({ store, key }) => [store, key])]
  return texts.some((text) => text.toLowerCase().includes(search.toLowerCase()))
}

function worstFirst(one: SecretRow, other: SecretRow): number {
  return (
    WORST_FIRST.indexOf(one.state) - WORST_FIRST.indexOf(other.state) ||
    compare(one.namespace, other.namespace) ||
    compare(one.name, other.name)
  )
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
