import type { RemoteRef } from '../model/remote-ref.ts'
import type { SecretError } from '../model/secret-error.ts'
import type { SecretValue } from '../model/secret-value.ts'
import type { SecretLister } from './secret-lister.ts'

export interface FetchedSecret {
  readonly value: SecretValue
  /** The provider's name for what was read; equal versions mean equal bytes. */
  readonly version: string
  /** The last good value: the provider is away (R16). */
  readonly stale?: true
}

/** What a look at a store says: that it works, or that nobody can tell, and why (external-secrets.md 5.2). */
export type Validation = { readonly result: 'ready' } | { readonly result: 'unknown'; readonly error: SecretError }

export type Outcome = { readonly ok: true; readonly secret: FetchedSecret } | { readonly ok: false; readonly error: SecretError }

/**
 * Reads many references in as few calls as the backend allows.
 *
 * - Gives one outcome a reference, in the order of `refs`. A reference or a call that fails never fails its neighbours.
 * - Rejects only when nothing can be read at all: the login failed, the backend is away.
 * - Only the provider's own "there is no such thing" is NotFound. What is not understood is Unavailable: a Secret may lose keys over a NotFound (R7).
 * - Stops within 100 ms once `signal` is aborted.
 * - `refs` are distinct; the planner has removed duplicates.
 */
export interface SecretReader {
  fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Outcome[]>
  /** Absent where `dataFrom[].find` is not implemented. */
  readonly list?: SecretLister['list'] | undefined
  /**
   * Logs in and looks at what the login may do, without reading a secret: what ESO's Validate looks at (external-secrets.md 7). Absent where
   * opening the store tells all. Throws SecretError where the store does not work.
   */
  readonly validate?: ((signal: AbortSignal) => Promise<Validation>) | undefined
  close(): Promise<void>
}
