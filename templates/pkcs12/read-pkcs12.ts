import { timingSafeEqual } from 'node:crypto'
import type { ByteText } from '../byte-text.ts'
import { type Certificate, parseCertificates } from '../certificates/certificate.ts'
import { parsePkcs8 } from '../certificates/parse-private-key.ts'
import type { Pkcs8Key } from '../certificates/private-key.ts'
import { algorithmIdentifier } from '../der/algorithm-identifier.ts'
import { asn1, list, struct } from '../der/unmarshal.ts'
import { FunctionError } from '../function-error.ts'
import { prefixing } from '../prefix-error.ts'
import type { SpendIterations } from './key-derivation.ts'
import { macOf } from './mac.ts'
import { OID } from './oid.ts'
import { NO_BYTES, type Pkcs12Password, pkcs12Password } from './password.ts'
import { decryptWithPassword } from './password-encryption.ts'
import { unmarshalWhole } from './unmarshal-whole.ts'

/** What is in a key store: one key, its certificate, and the certificates of its authorities in the file's order. */
interface Pkcs12 {
  readonly key: Pkcs8Key
  readonly certificate: Certificate
  readonly authorities: readonly Certificate[]
}

const contentInfo = struct('contentInfo', (fields) => ({
  type: fields.next(asn1.oid),
  content: fields.optional(asn1.raw, { tag: 0, explicit: true })?.content ?? new Uint8Array(),
}))

const macData = struct('macData', (fields) => ({
  mac: fields.next(
    struct('digestInfo', (digest) => ({ algorithm: digest.next(algorithmIdentifier), digest: digest.next(asn1.bytes) })),
  ),
  salt: fields.next(asn1.bytes),
  iterations: fields.optional(asn1.int) ?? 1,
}))

const pfx = struct('pfxPdu', (fields) => ({
  version: fields.next(asn1.int),
  content: fields.next(contentInfo),
  mac: fields.optional(macData),
}))

const encryptedData = struct('encryptedData', (fields) => ({
  version: fields.next(asn1.int),
  info: fields.next(
    struct('encryptedContentInfo', (info) => ({
      type: info.next(asn1.oid),
      algorithm: info.next(algorithmIdentifier),
      encrypted: info.optional(asn1.bytes, { tag: 0 }) ?? new Uint8Array(),
    })),
  ),
}))

const bagAttribute = struct('pkcs12Attribute', (fields) => ({ type: fields.next(asn1.oid), value: fields.next(asn1.raw) }))

/** Attributes are only checked, as in Go. */
const safeBag = struct('safeBag', (fields) => ({
  type: fields.next(asn1.oid),
  content: fields.next(asn1.raw, { tag: 0, explicit: true }).content,
  attributes: fields.optional(list(bagAttribute), { set: true }),
}))
type SafeBag = ReturnType<typeof safeBag.read>

const certBag = struct('certBag', (fields) => ({
  type: fields.next(asn1.oid),
  data: fields.next(asn1.bytes, { tag: 0, explicit: true }),
}))

const encryptedPrivateKeyInfo = struct('encryptedPrivateKeyInfo', (fields) => ({
  algorithm: fields.next(algorithmIdentifier),
  encrypted: fields.next(asn1.bytes),
}))

const MAX_PARTS = 2

/** Reads a key store. Throws FunctionError with the text of go-pkcs12's DecodeChain. */
export function readPkcs12(file: Uint8Array, password: ByteText, spend: SpendIterations): Pkcs12 {
  const opened = openFile(file, pkcs12Password(password), spend)
  const bags = opened.parts.flatMap((part) => bagsOf(part, opened.password, spend))
  const certificates: Certificate[] = []
  let key: Pkcs8Key | undefined
  for (const bag of bags) {
    if (bag.type === OID.certBag) certificates.push(certificateOf(bag))
    if (bag.type !== OID.keyBag && bag.type !== OID.shroudedKeyBag) continue
    if (key) throw new FunctionError('pkcs12: expected exactly one key bag', true)
    key = bag.type === OID.keyBag ? parsePkcs8(bag.content) : shroudedKey(bag, opened.password, spend)
  }
  const [certificate, ...authorities] = certificates
  if (!certificate) throw new FunctionError('pkcs12: certificate missing', true)
  if (!key) throw new FunctionError('pkcs12: private key missing', true)
  return { key, certificate, authorities }
}

