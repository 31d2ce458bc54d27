import { hash, sign } from 'node:crypto'
import { contextTag, TAG } from '../der/tag.ts'
import { bits, element, explicit, integer, NULL, octets, oid, sequence, TRUE } from '../der/write-der.ts'
import { FunctionError } from '../function-error.ts'
import type { Certificate } from './certificate.ts'
import { commonNameDer } from './distinguished-name.ts'
import { keyObjectOf, type Pkcs8Key, type PrivateKey, publicKeyInfoOf } from './private-key.ts'
import { publicKeyBits } from './public-key-info.ts'

/** What sprig's certificates differ in. */
interface CertificateRequest {
  readonly commonName: string
  /** 4 or 16 bytes each. */
  readonly addresses: readonly Uint8Array[]
  readonly dnsNames: readonly string[]
  readonly role: 'authority' | 'end entity'
  /** 16 random bytes. */
  readonly serial: Uint8Array
  /** Milliseconds since the epoch. */
  readonly notBefore: number
  readonly notAfter: number
}

/** Who signs, where it is not the certificate's own key. */
export interface Signer {
  readonly certificate: Certificate
  readonly key: PrivateKey
}

const DIGITAL_SIGNATURE_KEY_ENCIPHERMENT = bits(Uint8Array.of(0xa0), 5)
const THE_SAME_AND_CERT_SIGN = bits(Uint8Array.of(0xa4), 2)
const KEY_ID_BYTES = 20

/**
 * A certificate as sprig makes it with Go's x509.CreateCertificate: key usages, server and client authentication, basic constraints, names.
 * Signed by its own key unless there is a signer. Throws FunctionError with Go's text.
 */
export function createCertificate(request: CertificateRequest, key: PrivateKey, signer?: Signer): Uint8Array {
  const signing = signingKey(signer?.key ?? key)
  const publicKey = publicKeyInfoOf(signingKey(key))
  const subject = commonNameDer(request.commonName)
  const issuer = signer?.certificate.subjectDer ?? subject
  if (signer && Buffer.compare(publicKeyInfoOf(signing), signer.certificate.publicKeyInfo) !== 0) {
    throw new FunctionError("x509: provided PrivateKey doesn't match parent's PublicKey", true)
  }
  const authority = Buffer.compare(issuer, subject) === 0 ? undefined : signer?.certificate.subjectKeyId
  const algorithm = signatureAlgorithm(signing)
  const signed = sequence(
    explicit(0, integer(2)),
    integer(BigInt(`0x${Buffer.from(request.serial).toString('hex')}`)),
    algorithm,
    issuer,
    sequence(time(request.notBefore), time(request.notAfter)),
    subject,
    publicKey,
    explicit(3, sequence(...extensions(request, publicKeyBits(publicKey), authority))),
  )
  const signature = sign(digestOf(signing), signed, keyObjectOf(signing))
  return sequence(signed, algorithm, bits(signature))
}

function extensions(
  request: CertificateRequest,
  publicKey: Uint8Array,
  authority: Uint8Array | undefined,
): readonly Uint8Array[] {
  const isAuthority = request.role === 'authority'
  const usages = sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))
  const keyId = hash('sha256', publicKey, 'buffer').subarray(0, KEY_ID_BYTES)
  const names = [
    ...request.dnsNames.map((name) => element(contextTag(2), ascii(name))),
    ...request.addresses.map((address) => element(contextTag(7), address)),
  ]
  return [
    sequence(oid('2.5.29.15'), TRUE, octets(isAuthority ? THE_SAME_AND_CERT_SIGN : DIGITAL_SIGNATURE_KEY_ENCIPHERMENT)),
    sequence(oid('2.5.29.37'), octets(usages)),
    sequence(oid('2.5.29.19'), TRUE, octets(isAuthority ? sequence(TRUE) : sequence())),
    ...(isAuthority ? [sequence(oid('2.5.29.14'), octets(octets(keyId)))] : []),
    ...(authority?.length ? [sequence(oid('2.5.29.35'), octets(sequence(element(contextTag(0), authority))))] : []),
    ...(names.length > 0
      ? [sequence(oid('2.5.29.17'), ...(request.commonName === '' ? [TRUE] : []), octets(sequence(...names)))]
      : []),
  ]
}

function ascii(name: string): Uint8Array {
  if (!/^[\0-\x7f]*$/.test(name)) throw new FunctionError(`x509: ${JSON.stringify(name)} cannot be encoded as an IA5String`)
  return Buffer.from(name, 'latin1')
}

function signingKey(key: PrivateKey): Pkcs8Key {
  if (key.kind !== 'dsa' && key.kind !== 'x25519') return key
  throw new FunctionError('x509: certificate private key does not implement crypto.Signer', true)
}

function digestOf(key: Pkcs8Key): string | undefined {
  if (key.kind === 'ec') return key.curve.digest
  return key.kind === 'rsa' ? 'sha256' : undefined
}

const ECDSA_WITH = { sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3', sha512: '1.2.840.10045.4.3.4' } as const

function signatureAlgorithm(key: Pkcs8Key): Uint8Array {
  if (key.kind === 'rsa') return sequence(oid('1.2.840.113549.1.1.11'), NULL)
  return sequence(oid(key.kind === 'ec' ? ECDSA_WITH[key.curve.digest] : '1.3.101.112'))
}

/** Two digits of the year from 1950 to 2049 (RFC 5280, 4.1.2.5). */
function time(atMs: number): Uint8Array {
  const date = new Date(atMs)
  const year = date.getUTCFullYear()
  if (Number.isNaN(year) || year < 0 || year > 9999) {
    throw new FunctionError('asn1: structure error: cannot represent time as GeneralizedTime', true)
  }
  const text = `${date.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`
  const isShort = year >= 1950 && year < 2050
  return element(isShort ? TAG.utcTime : TAG.generalizedTime, Buffer.from(isShort ? text.slice(2) : text, 'latin1'))
}
