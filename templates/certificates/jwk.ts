import { unsignedBytes } from '../der/write-der.ts'
import { FunctionError } from '../function-error.ts'
import { CURVES, type EllipticCurve, ecPublicKeyInfo, isPointOf, publicPointOf } from './elliptic-curve.ts'
import { edwardsPublicKeyInfo, type Pkcs8Key, publicKeyInfoOf, rsaPublicKeyInfo } from './private-key.ts'
import { completeRsaNumbers } from './rsa-numbers.ts'

/** A JSON Web Key (RFC 7517), as Go's types name it: errors say `*rsa.PrivateKey`. */
type Jwk =
  /** `key` throws FunctionError when its members do not make a key: that it is a private one is known without them. */
  | { readonly kind: 'private'; readonly goType: string; key(): Pkcs8Key }
  /** `info` gives a SubjectPublicKeyInfo and throws as `key`. */
  | { readonly kind: 'public'; readonly goType: string; info(): Uint8Array }
  | { readonly kind: 'symmetric'; readonly goType: '[]uint8' }

type Members = ReadonlyMap<string, unknown>

/** Reads one key from JSON: RSA, the curves P-256, P-384 and P-521, Ed25519, X25519, octets. Throws FunctionError, which quotes nothing. */
export function parseJwk(json: string): Jwk {
  const members = membersOf(json)
  switch (members.get('kty')) {
    case 'RSA':
      return rsaKey(members)
    case 'EC':
      return ecKey(members)
    case 'OKP':
      return edwardsKey(members)
    case 'oct':
      return { kind: 'symmetric', goType: '[]uint8' }
    default:
      return fail('its key type is not known')
  }
}

/** Members that say nothing of the key but must be texts. */
const TEXTS = ['kid', 'alg', 'use'] as const

function membersOf(json: string): Members {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    fail('it is not JSON')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) fail('it is not a JSON object')
  const members = new Map<string, unknown>(Object.entries(parsed))
  const odd = TEXTS.find((name) => typeof (members.get(name) ?? '') !== 'string')
  return odd === undefined ? members : fail(`${odd} is not a text`)
}

function rsaKey(members: Members): Jwk {
  if (members.has('d')) return { kind: 'private', goType: '*rsa.PrivateKey', key: () => rsaPrivateKey(members) }
  return {
    kind: 'public',
    goType: '*rsa.PublicKey',
    info: () => rsaPublicKeyInfo({ n: numberOf(members, 'n'), e: numberOf(members, 'e') }),
  }
}

function rsaPrivateKey(members: Members): Pkcs8Key {
  const numbers = completeRsaNumbers({
    n: numberOf(members, 'n'),
    e: numberOf(members, 'e'),
    d: numberOf(members, 'd'),
    p: numberOf(members, 'p'),
    q: numberOf(members, 'q'),
    dp: optionalNumberOf(members, 'dp'),
    dq: optionalNumberOf(members, 'dq'),
    qInv: optionalNumberOf(members, 'qi'),
  })
  return { kind: 'rsa', numbers }
}

function ecKey(members: Members): Jwk {
  const curve = CURVES.find(({ jwkName }) => jwkName === members.get('crv') && jwkName !== 'P-224')
  if (!curve) fail('its curve is not known')
  if (members.has('d')) return { kind: 'private', goType: '*ecdsa.PrivateKey', key: () => ecPrivateKey(curve, members) }
  return { kind: 'public', goType: '*ecdsa.PublicKey', info: () => ecPublicKeyInfo(curve, pointOf(curve, members)) }
}

/** Go does not look whether both halves belong together; a key of two halves is of no use to anybody. */
function ecPrivateKey(curve: EllipticCurve, members: Members): Pkcs8Key {
  const scalar = sized(curve, bytesOf(members, 'd'))
  const point = publicPointOf(curve, scalar)
  if (!point || Buffer.compare(point, pointOf(curve, members)) !== 0) fail('its private number does not belong to its point')
  return { kind: 'ec', curve, scalar }
}

function pointOf(curve: EllipticCurve, members: Members): Uint8Array {
  const point = Buffer.concat([Uint8Array.of(4), sized(curve, bytesOf(members, 'x')), sized(curve, bytesOf(members, 'y'))])
  if (!isPointOf(curve, point)) fail('its point is not on the curve')
  return point
}

const EDWARDS_BYTES = 32

function edwardsKey(members: Members): Jwk {
  const curve = members.get('crv')
  if (curve !== 'Ed25519' && curve !== 'X25519') fail('its curve is not known')
  const kind = curve === 'Ed25519' ? 'ed25519' : 'x25519'
  const goType = (part: 'PublicKey' | 'PrivateKey'): string => (kind === 'ed25519' ? `ed25519.${part}` : `*ecdh.${part}`)
  const publicKey = (): Uint8Array => bytesOf(members, 'x', EDWARDS_BYTES)
  if (!members.has('d')) {
    return { kind: 'public', goType: goType('PublicKey'), info: () => edwardsPublicKeyInfo(kind, publicKey()) }
  }
  const key = (): Pkcs8Key => {
    const made = { kind, seed: bytesOf(members, 'd', EDWARDS_BYTES) } as const
    const belongs = Buffer.compare(publicKeyInfoOf(made), edwardsPublicKeyInfo(kind, publicKey())) === 0
    return belongs ? made : fail('its private number does not belong to its point')
  }
  return { kind: 'private', goType: goType('PrivateKey'), key }
}

/** Leading zeros put right. */
function sized(curve: EllipticCurve, bytes: Uint8Array): Uint8Array {
  const digits = unsignedBytes(BigInt(`0x0${Buffer.from(bytes).toString('hex')}`))
  if (digits.length > curve.size) fail('it has the wrong length')
  return Buffer.concat([new Uint8Array(curve.size - digits.length), digits])
}

function numberOf(members: Members, name: string): bigint {
  return BigInt(`0x0${Buffer.from(bytesOf(members, name)).toString('hex')}`)
}

function optionalNumberOf(members: Members, name: string): bigint | undefined {
  return members.has(name) ? numberOf(members, name) : undefined
}

/** Base64 of either alphabet, with its padding or without. */
function bytesOf(members: Members, name: string, length?: number): Uint8Array {
  const text = members.get(name)
  const isBase64 = typeof text === 'string' && /^[A-Za-z0-9_+/-]+={0,2}$/.test(text)
  if (!isBase64 || text.length % 4 === 1 || (text.endsWith('=') && text.length % 4 !== 0)) {
    fail(`${name} is missing or is not Base64`)
  }
  const bytes = Buffer.from(text, 'base64url')
  if (length !== undefined && bytes.length !== length) fail(`${name} has the wrong length`)
  return bytes
}

function fail(why: string): never {
  throw new FunctionError(`failed to parse JWK: ${why}`, true)
}
