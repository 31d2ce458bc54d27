import { algorithmIdentifier } from '../der/algorithm-identifier.ts'
import { type Asn1Type, asn1, struct, unmarshal } from '../der/unmarshal.ts'
import { unsignedBytes } from '../der/write-der.ts'
import { FunctionError } from '../function-error.ts'
import { CURVES, type EllipticCurve, publicPointOf } from './elliptic-curve.ts'
import { KEY_OID } from './key-oid.ts'
import type { Pkcs8Key, PrivateKey } from './private-key.ts'
import { completeRsaNumbers } from './rsa-numbers.ts'

const pkcs8 = struct('pkcs8', (fields) => ({
  version: fields.next(asn1.int),
  algorithm: fields.next(algorithmIdentifier),
  privateKey: fields.next(asn1.bytes),
}))

const pkcs1 = struct('pkcs1PrivateKey', (fields) => ({
  version: fields.next(asn1.int),
  n: fields.next(asn1.bigInt),
  e: fields.next(asn1.int),
  d: fields.next(asn1.bigInt),
  p: fields.next(asn1.bigInt),
  q: fields.next(asn1.bigInt),
  dp: fields.optional(asn1.bigInt),
  dq: fields.optional(asn1.bigInt),
  qInv: fields.optional(asn1.bigInt),
}))

const sec1 = struct('ecPrivateKey', (fields) => ({
  version: fields.next(asn1.int),
  privateKey: fields.next(asn1.bytes),
  curve: fields.optional(asn1.oid, { tag: 0, explicit: true }),
  publicKey: fields.optional(asn1.bitString, { tag: 1, explicit: true }),
}))

const dsa = struct('DSAKeyFormat', (fields) => ({
  version: fields.next(asn1.int),
  p: fields.next(asn1.bigInt),
  q: fields.next(asn1.bigInt),
  g: fields.next(asn1.bigInt),
  y: fields.next(asn1.bigInt),
  x: fields.next(asn1.bigInt),
}))

const FORMATS = [
  { type: pkcs8, parser: 'ParsePKCS8PrivateKey' },
  { type: pkcs1, parser: 'ParsePKCS1PrivateKey' },
  { type: sec1, parser: 'ParseECPrivateKey' },
] as const

/** PKCS#8, with the errors of Go's x509.ParsePKCS8PrivateKey. Throws FunctionError. */
export function parsePkcs8(der: Uint8Array): Pkcs8Key {
  const { algorithm, privateKey } = read(pkcs8, der).value
  switch (algorithm.oid) {
    case KEY_OID.rsa:
      return within('failed to parse RSA private key embedded in PKCS#8', () => parsePkcs1(privateKey))
    case KEY_OID.ec:
      return within('failed to parse EC private key embedded in PKCS#8', () =>
        parseSec1(privateKey, curveOf(algorithm.parameters?.bytes)),
      )
    case KEY_OID.ed25519:
      return { kind: 'ed25519', seed: seedOf('Ed25519', algorithm.parameters?.bytes, privateKey) }
    case KEY_OID.x25519:
      return { kind: 'x25519', seed: seedOf('X25519', algorithm.parameters?.bytes, privateKey) }
    default:
      throw new FunctionError(`x509: PKCS#8 wrapping contained private key with unknown algorithm: ${algorithm.oid}`)
  }
}

/** PKCS#1, with the errors of Go's x509.ParsePKCS1PrivateKey. Throws FunctionError. */
export function parsePkcs1(der: Uint8Array): Pkcs8Key {
  const { value, rest } = read(pkcs1, der)
  if (rest.length > 0) throw new FunctionError('asn1: syntax error: trailing data', true)
  const { version, e, ...numbers } = value
  if (version > 1) throw new FunctionError('x509: unsupported private key version', true)
  if (Object.values(numbers).some((number) => number !== undefined && number <= 0n)) {
    throw new FunctionError('x509: private key contains zero or negative value', true)
  }
  return { kind: 'rsa', numbers: completeRsaNumbers({ ...numbers, e: BigInt(e) }) }
}

/** SEC 1, with the errors of Go's x509.ParseECPrivateKey. `curve` is of the structure around it and wins. Throws FunctionError. */
export function parseSec1(der: Uint8Array, curveAround?: string): Pkcs8Key {
  const { version, privateKey, curve: curveOid } = within('failed to parse EC private key', () => read(sec1, der).value, 'asn1:')
  if (version !== 1) throw new FunctionError(`x509: unknown EC private key version ${version}`)
  const curve = CURVES.find(({ oid }) => oid === (curveAround ?? curveOid))
  if (!curve) throw new FunctionError('x509: unknown elliptic curve', true)
  const scalar = scalarOf(curve, privateKey)
  if (!publicPointOf(curve, scalar)) throw new FunctionError('ecdsa: invalid private key', true)
  return { kind: 'ec', curve, scalar }
}

/** What OpenSSL writes under `DSA PRIVATE KEY`. Throws FunctionError. */
export function parseDsa(der: Uint8Array): PrivateKey {
  return { kind: 'dsa', numbers: unmarshal(dsa, der).value }
}

/** Whatever of PKCS#1, PKCS#8 and SEC 1 it is (External Secrets, parsePrivateKey). Throws FunctionError. */
export function parseAnyPrivateKey(der: Uint8Array): Pkcs8Key {
  for (const parse of [parsePkcs1, parsePkcs8, parseSec1]) {
    try {
      return parse(der)
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error
    }
  }
  throw new FunctionError('unable to parse private key type', true)
}

/** Of another format, Go names the function that reads it. */
function read<T>(type: Asn1Type<T>, der: Uint8Array): { readonly value: T; readonly rest: Uint8Array } {
  try {
    return unmarshal(type, der)
  } catch (error) {
    const other = FORMATS.find((format) => format.type.goName !== type.goName && isReadable(format.type, der))
    if (!other) throw error
    throw new FunctionError(`x509: failed to parse private key (use ${other.parser} instead for this key format)`, true)
  }
}

function isReadable(type: Asn1Type<unknown>, der: Uint8Array): boolean {
  try {
    unmarshal(type, der)
    return true
  } catch {
    return false
  }
}

function within<T>(what: string, parse: () => T, only = ''): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof FunctionError) || !error.message.startsWith(only)) throw error
    throw new FunctionError(`x509: ${what}: ${error.message}`, error.safe)
  }
}

function curveOf(parameters: Uint8Array | undefined): string | undefined {
  return parameters && isReadable(asn1.oid, parameters) ? unmarshal(asn1.oid, parameters).value : undefined
}

/** Leading zeros too many or too few are put right, as Go does. */
function scalarOf(curve: EllipticCurve, bytes: Uint8Array): Uint8Array {
  const number = BigInt(`0x0${Buffer.from(bytes).toString('hex')}`)
  const digits = unsignedBytes(number)
  if (digits.length > curve.size) throw new FunctionError('x509: invalid private key length', true)
  return Buffer.concat([new Uint8Array(curve.size - digits.length), digits])
}

function seedOf(name: string, parameters: Uint8Array | undefined, privateKey: Uint8Array): Uint8Array {
  if (parameters) throw new FunctionError(`x509: invalid ${name} private key parameters`, true)
  const seed = within(`invalid ${name} private key`, () => unmarshal(asn1.bytes, privateKey).value)
  if (seed.length === 32) return seed
  throw new FunctionError(
    name === 'X25519' ? 'crypto/ecdh: invalid private key size' : `x509: invalid ${name} private key length: ${seed.length}`,
    true,
  )
}
