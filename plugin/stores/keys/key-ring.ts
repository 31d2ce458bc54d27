import type { KeyObject } from 'node:crypto'
import type { SecretError } from '../../model/secret-error.ts'
import type { SecretValue } from '../../model/secret-value.ts'

/** What sub-keys are for: digests of configurations and credentials; values at rest. */
export type KeyPurpose = 'hmac' | 'aead'

export interface RingKey {
  /** Names the version and its bytes: `v2-5d1f03aa`. Another key under the same name has another id. */
  readonly id: string
  /** 32 bytes, for one purpose alone. */
  readonly key: KeyObject
}

/** Versioned keys that all replicas share (R17): the newest makes new data, older ones read what they have made. */
export interface KeyRing {
  readonly newest: (purpose: KeyPurpose) => RingKey
  /** Newest first. */
  readonly all: (purpose: KeyPurpose) => readonly RingKey[]
  /**
   * What random values and checksums are derived from (R13, R14): of the *oldest* version, so that adding a version changes no password and
   * restarts no workload. `undefined` where keys do not outlive the process: what is derived from them would change with it.
   */
  readonly seed: () => SecretValue | undefined
  /** Why the folder as it is now is not in force; `undefined` when it is. */
  readonly problem: () => SecretError | undefined
  /** For readiness: which versions there are, and since when. No key. */
  readonly detail: () => string
  readonly close: () => void
}
