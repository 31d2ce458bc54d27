import { type ByteText, byteText } from '../byte-text.ts'
import { DerCursor } from '../der/der-cursor.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { FunctionError } from '../function-error.ts'
import { parseUrl } from '../functions/url-parse.ts'
import { goQuote } from '../go-format/quote.ts'
import { prefixing } from '../prefix-error.ts'
import { addressText } from './internet-address.ts'

/** Subject alternative names, each kind in the certificate's order (RFC 5280, 4.2.1.6). */
export interface CertificateNames {
  readonly dns: readonly string[]
  readonly addresses: readonly string[]
  readonly emails: readonly string[]
  readonly uris: readonly string[]
}

export const NO_NAMES: CertificateNames = { dns: [], addresses: [], emails: [], uris: [] }

const KIND = { email: contextTag(1), dns: contextTag(2), uri: contextTag(6), address: contextTag(7) } as const

/** The names in the extension's value, other kinds left out. Throws FunctionError with the text of Go's crypto/x509. */
export function parseNames(extension: Uint8Array): CertificateNames {
  const names = { dns: [] as string[], addresses: [] as string[], emails: [] as string[], uris: [] as string[] }
  const cursor = new DerCursor(extension).enter(TAG.sequence) ?? fail('invalid subject alternative names')
  while (!cursor.isEmpty) {
    const { tag, content } = cursor.any() ?? fail('invalid subject alternative name')
    if (tag === KIND.email) names.emails.push(asciiOf(content, 'rfc822Name'))
    else if (tag === KIND.dns) names.dns.push(asciiOf(content, 'dNSName'))
    else if (tag === KIND.uri) names.uris.push(uriOf(asciiOf(content, 'uniformResourceIdentifier')))
    else if (tag === KIND.address) names.addresses.push(addressOf(content))
  }
  return names
}

function asciiOf(content: Uint8Array, kind: string): string {
  if (content.some((byte) => byte >= 0x80)) fail(`SAN ${kind} is malformed`)
  return byteText(content)
}

function addressOf(content: Uint8Array): string {
  if (content.length !== 4 && content.length !== 16) fail(`cannot parse IP address of length ${content.length}`)
  return addressText(content)
}

/** Go parses it and prints it again, which changes the scheme to lower case and leaves an empty fragment out. */
function uriOf(text: ByteText): ByteText {
  const { host } = prefixing(`x509: cannot parse URI ${goQuote(text)}`, () => parseUrl(text))
  // Quotes the certificate.
  if (host !== '' && !isDomain(host)) throw new FunctionError(`x509: cannot parse URI ${goQuote(text)}: invalid domain`)
  return text.replace(/#$/, '').replace(/^[A-Za-z][A-Za-z0-9+.-]*(?=:)/, (scheme) => scheme.toLowerCase())
}

/** Only what Go's x509 asks of it. */
function isDomain(host: ByteText): boolean {
  return host.split('.').every((label) => /^[!-~]+$/.test(label))
}

function fail(message: string): never {
  throw new FunctionError(`x509: ${message}`, true)
}
