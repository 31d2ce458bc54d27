import type { StandIn } from '../../model/stand-in.ts'
import type { RefreshReason } from '../../refresh/refresh-checks.ts'

/** What a pass over one ExternalSecret comes to, unless it fails. Only steps make it; only `tell-outcome.ts` and the queue act on it. */
export type Outcome =
  /** It is being deleted, and nothing of ours is left to do. */
  | { readonly kind: 'deleted' }
  /** It belongs to another controller: total silence (external-secrets.md 4.2, 4 and 5). */
  | { readonly kind: 'ignored' }
  /** Nothing is due. */
  | { readonly kind: 'notDue'; readonly reason: RefreshReason }
  | {
      readonly kind: 'done'
      readonly says: SuccessName
      readonly wrote: boolean
      /** What its author has put in the place of values that do not exist: with any, the Secret is partial. */
      readonly standIns?: readonly StandIn[]
    }

/** What a pass that went well says in the Ready condition (external-secrets.md 4.14). */
export const SUCCESSES = {
  synced: { reason: 'SecretSynced', message: 'secret synced' },
  retained: { reason: 'SecretSynced', message: 'secret retained due to DeletionPolicy=Retain' },
  deleted: { reason: 'SecretDeleted', message: 'secret deleted due to DeletionPolicy=Delete' },
  missing: { reason: 'SecretMissing', message: 'secret will not be created due to CreationPolicy=Merge' },
  /** The provider has nothing new: what was said last still holds. */
  asBefore: undefined,
} as const

/** The same of an object that is no Secret (external-secrets.md 4.12). */
export const RESOURCE_SUCCESSES: Readonly<
  Record<keyof typeof SUCCESSES, { readonly reason: string; readonly message: string } | undefined>
> = {
  synced: { ...SUCCESSES.synced, reason: 'ResourceSynced' },
  retained: { ...SUCCESSES.retained, reason: 'ResourceSynced' },
  deleted: { ...SUCCESSES.deleted, reason: 'ResourceDeleted' },
  missing: { reason: 'ResourceMissing', message: 'resource will not be created due to CreationPolicy=Merge' },
  asBefore: undefined,
}

export type SuccessName = keyof typeof SUCCESSES

/** An event on the ExternalSecret (external-secrets.md 4.15). */
export interface EventText {
  readonly type: 'Normal' | 'Warning'
  readonly reason: 'Created' | 'Updated' | 'Deleted' | 'UpdateFailed' | 'MissingProviderSecret'
  readonly message: string
}
