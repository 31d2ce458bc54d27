import { hash, pbkdf2Sync } from 'node:crypto'

export type Digest = 'sha1' | 'sha256' | 'sha512'

/** Told before so many iterations are made; throws when they are too many. */
export type SpendIterations = (iterations: number) => void

/** What the bytes are for (RFC 7292, B.3). */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const

/** Between two looks at the clock. */
const AT_A_TIME = 1024

const BLOCK: Readonly<Record<Digest, number>> = { sha1: 64, sha256: 64, sha512: 128 }

interface Derivation {
  readonly digest: Digest
  readonly password: Uint8Array
  readonly salt: Uint8Array
  readonly iterations: number
  /** In bytes. */
  readonly length: number
}

/** PBKDF2 (RFC 8018, 5.2). */
export function pbkdf2({ digest, password, salt, iterations, length }: Derivation, spend: SpendIterations): Uint8Array {
  const rounds = Math.max(1, iterations)
  spend(rounds * Math.ceil(length / 20))
  return pbkdf2Sync(password, salt, rounds, length, digest)
}

/** The key derivation of PKCS#12 itself (RFC 7292, B.2). */
export function pkcs12Bytes(
  purpose: 1 | 2 | 3,
  { digest, password, salt, iterations, length }: Derivation,
  spend: SpendIterations,
): Uint8Array {
  const block = BLOCK[digest]
  const diversifier = Buffer.alloc(block, purpose)
  const input = Buffer.concat([repeated(salt, block), repeated(password, block)])
  const made: Buffer[] = []
  for (let size = 0; size < length; size += made.at(-1)?.length ?? length) {
    spend(1)
    let digested = hash(digest, Buffer.concat([diversifier, input]), 'buffer')
    for (let round = 1; round < iterations; round++) {
      if (round % AT_A_TIME === 1) spend(Math.min(AT_A_TIME, iterations - round))
      digested = hash(digest, digested, 'buffer')
    }
    made.push(digested)
    addToBlocks(input, repeated(digested, block).subarray(0, block))
  }
  return Buffer.concat(made).subarray(0, length)
}

/** Over and over, to a multiple of `block`; of nothing, nothing. */
function repeated(bytes: Uint8Array, block: number): Buffer {
  return bytes.length === 0 ? Buffer.alloc(0) : Buffer.alloc(block * Math.ceil(bytes.length / block), bytes)
}

/** Each block of `input` becomes itself + `addend` + 1, modulo its size. */
function addToBlocks(input: Buffer, addend: Uint8Array): void {
  for (let start = 0; start < input.length; start += addend.length) {
    let carry = 1
    for (let index = addend.length - 1; index >= 0; index--) {
      const sum = (input[start + index] ?? 0) + (addend[index] ?? 0) + carry
      input[start + index] = sum & 0xff
      carry = sum >> 8
    }
  }
}
