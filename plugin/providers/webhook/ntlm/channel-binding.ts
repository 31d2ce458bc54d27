import { createHash } from 'node:crypto'
import { derChild, derElements, oidText } from '../../der.ts'

/** A login without TLS is bound to none. */
const UNBOUND = Buffer.alloc(16)
/** Two addresses that are not told: type and length of each are zero. */
const NO_ADDRESSES = Buffer.alloc(16)

/** Signature algorithms whose own hash counts: RSA and ECDSA. For all others it is SHA-256, what is older included (RFC 5929, 4.1). */
const HASHES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
])

/**
 * `MsvAvChannelBindings` of [MS-NLMP] 2.2.2.1: the digest of the binding `tls-server-end-point` to the server's certificate, in DER. Where it is
 * asked for, a login that somebody in between passes on is worth nothing.
 */
export function channelBinding(certificate: Uint8Array | undefined): Uint8Array {
  if (!certificate) return UNBOUND
  const name = HASHES.get(signatureAlgorithm(certificate)) ?? 'sha256'
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), createHash(name).update(certificate).digest()])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(data.byteLength)
  return createHash('md5')
    .update(Buffer.concat([NO_ADDRESSES, length, data]))
    .digest()
}

function signatureAlgorithm(certificate: Uint8Array): string {
  const [whole] = derElements(certificate)
  return whole ? oidText(derChild(whole, 1, 0)) : ''
}
