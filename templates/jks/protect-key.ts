import { hash } from 'node:crypto'
import { TAG } from '../der/tag.ts'
import { element, octets, oid, sequence } from '../der/write-der.ts'

/** Of Sun's own key protector, which names the encryption in the file. */
const KEY_PROTECTOR = '1.3.6.1.4.1.42.2.17.1.1'
/** Of the salt and of each block of the key stream: SHA-1's. */
export const SALT_BYTES = 20

/**
 * A private key (PKCS#8) encrypted as OpenJDK's KeyProtector does: XOR with a stream of SHA-1 digests, each of the password and the digest before
 * it, the first with the salt; behind it the SHA-1 of password and key. Weak by today's measure, and the format's only one.
 */
export function protectKey(key: Uint8Array, password: Uint8Array, salt: Uint8Array): Uint8Array {
  const encrypted = new Uint8Array(key)
  let digest: Uint8Array = salt
  for (let start = 0; start < key.length; start += SALT_BYTES) {
    digest = sha1(password, digest)
    for (const [index, byte] of digest.entries()) {
      if (start + index < key.length) encrypted[start + index] = (key[start + index] ?? 0) ^ byte
    }
  }
  const algorithm = sequence(oid(KEY_PROTECTOR), element(TAG.null))
  return sequence(algorithm, octets(Buffer.concat([salt, encrypted, sha1(password, key)])))
}

function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  return hash('sha1', Buffer.concat(parts), 'buffer')
}
