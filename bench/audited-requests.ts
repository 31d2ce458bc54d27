import type { Audited } from './audit-tail.ts'

export function isStatusWrite({ verb, resource, code }: Audited): boolean {
  return verb === 'update' && resource === 'externalsecrets/status' && code === 200
}

export function isWrite({ verb, resource }: Audited): boolean {
  return !['get', 'list', 'watch'].includes(verb) && resource !== 'leases'
}

/** `create secrets 1000, …` */
export function kindsOf(requests: readonly Audited[]): string {
  const kinds = Map.groupBy(requests, ({ verb, resource, code }) => `${verb} ${resource}${code >= 400 ? ` (${code})` : ''}`)
  return Array.from(kinds, ([kind, all]) => `${kind} ${all.length}`).join(', ')
}
