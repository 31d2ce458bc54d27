import { constants, privateDecrypt } from 'node:crypto'
import { FunctionError } from '../function-error.ts'
import { keyObjectOf } from './private-key.ts'
import { type RsaNumbers, rsaBits } from './rsa-numbers.ts'

const MIN_BITS = 1024

/** RSAES-OAEP (RFC 8017, 7.1.2) with an empty label and MGF1 of the same hash. Throws FunctionError with the text of Go's crypto/rsa. */
export function decryptOaep(encrypted: Uint8Array, hash: 'sha1' | 'sha256' | 'sha512', numbers: RsaNumbers): Uint8Array {
  const bits = rsaBits(numbers)
  if (bits < MIN_BITS) {
    throw new FunctionError(
      `crypto/rsa: ${bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`,
      true,
    )
  }
  const size = Math.ceil(bits / 8)
  try {
    const padded = Buffer.concat([new Uint8Array(Math.max(0, size - encrypted.length)), encrypted])
    const key = keyObjectOf({ kind: 'rsa', numbers })
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, padded)
  } catch {
    throw new FunctionError('crypto/rsa: decryption error', true)
  }
}