interface OpenedFile {
  readonly parts: readonly ReturnType<typeof contentInfo.read>[]
  /** The one that the MAC belongs to. */
  readonly password: Pkcs12Password
}

function openFile(file: Uint8Array, password: Pkcs12Password, spend: SpendIterations): OpenedFile {
  const { version, content, mac } = prefixing('pkcs12: error reading P12 data', () => unmarshalWhole(pfx, file))
  if (version !== 3) throw new FunctionError("pkcs12: can only decode v3 PFX PDU's", true)
  if (content.type !== OID.data) throw new FunctionError('pkcs12: only password-protected PFX is implemented', true)
  const safe = unmarshalWhole(asn1.raw, content.content).content
  const verified = verifiedPassword(safe, mac, password, spend)
  const parts = unmarshalWhole(list(contentInfo), safe)
  if (parts.length < 1 || parts.length > MAX_PARTS) {
    throw new FunctionError(
      `pkcs12: expected between 1 and ${MAX_PARTS} items in the authenticated safe, but this file has ${parts.length}`,
      true,
    )
  }
  return { parts, password: verified }
}

function verifiedPassword(
  safe: Uint8Array,
  mac: ReturnType<typeof macData.read> | undefined,
  password: Pkcs12Password,
  spend: SpendIterations,
): Pkcs12Password {
  const isEmpty = password.utf8.length === 0
  if (!mac) {
    if (!isEmpty) throw new FunctionError('pkcs12: no MAC in data', true)
    return password
  }
  const parameters = { algorithm: mac.mac.algorithm, salt: mac.salt, iterations: mac.iterations }
  const matching = [password, ...(isEmpty ? [NO_BYTES] : [])].find((tried) =>
    areEqual(macOf(safe, parameters, tried, spend), mac.mac.digest),
  )
  if (!matching) throw new FunctionError('pkcs12: decryption password incorrect', true)
  return matching
}

function bagsOf(
  { type, content }: OpenedFile['parts'][number],
  password: Pkcs12Password,
  spend: SpendIterations,
): readonly SafeBag[] {
  if (type === OID.data) return unmarshalWhole(list(safeBag), unmarshalWhole(asn1.bytes, content))
  if (type !== OID.encryptedData) {
    throw new FunctionError('pkcs12: only data and encryptedData content types are supported in authenticated safe', true)
  }
  const { version, info } = unmarshalWhole(encryptedData, content)
  if (version !== 0) throw new FunctionError('pkcs12: only version 0 of EncryptedData is supported', true)
  return unmarshalWhole(list(safeBag), decryptWithPassword(info.algorithm, info.encrypted, password, spend))
}

function certificateOf({ content }: SafeBag): Certificate {
  const { type, data } = prefixing('pkcs12: error decoding cert bag', () => unmarshalWhole(certBag, content))
  if (type !== OID.x509Certificate) throw new FunctionError('pkcs12: only X509 certificates are supported in cert bags', true)
  const [certificate, ...more] = parseCertificates(data)
  if (!certificate || more.length > 0) throw new FunctionError('pkcs12: expected exactly one certificate in the certBag', true)
  return certificate
}

function shroudedKey({ content }: SafeBag, password: Pkcs12Password, spend: SpendIterations): Pkcs8Key {
  const { algorithm, encrypted } = prefixing('pkcs12: error decoding PKCS#8 shrouded key bag', () =>
    unmarshalWhole(encryptedPrivateKeyInfo, content),
  )
  const der = prefixing('pkcs12: error decrypting PKCS#8 shrouded key bag', () =>
    decryptWithPassword(algorithm, encrypted, password, spend),
  )
  prefixing('pkcs12: error unmarshaling decrypted private key', () => unmarshalWhole(asn1.raw, der))
  return prefixing('pkcs12: error parsing PKCS#8 private key', () => parsePkcs8(der))
}

function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
