/** What a failed pass says in the Ready condition, word for word (external-secrets.md 4.14); the detail is in the event alone. */
export const FAILURES = {
  fetch: { message: 'could not get secret data from provider', retry: true },
  delete: { message: 'could not delete secret', retry: true },
  /** deletionPolicy=Delete without creationPolicy=Owner. */
  deleteWithoutOwner: { message: 'could not delete secret', retry: false },
  deleteOrphans: { message: 'could not delete orphaned secrets', retry: true },
  update: { message: 'could not update secret', retry: true },
  immutable: { message: 'could not update secret, target is immutable', retry: false },
  cannotOwn: { message: 'failed to take ownership of target secret', retry: false },
  ownedByAnother: { message: 'target is owned by another ExternalSecret', retry: false },
  genericTarget: { message: 'invalid generic target', retry: false },
  getResource: { message: 'could not get target resource', retry: true },
  shapeObject: { message: 'could not apply template to manifest', retry: true },
  deleteResource: { message: 'could not delete resource', retry: true },
  /** What it does not make itself. */
  deleteOtherObject: { message: 'could not delete resource', retry: false },
  /** Only where the API server does not know the schema: ESO could not even decode such an object. */
  spec: { message: 'could not read the ExternalSecret', retry: false },
} as const

export type FailureName = keyof typeof FAILURES

/** A pass failed in a way that its ExternalSecret tells of. The message is the event's: names, never values. */
export class SyncFailure extends Error {
  readonly failure: FailureName
  /** The provider's or the API server's own wish, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(failure: FailureName, message: string, retryAfterMs?: number) {
    super(message)
    this.name = 'SyncFailure'
    this.failure = failure
    this.retryAfterMs = retryAfterMs
  }
}
