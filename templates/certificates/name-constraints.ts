import { type ByteText, byteText } from '../byte-text.ts'
import { DerCursor } from '../der/der-cursor.ts'
import { constructedContextTag, contextTag, TAG } from '../der/tag.ts'
import { FunctionError } from '../function-error.ts'
import { goQuote } from '../go-format/quote.ts'
import { addressBytes } from './internet-address.ts'

/** Checks a NameConstraints extension (RFC 5280, 4.2.1.10). Throws FunctionError with the text of Go's crypto/x509. */
export function checkNameConstraints(value: Uint8Array): void {
  const invalid = 'invalid NameConstraints extension'
  const outer = new DerCursor(value)
  const fields = outer.enter(TAG.sequence)
  if (!fields || !outer.isEmpty) return fail(invalid)
  const trees = [constructedContextTag(0), constructedContextTag(1)].map((tag) =>
    fields.nextIs(tag) ? (fields.enter(tag) ?? fail(invalid)) : new DerCursor(new Uint8Array()),
  )
  if (!fields.isEmpty) fail(invalid)
  if (trees.every((tree) => tree.isEmpty)) fail('empty name constraints extension')
  for (const tree of trees) {
    while (!tree.isEmpty) {
      const { tag, content } = tree.enter(TAG.sequence)?.any() ?? fail(invalid)
      checkConstraint(tag, content)
    }
  }
}

function checkConstraint(tag: number, content: Uint8Array): void {
  if (tag === contextTag(7)) checkAddress(content)
  if (tag !== contextTag(1) && tag !== contextTag(2) && tag !== contextTag(6)) return
  const text = byteText(content)
  if (content.some((byte) => byte >= 0x80)) {
    throw new FunctionError(`x509: invalid constraint value: x509: ${goQuote(text)} cannot be encoded as an IA5String`)
  }
  if (tag === contextTag(2) && !isConstraint(text)) quoting('failed to parse dnsName constraint', text)
  if (tag === contextTag(1) && !isMailbox(text)) quoting('failed to parse rfc822Name constraint', text)
  if (tag !== contextTag(6)) return
  if (addressBytes(text)) quoting('failed to parse URI constraint', text, ': cannot be IP address')
  if (!isConstraint(text)) quoting('failed to parse URI constraint', text)
}

/** An address and a mask of ones, then zeros. */
function checkAddress(content: Uint8Array): void {
  if (content.length !== 8 && content.length !== 32) fail(`IP constraint contained value of length ${content.length}`)
  const mask = Buffer.from(content.subarray(content.length / 2))
  const bits = Array.from(mask, (byte) => byte.toString(2).padStart(8, '0')).join('')
  if (!/^1*0*$/.test(bits)) throw new FunctionError(`x509: IP constraint contained invalid mask ${mask.toString('hex')}`)
}

/** One address, or the domain of many (RFC 2821, 4.1.2). */
function isMailbox(text: ByteText): boolean {
  if (!text.includes('@')) return isConstraint(text)
  return /^(?:"[^"]*"|[\w!#$%&'*+\-/=?^`{|}~.]+)@[!-~]*$/.test(text)
}

/** A domain, or with a dot before it all that is below it. */
function isConstraint(text: ByteText): boolean {
  if (text === '') return true
  return text
    .replace(/^\./, '')
    .split('.')
    .every((label) => /^[!-~]+$/.test(label))
}

function quoting(what: string, text: ByteText, why = ''): never {
  throw new FunctionError(`x509: ${what} ${goQuote(text)}${why}`)
}

function fail(message: string): never {
  throw new FunctionError(`x509: ${message}`, true)
}
