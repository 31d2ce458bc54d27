import { createHmac } from 'node:crypto'
import { algorithmIdentifier } from '../der/algorithm-identifier.ts'
import { struct } from '../der/unmarshal.ts'
import { FunctionError } from '../function-error.ts'
import { type Digest, PURPOSE, pbkdf2, pkcs12Bytes, type SpendIterations } from './key-derivation.ts'
import { OID } from './oid.ts'
import type { Pkcs12Password } from './password.ts'
import { type Algorithm, PRFS, pbkdf2Parameters } from './password-encryption.ts'
import { unmarshalWhole } from './unmarshal-whole.ts'

interface MacParameters {
  readonly algorithm: Algorithm
  readonly salt: Uint8Array
  readonly iterations: number
}

const DIGESTS: ReadonlyMap<string, { readonly digest: Digest; readonly length: number }> = new Map([
  [OID.sha1, { digest: 'sha1', length: 20 }],
  [OID.sha256, { digest: 'sha256', length: 32 }],
  [OID.sha512, { digest: 'sha512', length: 64 }],
])

/** PBMAC1 (RFC 9579). */
const pbmac1Parameters = struct('pbmac1Params', (fields) => ({
  derivation: fields.next(algorithmIdentifier),
  mac: fields.next(algorithmIdentifier),
}))

const OCTET_STRING = 4

/** The MAC of a file's content. Throws FunctionError for an algorithm that go-pkcs12 does not know, with its text. */
export function macOf(content: Uint8Array, mac: MacParameters, password: Pkcs12Password, spend: SpendIterations): Uint8Array {
  if (mac.algorithm.oid === OID.pbmac1) return pbmac1Of(content, mac.algorithm, password, spend)
  const found = DIGESTS.get(mac.algorithm.oid)
  if (!found) throw new FunctionError(`pkcs12: MAC digest algorithm not supported: ${mac.algorithm.oid}`, true)
  const key = pkcs12Bytes(PURPOSE.mac, { ...found, password: password.bmp, salt: mac.salt, iterations: mac.iterations }, spend)
  return createHmac(found.digest, key).update(content).digest()
}

function pbmac1Of(content: Uint8Array, algorithm: Algorithm, password: Pkcs12Password, spend: SpendIterations): Uint8Array {
  const { derivation, mac } = unmarshalWhole(pbmac1Parameters, algorithm.parameters?.bytes)
  if (derivation.oid !== OID.pbkdf2)
    throw new FunctionError(`pkcs12: PBMAC1 KDF algorithm ${derivation.oid} is not supported`, true)
  const { salt, iterations, keyLength = 0, prf } = unmarshalWhole(pbkdf2Parameters, derivation.parameters?.bytes)
  if (salt.tag !== OCTET_STRING) {
    throw new FunctionError('pkcs12: only octet string salts are supported for PBMAC1/PBKDF2', true)
  }
  const digest = PRFS.get(prf?.oid)
  if (!digest) throw new FunctionError(`pkcs12: PBMAC1 PRF ${prf?.oid} is not supported`, true)
  const macDigest = PRFS.get(mac.oid)
  if (!macDigest) throw new FunctionError(`pkcs12: PBMAC1 MAC algorithm ${mac.oid} is not supported`, true)
  if (keyLength <= 0) {
    throw new FunctionError('pkcs12: PBMAC1 requires explicit KeyLength parameter in PBKDF2 parameters', true)
  }
  const key = pbkdf2({ digest, password: password.utf8, salt: salt.content, iterations, length: keyLength }, spend)
  return createHmac(macDigest, key).update(content).digest()
}
