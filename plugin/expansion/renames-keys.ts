import type { DataFromEntry } from '../api/external-secret.ts'

/** Whether any operation renames keys. */
export function renamesKeys(operations: DataFromEntry['rewrite']): boolean {
  return (operations ?? []).some(({ regexp, transform }) => regexp ?? transform)
}
