import { bitsOf, DerCursor } from '../der/der-cursor.ts'
import { constructedContextTag, contextTag, TAG } from '../der/tag.ts'
import { FunctionError } from '../function-error.ts'
import { type CertificateNames, parseNames } from './certificate-names.ts'
import { checkNameConstraints } from './name-constraints.ts'

/** What we look at of a certificate's extensions; undefined where they are missing. */
interface CertificateExtensions {
  readonly authorityKeyId?: Uint8Array | undefined
  readonly subjectKeyId?: Uint8Array
  readonly names?: CertificateNames
}

/** The value of one extension. All that Go's crypto/x509 checks is checked, so that a certificate is broken here when it is there. */
type Parse = (value: Uint8Array) => CertificateExtensions

const PARSERS: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  [
    '2.5.29.14',
    (value) => ({ subjectKeyId: new DerCursor(value).content(TAG.octetString) ?? fail('invalid subject key identifier') }),
  ],
  ['2.5.29.15', checking(checkKeyUsage)],
  ['2.5.29.17', (value) => ({ names: parseNames(value) })],
  ['2.5.29.19', checking(checkBasicConstraints)],
  ['2.5.29.30', checking(checkNameConstraints)],
  ['2.5.29.31', checking(checkDistributionPoints)],
  ['2.5.29.32', checking(checkPolicies)],
  ['2.5.29.33', checking(checkPolicyMappings)],
  ['2.5.29.35', (value) => ({ authorityKeyId: authorityOf(value) })],
  ['2.5.29.36', checking(checkPolicyConstraints)],
  ['2.5.29.37', checking(checkExtendedKeyUsages)],
  ['2.5.29.54', checking((value) => void (naturalOf(new DerCursor(value)) ?? fail('invalid inhibit any policy extension')))],
  ['1.3.6.1.5.5.7.1.1', checking(checkAuthorityAccess)],
])

/** RFC 5280 forbids to mark them critical. */
const NEVER_CRITICAL: ReadonlyMap<string, string> = new Map([
  ['2.5.29.14', 'subject key identifier'],
  ['2.5.29.35', 'authority key identifier'],
  ['1.3.6.1.5.5.7.1.1', 'authority info access'],
])

/** Reads what the cursor has of a certificate's extensions. Throws FunctionError with the text of Go's crypto/x509. */
export function parseExtensions(list: DerCursor): CertificateExtensions {
  const found: { readonly oid: string; readonly isCritical: boolean; readonly value: Uint8Array }[] = []
  const seen = new Set<string>()
  while (!list.isEmpty) {
    const extension = list.enter(TAG.sequence) ?? fail('malformed extension')
    const oid = extension.oid() ?? fail('malformed extension OID field')
    const isCritical = extension.nextIs(TAG.boolean) && (extension.boolean() ?? fail('malformed extension critical field'))
    const value = extension.content(TAG.octetString) ?? fail('malformed extension value field')
    if (seen.has(oid)) throw new FunctionError(`x509: certificate contains duplicate extension with OID "${oid}"`)
    seen.add(oid)
    found.push({ oid, isCritical, value })
  }
  const parsed = found.map(({ oid, isCritical, value }) => {
    const name = NEVER_CRITICAL.get(oid)
    if (isCritical && name) fail(`${name} incorrectly marked critical`)
    return PARSERS.get(oid)?.(value) ?? {}
  })
  return Object.assign({}, ...parsed)
}

function checking(check: (value: Uint8Array) => void): Parse {
  return (value) => {
    check(value)
    return {}
  }
}

/** A number that fits into 63 bits. */
function naturalOf(cursor: DerCursor): bigint | undefined {
  const number = cursor.integer()
  return number !== undefined && number >= -(2n ** 63n) && number < 2n ** 63n ? number : undefined
}

function checkKeyUsage(value: Uint8Array): void {
  if (!bitsOf(new DerCursor(value).content(TAG.bitString) ?? new Uint8Array())) fail('invalid key usage')
}

function checkBasicConstraints(value: Uint8Array): void {
  const why = 'invalid basic constraints'
  const fields = new DerCursor(value).enter(TAG.sequence) ?? fail(why)
  if (fields.nextIs(TAG.boolean) && fields.boolean() === undefined) fail(why)
  if (!fields.nextIs(TAG.integer)) return
  const length = naturalOf(fields)
  if (length === undefined || length < 0n) fail(why)
}

function checkDistributionPoints(value: Uint8Array): void {
  const points = new DerCursor(value).enter(TAG.sequence) ?? fail('invalid CRL distribution points')
  const why = 'invalid CRL distribution point'
  while (!points.isEmpty) {
    const point = points.enter(TAG.sequence) ?? fail(why)
    if (!point.nextIs(constructedContextTag(0))) continue
    const names = point.enter(constructedContextTag(0))?.enter(constructedContextTag(0)) ?? fail(why)
    while (names.nextIs(contextTag(6))) if (!names.any()) fail(why)
  }
}

function checkPolicies(value: Uint8Array): void {
  const why = 'invalid certificate policies'
  const policies = new DerCursor(value).enter(TAG.sequence) ?? fail(why)
  const seen = new Set<string>()
  while (!policies.isEmpty) {
    const oid = policies.enter(TAG.sequence)?.oid() ?? fail(why)
    if (seen.has(oid)) fail(why)
    seen.add(oid)
  }
}

function checkPolicyMappings(value: Uint8Array): void {
  const why = 'invalid policy mappings extension'
  const mappings = new DerCursor(value).enter(TAG.sequence) ?? fail(why)
  while (!mappings.isEmpty) {
    const mapping = mappings.enter(TAG.sequence)
    if (!mapping?.content(TAG.oid) || !mapping.content(TAG.oid)) fail(why)
  }
}

function checkPolicyConstraints(value: Uint8Array): void {
  const why = 'invalid policy constraints extension'
  const fields = new DerCursor(value).enter(TAG.sequence) ?? fail(why)
  for (const tag of [contextTag(0), contextTag(1)]) if (fields.nextIs(tag) && !fields.content(tag)?.length) fail(why)
}

function checkExtendedKeyUsages(value: Uint8Array): void {
  const why = 'invalid extended key usages'
  const usages = new DerCursor(value).enter(TAG.sequence) ?? fail(why)
  while (!usages.isEmpty) if (usages.oid() === undefined) fail(why)
}

function checkAuthorityAccess(value: Uint8Array): void {
  const why = 'invalid authority info access'
  const accesses = new DerCursor(value).enter(TAG.sequence) ?? fail(why)
  while (!accesses.isEmpty) {
    const access = accesses.enter(TAG.sequence)
    if (access?.oid() === undefined) fail(why)
    if (access?.nextIs(contextTag(6)) && !access.any()) fail(why)
  }
}

function authorityOf(value: Uint8Array): Uint8Array | undefined {
  const authority = new DerCursor(value).enter(TAG.sequence) ?? fail('invalid authority key identifier')
  if (!authority.nextIs(contextTag(0))) return undefined
  return authority.content(contextTag(0)) ?? fail('invalid authority key identifier')
}

function fail(message: string): never {
  throw new FunctionError(`x509: ${message}`, true)
}
