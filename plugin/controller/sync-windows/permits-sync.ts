/** Who syncs: a program, Argo CD itself included, or somebody by hand, whom `manualSync` excepts. */
export type SyncedBy = 'automation' | 'people'

/** A window of an Application, at one moment. */
export interface WindowState {
  readonly kind: string
  readonly manualSync: boolean
  readonly isActive: boolean
}

/** What Argo CD makes of all windows of an Application (SyncWindows.CanSync): deny wins; with windows that allow, outside of them nothing is synced. */
export function permitsSync(windows: readonly WindowState[], by: SyncedBy): boolean {
  const isExcepted = (some: readonly WindowState[]): boolean => by === 'people' && some.every(({ manualSync }) => manualSync)
  const denying = windows.filter(({ kind, isActive }) => kind === 'deny' && isActive)
  if (denying.length > 0) return isExcepted(denying)
  const allowing = windows.filter(({ kind }) => kind === 'allow')
  return allowing.length === 0 || allowing.some(({ isActive }) => isActive) || isExcepted(allowing)
}
