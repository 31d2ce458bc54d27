import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto'
import { type DerElement, derChild, derElements, derNumber, oidText, TAG } from '../../der.ts'

const PBES2 = '1.2.840.113549.1.5.13'
/** pbeWithSHAAnd3-KeyTripleDES-CBC: what Windows and Key Vault write. */
const PBE_SHA1_3DES = '1.2.840.113549.1.12.1.3'
/** RFC 8018: what OpenSSL 3 writes. */
const CIPHERS: ReadonlyMap<string, { readonly name: string; readonly keyBytes: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyBytes: 16 }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', keyBytes: 32 }],
])
const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.11', 'sha512'],
])
/** Far above what any tool writes (2,000 to 10,000); a file may not keep us busy. */
const MAX_ITERATIONS = 100_000

/** Decrypts by the algorithm of an EncryptedContentInfo, with the empty password. Throws Error when it cannot. */
export function decryptPkcs12(algorithm: DerElement, encrypted: Uint8Array): Uint8Array {
  const type = oidText(derChild(algorithm, 0))
  const parameters = derChild(algorithm, 1)
  if (type === PBES2) return decryptPbes2(parameters, encrypted)
  if (type === PBE_SHA1_3DES) return decryptTripleDes(parameters, encrypted)
  throw new RangeError('the encryption is not known')
}

function decryptPbes2(parameters: DerElement, encrypted: Uint8Array): Uint8Array {
  const [salt, iterations, ...rest] = derElements(derChild(parameters, 0, 1).content)
  const cipher = CIPHERS.get(oidText(derChild(parameters, 1, 0)))
  const prf = rest.find(({ tag }) => tag === TAG.sequence)
  const digest = prf ? DIGESTS.get(oidText(derChild(prf, 0))) : 'sha1'
  if (!salt || !iterations || !cipher || !digest) throw new RangeError('the encryption is not known')
  const key = pbkdf2Sync('', salt.content, bounded(derNumber(iterations)), cipher.keyBytes, digest)
  return decipher(cipher.name, key, derChild(parameters, 1, 1).content, encrypted)
}

function decryptTripleDes(parameters: DerElement, encrypted: Uint8Array): Uint8Array {
  const salt = derChild(parameters, 0).content
  const iterations = bounded(derNumber(derChild(parameters, 1)))
  return decipher('des-ede3-cbc', pkcs12Bytes(1, salt, iterations, 24), pkcs12Bytes(2, salt, iterations, 8), encrypted)
}

function decipher(name: string, key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array {
  const opened = createDecipheriv(name, key, iv)
  return Buffer.concat([opened.update(encrypted), opened.final()])
}

function bounded(iterations: number): number {
  if (iterations < 1 || iterations > MAX_ITERATIONS) throw new RangeError('the number of iterations is out of range')
  return iterations
}

/** Key (`id` 1) or initialisation vector (2) from the empty password, which is two zero bytes here (RFC 7292, appendix B.2, with SHA-1). */
function pkcs12Bytes(id: 1 | 2, salt: Uint8Array, iterations: number, length: number): Uint8Array {
  const block = 64
  const diversifier = Buffer.alloc(block, id)
  const input = Buffer.concat([filled(salt, block), filled(Uint8Array.of(0, 0), block)])
  const made: Buffer[] = []
  for (let bytes = 0; bytes < length; bytes += 20) {
    let hash = createHash('sha1').update(diversifier).update(input).digest()
    for (let i = 1; i < iterations; i++) hash = createHash('sha1').update(hash).digest()
    made.push(hash)
    addToBlocks(input, filled(hash, block))
  }
  return Buffer.concat(made).subarray(0, length)
}

/** `bytes` over and over, to a multiple of `block`; of nothing, nothing. */
function filled(bytes: Uint8Array, block: number): Buffer {
  const length = block * Math.ceil(bytes.length / block)
  return Buffer.from(Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length] ?? 0))
}

/** Each block of `input` becomes itself + `addend` + 1, modulo its size. */
function addToBlocks(input: Buffer, addend: Uint8Array): void {
  for (let start = 0; start < input.length; start += addend.length) {
    let carry = 1
    for (let i = addend.length - 1; i >= 0; i--) {
      const sum = (input[start + i] ?? 0) + (addend[i] ?? 0) + carry
      input[start + i] = sum & 0xff
      carry = sum >> 8
    }
  }
}
