import { generateKeyPairSync } from 'node:crypto'
import { algorithmIdentifier } from '../der/algorithm-identifier.ts'
import { asn1, struct, unmarshal } from '../der/unmarshal.ts'
import { unsignedBytes } from '../der/write-der.ts'
import type { RandomSource } from '../engine.ts'
import { CURVES } from './elliptic-curve.ts'
import { parsePkcs8 } from './parse-private-key.ts'
import type { Pkcs8Key, PrivateKey } from './private-key.ts'

/** Node gives no way to make a prime from bytes of ours: this key is another one each time. */
export function generateRsaKey(bits: 2048 | 4096): Pkcs8Key {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return parsePkcs8(privateKey.export({ format: 'der', type: 'pkcs8' }))
}

/** Of P-256 (FIPS 186-5). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
/** 64 bits more than the key, so that no number is more likely than another (FIPS 186-5, A.2.1). */
const SCALAR_BYTES = 40

/** P-256, from the random bytes alone. */
export function generateEcKey(random: RandomSource): Pkcs8Key {
  const curve = CURVES.find(({ jwkName }) => jwkName === 'P-256')
  if (!curve) throw new TypeError('P-256 is missing')
  const drawn = BigInt(`0x${Buffer.from(random.bytes(SCALAR_BYTES)).toString('hex')}`)
  const digits = unsignedBytes((drawn % (P256_ORDER - 1n)) + 1n)
  return { kind: 'ec', curve, scalar: Buffer.concat([new Uint8Array(curve.size - digits.length), digits]) }
}

/** From the random bytes alone. */
export function generateEd25519Key(random: RandomSource): Pkcs8Key {
  return { kind: 'ed25519', seed: random.bytes(32) }
}

const dsaKey = struct('pkcs8', (fields) => ({
  version: fields.next(asn1.int),
  algorithm: fields.next(algorithmIdentifier),
  privateKey: fields.next(asn1.bytes),
}))

const dsaParameters = struct('dsaAlgorithmParameters', (fields) => ({
  p: fields.next(asn1.bigInt),
  q: fields.next(asn1.bigInt),
  g: fields.next(asn1.bigInt),
}))

/** 2,048 and 256 bits. Another one each time, as {@link generateRsaKey}. */
export function generateDsaKey(): PrivateKey {
  const pair = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 })
  const { algorithm, privateKey } = unmarshal(dsaKey, pair.privateKey.export({ format: 'der', type: 'pkcs8' })).value
  const { p, q, g } = unmarshal(dsaParameters, algorithm.parameters?.bytes ?? new Uint8Array()).value
  const x = unmarshal(asn1.bigInt, privateKey).value
  return { kind: 'dsa', numbers: { p, q, g, x, y: power(g, x, p) } }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
