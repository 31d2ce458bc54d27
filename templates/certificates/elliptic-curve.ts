import { createECDH, createPublicKey } from 'node:crypto'
import { bits, oid, sequence } from '../der/write-der.ts'
import { KEY_OID } from './key-oid.ts'

/** A NIST curve that Go knows. */
export interface EllipticCurve {
  readonly oid: string
  /** As OpenSSL names it. */
  readonly name: string
  /** As JWK names it (RFC 7518, 6.2.1.1). */
  readonly jwkName: string
  /** Of a private key, in bytes; a public key is 0x04 and two numbers of this size. */
  readonly size: number
  /** With which certificates are signed (Go, crypto/x509). */
  readonly digest: 'sha256' | 'sha384' | 'sha512'
}

export const CURVES: readonly EllipticCurve[] = [
  { oid: '1.3.132.0.33', name: 'secp224r1', jwkName: 'P-224', size: 28, digest: 'sha256' },
  { oid: '1.2.840.10045.3.1.7', name: 'prime256v1', jwkName: 'P-256', size: 32, digest: 'sha256' },
  { oid: '1.3.132.0.34', name: 'secp384r1', jwkName: 'P-384', size: 48, digest: 'sha384' },
  { oid: '1.3.132.0.35', name: 'secp521r1', jwkName: 'P-521', size: 66, digest: 'sha512' },
]

/** The public point that belongs to a private key; undefined when it is zero or beyond the curve's order. */
export function publicPointOf(curve: EllipticCurve, scalar: Uint8Array): Uint8Array | undefined {
  const agreement = createECDH(curve.name)
  try {
    agreement.setPrivateKey(scalar)
    return agreement.getPublicKey()
  } catch {
    return undefined
  }
}

/** SubjectPublicKeyInfo (RFC 5480) of an uncompressed point. */
export function ecPublicKeyInfo(curve: EllipticCurve, point: Uint8Array): Uint8Array {
  return sequence(sequence(oid(KEY_OID.ec), oid(curve.oid)), bits(point))
}

/** Whether the bytes are an uncompressed point of the curve. */
export function isPointOf(curve: EllipticCurve, point: Uint8Array): boolean {
  if (point[0] !== 4 || point.length !== 1 + 2 * curve.size) return false
  try {
    createPublicKey({ key: Buffer.from(ecPublicKeyInfo(curve, point)), format: 'der', type: 'spki' })
    return true
  } catch {
    return false
  }
}
