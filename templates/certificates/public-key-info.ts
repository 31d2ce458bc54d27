import { DerCursor } from '../der/der-cursor.ts'
import { TAG } from '../der/tag.ts'
import { FunctionError } from '../function-error.ts'
import { CURVES, isPointOf } from './elliptic-curve.ts'
import { KEY_OID } from './key-oid.ts'

/** Checks a SubjectPublicKeyInfo as Go's crypto/x509 does; of an algorithm that Go does not know only its frame. Throws FunctionError. */
export function checkPublicKey(info: Uint8Array): void {
  const fields = new DerCursor(info).enter(TAG.sequence) ?? fail('malformed spki')
  const algorithm = fields.enter(TAG.sequence) ?? fail('malformed public key algorithm identifier')
  const oid = algorithm.oid() ?? fail('malformed OID')
  const parameters = algorithm.isEmpty ? new Uint8Array() : (algorithm.any()?.bytes ?? fail('malformed parameters'))
  const key = fields.bitString() ?? fail('malformed subjectPublicKey')
  if (oid === KEY_OID.rsa) checkRsa(parameters, key)
  if (oid === KEY_OID.ec) checkEc(parameters, key)
  if (oid === KEY_OID.ed25519) checkEdwards('Ed25519', parameters, key)
  if (oid === KEY_OID.x25519) checkEdwards('X25519', parameters, key)
}

/** The bits of the key alone. */
export function publicKeyBits(info: Uint8Array): Uint8Array {
  const fields = new DerCursor(info).enter(TAG.sequence)
  fields?.any()
  return fields?.bitString() ?? fail('malformed subjectPublicKey')
}

function checkRsa(parameters: Uint8Array, key: Uint8Array): void {
  if (Buffer.from(parameters).toString('hex') !== '0500') fail('RSA key missing NULL parameters')
  const numbers = new DerCursor(key).enter(TAG.sequence) ?? fail('invalid RSA public key')
  const modulus = numbers.integer() ?? fail('invalid RSA modulus')
  const exponent = numbers.integer()
  if (exponent === undefined || BigInt.asIntN(64, exponent) !== exponent) return fail('invalid RSA public exponent')
  if (modulus <= 0n) fail('RSA modulus is not a positive number')
  if (exponent <= 0n) fail('RSA public exponent is not a positive number')
}

function checkEc(parameters: Uint8Array, key: Uint8Array): void {
  const oid = new DerCursor(parameters).oid() ?? fail('invalid ECDSA parameters')
  const curve = CURVES.find((known) => known.oid === oid) ?? fail('unsupported elliptic curve')
  if (key[0] !== 4) throw new FunctionError('ecdsa: invalid uncompressed public key', true)
  if (!isPointOf(curve, key)) throw new FunctionError(`${curve.jwkName.replace('-', '')} point not on curve`, true)
}

function checkEdwards(name: 'Ed25519' | 'X25519', parameters: Uint8Array, key: Uint8Array): void {
  if (parameters.length > 0) fail(`${name} key encoded with illegal parameters`)
  if (key.length === 32) return
  if (name === 'X25519') throw new FunctionError('crypto/ecdh: invalid public key', true)
  fail('wrong Ed25519 public key size')
}

function fail(message: string): never {
  throw new FunctionError(`x509: ${message}`, true)
}
