import type { CredentialSource } from '../../providers/credential-source.ts'
import type { FetchedSecret } from '../../providers/secret-reader.ts'
import type { CredentialAnswer } from './credential-questions.ts'
import type { StoreIdentity } from './store-identity.ts'

/** A value as it was read last, and when. */
export interface LastGoodValue {
  readonly secret: FetchedSecret
  /** Milliseconds since the epoch. */
  readonly readAtMs: number
}

/** What authorises a value that is kept: for a store of Git the credentials that it was read with. */
export interface LastGoodOrigin {
  readonly identity: StoreIdentity
  /** `undefined` for the administrator's stores: the policy alone decides about them, and a rotated credential finds what an older one has read. */
  readonly answers: readonly CredentialAnswer[] | undefined
  /** Of the ring's key that made the digests in `answers`. */
  readonly answersKeyId: string
}

/**
 * Values, and what searches found, that stand in while their provider is away (R16). What is kept goes by the ids of read-id.ts. Nothing here throws or rejects: it is a second chance, never a new failure.
 */
export interface LastGood {
  /** Keeps it, a little later. */
  remember(origin: LastGoodOrigin, id: string, value: LastGoodValue): void
  /** The provider said itself that it is gone, or not for us: it must not come back in the next outage. */
  forget(identity: StoreIdentity, id: string): void
  /** What is kept and not too old, for an asker whose credentials are those it was read with. */
  recall(identity: StoreIdentity, id: string, source: CredentialSource): Promise<LastGoodValue | undefined>
  /** Writes what waits. */
  close(): Promise<void>
}
