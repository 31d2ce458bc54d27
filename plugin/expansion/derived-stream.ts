import { createCipheriv, createHash, hkdfSync } from 'node:crypto'
import type { Random } from '../model/random.ts'
import type { SecretValue } from '../model/secret-value.ts'

const KEY_BYTES = 32
const ZERO_COUNTER = Buffer.alloc(16)

/**
 * A stream without end: AES-256 in counter mode under a key that HKDF-SHA256 (RFC 5869) derives from the seed. A key has one stream only, so
 * that its counter may begin at zero.
 *
 * @param version of the way to derive: another one makes other values of every seed
 * @param origin all that the stream depends on; as long as all of it stays, so does the stream
 */
export function derivedStream(seed: SecretValue, version: string, origin: readonly (string | number)[]): Pick<Random, 'bytes'> {
  const key = hkdfSync('sha256', seed.reveal(), '', version + digestOf(origin), KEY_BYTES)
  const cipher = createCipheriv('aes-256-ctr', new Uint8Array(key), ZERO_COUNTER)
  return { bytes: (count) => cipher.update(new Uint8Array(count)) }
}

/** A JSON list cannot be read in two ways; its digest, because Node takes an info of 1024 bytes at most and names may be longer together. */
function digestOf(origin: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(origin)).digest('hex')
}
