import type { SyncedBy } from '../sync-windows/permits-sync.ts'
import type { ApplicationRef, ApplicationResource, ApplicationView } from './application-view.ts'

/** Argo CD as the refresher needs it. Every method rejects with SecretError. `undefined` is given for an Application that is not there. */
export interface Applications {
  read(application: ApplicationRef, signal: AbortSignal): Promise<ApplicationView | undefined>
  /** Has it compared, and synced where it syncs by itself; resolves when it is compared, with what came of it. */
  refresh(application: ApplicationRef, what: RefreshType, signal: AbortSignal): Promise<ApplicationView | undefined>
  /**
   * Whether the sync windows of its project let it be synced now. Rejects with AccessDenied, NotFound or InvalidSpec when that cannot be told until
   * somebody has done something about it.
   */
  maySync(application: ApplicationView, by: SyncedBy, signal: AbortSignal): Promise<boolean>
  /** Syncs these objects of it alone, or all of it with its hooks. Absent where there is no right to. */
  readonly sync?: ((application: ApplicationRef, what: SyncWish, signal: AbortSignal) => Promise<void>) | undefined
}

/** `hard` renders past Argo CD's cache; `normal` compares with what was rendered last, unless there is a new revision. */
export type RefreshType = 'hard' | 'normal'

export type SyncWish =
  | { readonly kind: 'resources'; readonly resources: readonly ApplicationResource[] }
  /** All of it, hooks included: a hook is applied by nothing less. */
  | { readonly kind: 'everything' }
