import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { bits, explicit, integer, NULL, octets, oid, sequence } from '../der/write-der.ts'
import { type EllipticCurve, publicPointOf } from './elliptic-curve.ts'
import { KEY_OID } from './key-oid.ts'
import type { RsaNumbers } from './rsa-numbers.ts'

interface DsaNumbers {
  readonly p: bigint
  readonly q: bigint
  readonly g: bigint
  readonly y: bigint
  readonly x: bigint
}

/** A private key of one of the kinds that Go knows. */
export type PrivateKey =
  | { readonly kind: 'rsa'; readonly numbers: RsaNumbers }
  | { readonly kind: 'ec'; readonly curve: EllipticCurve; readonly scalar: Uint8Array }
  | { readonly kind: 'ed25519' | 'x25519'; readonly seed: Uint8Array }
  | { readonly kind: 'dsa'; readonly numbers: DsaNumbers }

/** A key that a PKCS#8 structure may hold. Go has no PKCS#8 for DSA. */
export type Pkcs8Key = Exclude<PrivateKey, { readonly kind: 'dsa' }>

/** PKCS#8 (RFC 5208) as Go's x509.MarshalPKCS8PrivateKey writes it: version 0, no attributes. */
export function pkcs8Of(key: Pkcs8Key): Uint8Array {
  const { algorithm, content } = pkcs8Parts(key)
  return sequence(integer(0), algorithm, octets(content))
}

function pkcs8Parts(key: Pkcs8Key): { readonly algorithm: Uint8Array; readonly content: Uint8Array } {
  switch (key.kind) {
    case 'rsa':
      return { algorithm: sequence(oid(KEY_OID.rsa), NULL), content: pkcs1Of(key.numbers) }
    case 'ec':
      return { algorithm: sequence(oid(KEY_OID.ec), oid(key.curve.oid)), content: sequence(...sec1Parts(key.curve, key.scalar)) }
    default:
      return { algorithm: sequence(oid(KEY_OID[key.kind])), content: octets(key.seed) }
  }
}

/** PKCS#1 (RFC 8017, A.1.2). */
export function pkcs1Of({ n, e, d, p, q, dp, dq, qInv }: RsaNumbers): Uint8Array {
  return sequence(...[0n, n, e, d, p, q, dp, dq, qInv].map(integer))
}

/** SEC 1 (RFC 5915) with the curve and the public key. */
export function sec1Of(curve: EllipticCurve, scalar: Uint8Array): Uint8Array {
  const [version, key, ...rest] = sec1Parts(curve, scalar)
  return sequence(version, key, explicit(0, oid(curve.oid)), ...rest)
}

/** Without the curve. */
function sec1Parts(curve: EllipticCurve, scalar: Uint8Array): readonly [Uint8Array, Uint8Array, ...Uint8Array[]] {
  const point = publicPointOf(curve, scalar)
  return [integer(1), octets(scalar), ...(point ? [explicit(1, bits(point))] : [])]
}

/** What OpenSSL writes under `DSA PRIVATE KEY`. */
export function dsaDerOf({ p, q, g, y, x }: DsaNumbers): Uint8Array {
  return sequence(...[0n, p, q, g, y, x].map(integer))
}

/** The key for Node's crypto. Throws Error for one that OpenSSL refuses. */
export function keyObjectOf(key: Pkcs8Key): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8Of(key)), format: 'der', type: 'pkcs8' })
}

/** SubjectPublicKeyInfo (RFC 5280, 4.1) of the public key that belongs to a private one. */
export function publicKeyInfoOf(key: Pkcs8Key): Uint8Array {
  if (key.kind === 'rsa') return rsaPublicKeyInfo(key.numbers)
  return createPublicKey(keyObjectOf(key)).export({ format: 'der', type: 'spki' })
}

export function rsaPublicKeyInfo({ n, e }: { readonly n: bigint; readonly e: bigint }): Uint8Array {
  return sequence(sequence(oid(KEY_OID.rsa), NULL), bits(sequence(integer(n), integer(e))))
}

/** Of an Ed25519 or X25519 key. */
export function edwardsPublicKeyInfo(kind: 'ed25519' | 'x25519', key: Uint8Array): Uint8Array {
  return sequence(sequence(oid(KEY_OID[kind])), bits(key))
}
