import type { RemoteRef } from '../model/remote-ref.ts'

/** Which secrets `find` means, ready to be asked. */
export interface SecretSearch {
  /** Equal for searches that find the same in a store. */
  readonly id: string
  readonly path?: string
  /** Absent: any name. */
  readonly matchesName?: (name: string) => boolean
  readonly tags: ReadonlyMap<string, string>
}

export interface FoundSecret {
  /** What the key is made of (external-secrets.md 7, "find"). */
  readonly name: string
  /** What its value is read by. */
  readonly ref: RemoteRef
  /** It was there when the listing last worked: the provider is away (R16). */
  readonly stale?: true
}

/**
 * Names of secrets, in as few pages as the backend allows; no value is read for it.
 *
 * - Gives each secret once, in no particular order.
 * - Throws SecretError NotFound where the backend says that there is nothing to search in, AccessDenied when it may not be listed, InvalidSpec for
 *   a search that the backend does not know. A list that is not whole is never given.
 */
export interface SecretLister {
  list(search: SecretSearch, signal: AbortSignal): Promise<readonly FoundSecret[]>
}
