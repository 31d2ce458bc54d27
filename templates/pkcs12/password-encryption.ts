import { createCipheriv, createDecipheriv } from 'node:crypto'
import { algorithmIdentifier } from '../der/algorithm-identifier.ts'
import { asn1, struct } from '../der/unmarshal.ts'
import { integer, octets, oid, sequence } from '../der/write-der.ts'
import { FunctionError } from '../function-error.ts'
import { type Digest, PURPOSE, pbkdf2, pkcs12Bytes, type SpendIterations } from './key-derivation.ts'
import { OID } from './oid.ts'
import type { Pkcs12Password } from './password.ts'
import { decryptRc2 } from './rc2.ts'
import { unmarshalWhole } from './unmarshal-whole.ts'

export interface Algorithm {
  readonly oid: string
  readonly parameters: { readonly bytes: Uint8Array; readonly content: Uint8Array } | undefined
}

/** Of the old encryptions. */
const pbeParameters = struct('pbeParams', (fields) => ({ salt: fields.next(asn1.bytes), iterations: fields.next(asn1.int) }))

const pbes2Parameters = struct('pbes2Params', (fields) => ({
  derivation: fields.next(algorithmIdentifier),
  encryption: fields.next(algorithmIdentifier),
}))

/** PBKDF2-params (RFC 8018, A.2). */
export const pbkdf2Parameters = struct('pbkdf2Params', (fields) => ({
  salt: fields.next(asn1.raw),
  iterations: fields.next(asn1.int),
  keyLength: fields.optional(asn1.int),
  prf: fields.optional(algorithmIdentifier),
}))

/** Of HMAC, and the default where none is named. */
export const PRFS: ReadonlyMap<string | undefined, Digest> = new Map<string | undefined, Digest>([
  [undefined, 'sha1'],
  [OID.hmacSha1, 'sha1'],
  [OID.hmacSha256, 'sha256'],
  [OID.hmacSha512, 'sha512'],
])

const AES_BYTES: ReadonlyMap<string, number> = new Map([
  [OID.aes128, 16],
  [OID.aes192, 24],
  [OID.aes256, 32],
])

const RC2_BYTES: ReadonlyMap<string, number> = new Map([
  [OID.rc2With128Bits, 16],
  [OID.rc2With40Bits, 5],
])

const OCTET_STRING = 4

/** Decrypts by an algorithm of PKCS#12 or PBES2. Throws FunctionError with the text of go-pkcs12. */
export function decryptWithPassword(
  algorithm: Algorithm,
  encrypted: Uint8Array,
  password: Pkcs12Password,
  spend: SpendIterations,
): Uint8Array {
  const decrypter = decrypterOf(algorithm, password, spend)
  if (encrypted.length === 0) throw new FunctionError('pkcs12: empty encrypted data', true)
  if (encrypted.length % decrypter.block !== 0) throw new FunctionError('pkcs12: input is not a multiple of the block size', true)
  return withoutPadding(decrypter.decrypt(encrypted), decrypter.block)
}

/** Encrypts with AES-256 under a key of 2,048 iterations of PBKDF2. Gives the algorithm's DER with what it encrypted. */
export function encryptWithPassword(
  plain: Uint8Array,
  password: Pkcs12Password,
  { salt, iv, iterations }: { readonly salt: Uint8Array; readonly iv: Uint8Array; readonly iterations: number },
  spend: SpendIterations,
): { readonly algorithm: Uint8Array; readonly encrypted: Uint8Array } {
  const key = pbkdf2({ digest: 'sha256', password: password.utf8, salt, iterations, length: 32 }, spend)
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const derivation = sequence(oid(OID.pbkdf2), sequence(octets(salt), integer(iterations), sequence(oid(OID.hmacSha256))))
  return {
    algorithm: sequence(oid(OID.pbes2), sequence(derivation, sequence(oid(OID.aes256), octets(iv)))),
    encrypted: Buffer.concat([cipher.update(plain), cipher.final()]),
  }
}

interface Decrypter {
  /** In bytes. */
  readonly block: number
  decrypt(encrypted: Uint8Array): Uint8Array
}

function decrypterOf(algorithm: Algorithm, password: Pkcs12Password, spend: SpendIterations): Decrypter {
  if (algorithm.oid === OID.pbes2) return pbes2(algorithm, password, spend)
  const rc2Bytes = RC2_BYTES.get(algorithm.oid)
  if (rc2Bytes === undefined && algorithm.oid !== OID.tripleDes) {
    throw new FunctionError(`pkcs12: pbe algorithm ${algorithm.oid} is not supported`, true)
  }
  const { salt, iterations } = unmarshalWhole(pbeParameters, algorithm.parameters?.bytes)
  const derivation = { digest: 'sha1', password: password.bmp, salt, iterations } as const
  const key = pkcs12Bytes(PURPOSE.key, { ...derivation, length: rc2Bytes ?? 24 }, spend)
  const iv = pkcs12Bytes(PURPOSE.iv, { ...derivation, length: 8 }, spend)
  return { block: 8, decrypt: rc2Bytes ? (encrypted) => decryptRc2(key, iv, encrypted) : openssl('des-ede3-cbc', key, iv) }
}

function pbes2(algorithm: Algorithm, password: Pkcs12Password, spend: SpendIterations): Decrypter {
  const { derivation, encryption } = unmarshalWhole(pbes2Parameters, algorithm.parameters?.bytes)
  if (derivation.oid !== OID.pbkdf2)
    throw new FunctionError(`pkcs12: pbes2 kdf algorithm ${derivation.oid} is not supported`, true)
  const { salt, iterations, prf } = unmarshalWhole(pbkdf2Parameters, derivation.parameters?.bytes)
  if (salt.tag !== OCTET_STRING) {
    throw new FunctionError('pkcs12: only octet string salts are supported for pbes2/pbkdf2', true)
  }
  const digest = PRFS.get(prf?.oid)
  if (!digest) throw new FunctionError(`pkcs12: pbes2 prf ${prf?.oid} is not supported`, true)
  const length = AES_BYTES.get(encryption.oid)
  if (length === undefined) throw new FunctionError(`pkcs12: pbes2 algorithm ${encryption.oid} is not supported`, true)
  const key = pbkdf2({ digest, password: password.utf8, salt: salt.content, iterations, length }, spend)
  const iv = encryption.parameters?.content ?? new Uint8Array()
  if (iv.length !== 16) throw new FunctionError('cipher.NewCBCDecrypter: IV length must equal block size', true)
  return { block: 16, decrypt: openssl(`aes-${length * 8}-cbc`, key, iv) }
}

function openssl(name: string, key: Uint8Array, iv: Uint8Array): (encrypted: Uint8Array) => Uint8Array {
  return (encrypted) => {
    const decipher = createDecipheriv(name, key, iv).setAutoPadding(false)
    return Buffer.concat([decipher.update(encrypted), decipher.final()])
  }
}

function withoutPadding(decrypted: Uint8Array, block: number): Uint8Array {
  const size = decrypted.at(-1) ?? 0
  const isPadding = size > 0 && size <= block && decrypted.subarray(-size).every((byte) => byte === size)
  if (!isPadding) throw new FunctionError('pkcs12: decryption error, incorrect padding', true)
  return decrypted.subarray(0, decrypted.length - size)
}
