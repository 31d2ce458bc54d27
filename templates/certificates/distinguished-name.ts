import { TextDecoder } from 'node:util'
import { DerCursor } from '../der/der-cursor.ts'
import { TAG } from '../der/tag.ts'
import { element, oid, sequence, set } from '../der/write-der.ts'
import { FunctionError } from '../function-error.ts'

/** One attribute of a name (RFC 5280, 4.1.2.4). */
export interface NameAttribute {
  readonly oid: string
  readonly value: string
}

const COMMON_NAME = '2.5.4.3'

/** Of the attributes that Go knows: how it prints them, in the order in which it writes them. The last two are there at most once. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['2.5.4.6', 'C'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.7', 'L'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.17', 'POSTALCODE'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  [COMMON_NAME, 'CN'],
  ['2.5.4.5', 'SERIALNUMBER'],
])
const SINGLE: ReadonlySet<string> = new Set([COMMON_NAME, '2.5.4.5'])

/** The attributes of a Name, whatever sets they are in. Throws FunctionError with Go's text. */
export function parseName(der: Uint8Array): readonly NameAttribute[] {
  const invalid = 'invalid RDNSequence'
  const sets = new DerCursor(der).enter(TAG.sequence) ?? fail(invalid)
  const attributes: NameAttribute[] = []
  while (!sets.isEmpty) {
    const attributesOfSet = sets.enter(TAG.set) ?? fail(invalid)
    while (!attributesOfSet.isEmpty) {
      const attribute = attributesOfSet.enter(TAG.sequence) ?? fail(`${invalid}: invalid attribute`)
      const type = attribute.oid() ?? fail(`${invalid}: invalid attribute type`)
      const { tag, content } = attribute.any() ?? fail(`${invalid}: invalid attribute value`)
      const value = stringOf(tag, content)
      if (value.error !== undefined) throw new FunctionError(`x509: ${invalid}: invalid attribute value: ${value.error}`)
      attributes.push({ oid: type, value: value.text })
    }
  }
  return attributes
}

/** As Go's pkix.Name prints it, roughly RFC 2253: the attributes that Go knows come in its own order, the last first. */
export function nameText(attributes: readonly NameAttribute[]): string {
  const unknown = attributes.filter(({ oid }) => !KNOWN.has(oid)).map((attribute) => unknownText(attribute))
  const known = [...KNOWN].flatMap(([oid, name]) => {
    const values = attributes.filter((attribute) => attribute.oid === oid).map(({ value }) => value)
    const kept = SINGLE.has(oid) ? values.slice(-1).filter((value) => value !== '') : values
    return kept.length > 0 ? [kept.map((value) => `${name}=${escaped(value)}`).join('+')] : []
  })
  return [...unknown, ...known].toReversed().join(',')
}

/** A Name that only has a common name; an empty one without it. Throws FunctionError. */
export function commonNameDer(commonName: string): Uint8Array {
  if (commonName === '') return sequence()
  return sequence(set(sequence(oid(COMMON_NAME), goString(commonName))))
}

function unknownText(attribute: NameAttribute): string {
  return `${attribute.oid}=#${Buffer.from(goString(attribute.value)).toString('hex')}`
}

/** As Go's encoding/asn1 writes a string: a PrintableString where it can be one. */
function goString(text: string): Uint8Array {
  const isPrintable = /^[A-Za-z0-9'()+,\-./ :=?]*$/.test(text)
  return element(isPrintable ? TAG.printableString : TAG.utf8String, Buffer.from(text, 'utf8'))
}

function escaped(value: string): string {
  return value.replaceAll(/[,+"\\<>;]|^[ #]| $/g, '\\$&')
}

type Read = { readonly text: string; readonly error?: undefined } | { readonly text?: undefined; readonly error: string }

function stringOf(tag: number, content: Uint8Array): Read {
  const bytes = Buffer.from(content)
  switch (tag) {
    case TAG.t61String:
      return { text: bytes.toString('latin1') }
    case TAG.printableString:
      return checked(bytes.toString('latin1'), /^[A-Za-z0-9'()+,\-./ :=?*&]*$/, 'PrintableString')
    case TAG.numericString:
      return checked(bytes.toString('latin1'), /^[0-9 ]*$/, 'NumericString')
    case TAG.ia5String:
      return checked(bytes.toString('latin1'), /^[\0-\x7f]*$/, 'IA5String')
    case TAG.utf8String:
      return utf8Of(bytes)
    case TAG.bmpString:
      return bmpOf(bytes)
    default:
      return { error: `unsupported string type: ${tag}` }
  }
}

function checked(text: string, pattern: RegExp, type: string): Read {
  return pattern.test(text) ? { text } : { error: `invalid ${type}` }
}

function utf8Of(bytes: Uint8Array): Read {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { error: 'invalid UTF-8 string' }
  }
}

function bmpOf(bytes: Buffer): Read {
  const isTerminated = bytes.length >= 2 && bytes.readUInt16BE(bytes.length - 2) === 0
  const text = bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString('utf16le') : '\uffff'
  if (/[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]/.test(text)) return { error: 'invalid BMPString' }
  return { text: isTerminated ? text.slice(0, -1) : text }
}

function fail(message: string): never {
  throw new FunctionError(`x509: ${message}`, true)
}
