import { hash } from 'node:crypto'
import type { ByteText } from '../byte-text.ts'
import type { Certificate } from '../certificates/certificate.ts'
import { nameText } from '../certificates/distinguished-name.ts'
import { type Pkcs8Key, pkcs8Of } from '../certificates/private-key.ts'
import { TAG } from '../der/tag.ts'
import { element, explicit, integer, octets, oid, sequence, set } from '../der/write-der.ts'
import type { RandomSource } from '../engine.ts'
import type { SpendIterations } from './key-derivation.ts'
import { macOf } from './mac.ts'
import { OID } from './oid.ts'
import { bmpBytes, type Pkcs12Password, pkcs12Password } from './password.ts'
import { encryptWithPassword } from './password-encryption.ts'

/** What writing takes from outside. */
export interface WriteContext {
  readonly random: RandomSource
  spend: SpendIterations
}

const ITERATIONS = 2048
/** Of salts and of AES's initialisation vector. */
const RANDOM_BYTES = 16

/**
 * A key store in go-pkcs12's Modern format, to the byte: certificates encrypted, then the shrouded key; both carry the SHA-1 of the
 * certificate as their key id. Random bytes are drawn in its order: key's salt and IV, certificates' salt and IV, MAC's salt. Throws
 * FunctionError.
 */
export function writeKeyStore(
  key: Pkcs8Key,
  certificate: Certificate,
  authorities: readonly Certificate[],
  passwordText: ByteText,
  context: WriteContext,
): Uint8Array {
  const password = pkcs12Password(passwordText)
  const keyId = attribute(OID.localKeyId, octets(hash('sha1', certificate.bytes, 'buffer')))
  const shrouded = encrypt(pkcs8Of(key), password, context)
  const keyBag = bag(OID.shroudedKeyBag, sequence(shrouded.algorithm, octets(shrouded.encrypted)), [keyId])
  const certificates = [certificateBag(certificate, [keyId]), ...authorities.map((authority) => certificateBag(authority, []))]
  return file([encryptedPart(certificates, password, context), plainPart([keyBag])], password, context)
}

/** A trust store that Java reads: certificates marked as trusted for everything, named by their subjects. Throws FunctionError. */
export function writeTrustStore(certificates: readonly Certificate[], passwordText: ByteText, context: WriteContext): Uint8Array {
  const password = pkcs12Password(passwordText)
  const trusted = attribute(OID.javaTrustStore, oid(OID.anyExtendedKeyUsage))
  const bags = certificates.map((certificate) => {
    const name = element(TAG.bmpString, bmpBytes(nameText(certificate.subject)))
    return certificateBag(certificate, [trusted, attribute(OID.friendlyName, name)])
  })
  return file([encryptedPart(bags, password, context)], password, context)
}

function file(parts: readonly Uint8Array[], password: Pkcs12Password, { random, spend }: WriteContext): Uint8Array {
  const safe = sequence(...parts)
  const salt = random.bytes(RANDOM_BYTES)
  const algorithm = { oid: OID.sha256, parameters: undefined }
  const digest = macOf(safe, { algorithm, salt, iterations: ITERATIONS }, password, spend)
  const mac = sequence(sequence(sequence(oid(OID.sha256)), octets(digest)), octets(salt), integer(ITERATIONS))
  return sequence(integer(3), contentInfo(OID.data, octets(safe)), mac)
}

function plainPart(bags: readonly Uint8Array[]): Uint8Array {
  return contentInfo(OID.data, octets(sequence(...bags)))
}

function encryptedPart(bags: readonly Uint8Array[], password: Pkcs12Password, context: WriteContext): Uint8Array {
  const { algorithm, encrypted } = encrypt(sequence(...bags), password, context)
  const info = sequence(oid(OID.data), algorithm, element(0x80, encrypted))
  return contentInfo(OID.encryptedData, sequence(integer(0), info))
}

function encrypt(
  plain: Uint8Array,
  password: Pkcs12Password,
  { random, spend }: WriteContext,
): ReturnType<typeof encryptWithPassword> {
  const salt = random.bytes(RANDOM_BYTES)
  const iv = random.bytes(RANDOM_BYTES)
  return encryptWithPassword(plain, password, { salt, iv, iterations: ITERATIONS }, spend)
}

function contentInfo(type: string, content: Uint8Array): Uint8Array {
  return sequence(oid(type), explicit(0, content))
}

function certificateBag({ bytes }: Certificate, attributes: readonly Uint8Array[]): Uint8Array {
  return bag(OID.certBag, sequence(oid(OID.x509Certificate), explicit(0, octets(bytes))), attributes)
}

/** A set without attributes is written too, as go-pkcs12 does. */
function bag(type: string, content: Uint8Array, attributes: readonly Uint8Array[]): Uint8Array {
  return sequence(oid(type), explicit(0, content), set(...attributes))
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), set(value))
}
