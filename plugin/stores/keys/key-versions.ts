import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { SecretValue } from '../../model/secret-value.ts'
import type { KeyPurpose, RingKey } from './key-ring.ts'

/** One version of the ring, as it was read. */
export interface KeyVersion {
  /** `v1`; a higher number is newer. */
  readonly name: string
  readonly bytes: SecretValue
}

/** Sub-keys of all versions, derived once. */
export interface DerivedKeys {
  /** Newest first. */
  readonly keys: Readonly<Record<KeyPurpose, readonly RingKey[]>>
  /** Of the oldest version. */
  readonly seed: SecretValue
}

/** Another prefix makes other keys of every ring: what has been stored under the old ones would be lost. */
const INFO = 'argocd-external-secrets/key-ring/1/'
const KEY_BYTES = 32
const ID_BYTES = 4

/** HKDF-SHA256 (RFC 5869), an info for each purpose. `versions` newest first, at least one. */
export function deriveKeys(versions: readonly [KeyVersion, ...KeyVersion[]]): DerivedKeys {
  const oldest = versions.at(-1) ?? versions[0]
  return {
    keys: {
      hmac: versions.map((version) => ringKey(version, 'hmac')),
      aead: versions.map((version) => ringKey(version, 'aead')),
    },
    seed: new SecretValue(subKey(oldest, 'seed', KEY_BYTES)),
  }
}

function ringKey(version: KeyVersion, purpose: KeyPurpose): RingKey {
  const key: KeyObject = createSecretKey(subKey(version, purpose, KEY_BYTES))
  return { id: `${version.name}-${Buffer.from(subKey(version, 'id', ID_BYTES)).toString('hex')}`, key }
}

function subKey({ bytes }: KeyVersion, purpose: string, count: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', bytes.reveal(), '', INFO + purpose, count))
}
