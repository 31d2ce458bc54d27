import { DerCursor } from '../der/der-cursor.ts'
import { constructedContextTag, contextTag, TAG } from '../der/tag.ts'
import { FunctionError } from '../function-error.ts'
import { parseExtensions } from './certificate-extensions.ts'
import { type CertificateNames, NO_NAMES } from './certificate-names.ts'
import { type NameAttribute, parseName } from './distinguished-name.ts'
import { checkPublicKey } from './public-key-info.ts'

/** What we look at of an X.509 certificate (RFC 5280). */
export interface Certificate {
  /** All of it, in DER. */
  readonly bytes: Uint8Array
  readonly subject: readonly NameAttribute[]
  readonly subjectDer: Uint8Array
  readonly publicKeyInfo: Uint8Array
  /** Undefined where the extension is missing; as in Go, one that holds no key identifier counts as missing. */
  readonly authorityKeyId: Uint8Array | undefined
  readonly subjectKeyId: Uint8Array | undefined
  readonly names: CertificateNames
}

/** One certificate and nothing behind it. Throws FunctionError with the text of Go's crypto/x509. */
export function parseCertificate(der: Uint8Array): Certificate {
  const certificate = certificateAt(der)
  if (certificate.bytes.length !== der.length) fail('trailing data')
  return certificate
}

/** Certificates that follow one another. Throws FunctionError. */
export function parseCertificates(der: Uint8Array): readonly Certificate[] {
  const certificates: Certificate[] = []
  for (let at = 0; at < der.length; at += certificates.at(-1)?.bytes.length ?? der.length) {
    certificates.push(certificateAt(der.subarray(at)))
  }
  return certificates
}

function certificateAt(der: Uint8Array): Certificate {
  const outer = new DerCursor(der).element(TAG.sequence) ?? fail('malformed certificate')
  const parts = new DerCursor(outer.content)
  const signed = parts.enter(TAG.sequence) ?? fail('malformed tbs certificate')
  const version = versionOf(signed)
  const serial = signed.integer() ?? fail('malformed serial number')
  if (serial < 0n) fail('negative serial number')
  checkAlgorithms(signed, parts)
  parseName(signed.element(TAG.sequence)?.bytes ?? fail('malformed issuer'))
  checkValidity(signed.enter(TAG.sequence) ?? fail('malformed validity'))
  const subjectDer = signed.element(TAG.sequence)?.bytes ?? fail('malformed issuer')
  const subject = parseName(subjectDer)
  const publicKeyInfo = signed.element(TAG.sequence)?.bytes ?? fail('malformed spki')
  checkPublicKey(publicKeyInfo)
  const extensions = version < 3 ? {} : parseExtensions(extensionsOf(signed))
  if (!parts.bitString()) fail('malformed signature')
  return {
    bytes: outer.bytes,
    subject,
    subjectDer,
    publicKeyInfo,
    authorityKeyId: undefined,
    subjectKeyId: undefined,
    names: NO_NAMES,
    ...extensions,
  }
}

/** 1 to 3. */
function versionOf(signed: DerCursor): number {
  if (!signed.nextIs(constructedContextTag(0))) return 1
  const field = signed.enter(constructedContextTag(0))
  const version = field?.integer()
  if (version === undefined || version < 0n || !field?.isEmpty) return fail('malformed version')
  return version > 2n ? fail('invalid version') : Number(version) + 1
}

function checkAlgorithms(signed: DerCursor, parts: DerCursor): void {
  const inner = signed.content(TAG.sequence) ?? fail('malformed signature algorithm identifier')
  const outer = parts.content(TAG.sequence) ?? fail('malformed algorithm identifier')
  if (Buffer.compare(inner, outer) !== 0) fail("inner and outer signature algorithm identifiers don't match")
  const cursor = new DerCursor(inner)
  if (cursor.oid() === undefined) fail('malformed OID')
  if (!cursor.isEmpty && !cursor.any()) fail('malformed parameters')
}

function checkValidity(validity: DerCursor): void {
  checkTime(validity)
  checkTime(validity)
}

/** No date is looked at, but it must be one. */
function checkTime(validity: DerCursor): void {
  const isShort = validity.nextIs(TAG.utcTime)
  if (!isShort && !validity.nextIs(TAG.generalizedTime)) fail('unsupported time format')
  const text = Buffer.from(validity.any()?.content ?? []).toString('latin1')
  const pattern = isShort
    ? /^\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?:Z|[+-]\d{4})$/
    : /^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:Z|[+-]\d{4})$/
  if (!pattern.test(text)) fail(isShort ? 'malformed UTCTime' : 'malformed GeneralizedTime')
}

function extensionsOf(signed: DerCursor): DerCursor {
  if (signed.nextIs(contextTag(1)) && !signed.any()) fail('malformed issuerUniqueID')
  if (signed.nextIs(contextTag(2)) && !signed.any()) fail('malformed subjectUniqueID')
  if (!signed.nextIs(constructedContextTag(3))) return new DerCursor(new Uint8Array())
  return signed.enter(constructedContextTag(3))?.enter(TAG.sequence) ?? fail('malformed extensions')
}

function fail(message: string): never {
  throw new FunctionError(`x509: ${message}`, true)
}
