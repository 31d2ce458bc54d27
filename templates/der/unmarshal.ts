import { FunctionError } from '../function-error.ts'
import { bitsOf, integerOf, oidText } from './der-cursor.ts'

/** Tag and length of an element, as Go's encoding/asn1 reads and prints them. */
interface Header {
  readonly class: number
  readonly tag: number
  readonly length: number
  readonly isCompound: boolean
}

/** How Go's struct tags change the reading of a field. */
interface FieldOptions {
  /** `[tag]`, instead of the type's own tag or, with `explicit`, around it. */
  readonly tag?: number
  readonly explicit?: true
  readonly set?: true
}

interface Presence {
  readonly isOptional: boolean
}

/** Something of a Go type that is in DER. */
export interface Asn1Type<T> {
  /** As Go's reflect names it; pointers and slices have no name. */
  readonly goName: string
  /** Universal tag number; undefined for Go's RawValue, which takes any. */
  readonly tag: number | undefined
  readonly isCompound: boolean
  read(content: Uint8Array, header: Header): T
}

/** Go's asn1.RawValue. */
interface RawValue {
  /** Without class: 4 is an OCTET STRING, but also `[4]`. */
  readonly tag: number
  readonly content: Uint8Array
  /** Of an element without `explicit`, all of it. */
  readonly bytes: Uint8Array
}

/** Reads one value from the start of the bytes, as Go's asn1.Unmarshal does, with its error texts. Throws FunctionError. */
export function unmarshal<T>(type: Asn1Type<T>, bytes: Uint8Array): { readonly value: T; readonly rest: Uint8Array } {
  const fields = new Asn1Fields(bytes)
  return { value: fields.next(type), rest: fields.rest() }
}

/** The fields of a Go struct, one after the other. Bytes that follow the last are passed over, as in Go. */
class Asn1Fields {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  next<T>(type: Asn1Type<T>, options: FieldOptions = {}): T {
    const value = this.#field(type, options, { isOptional: false })
    if (value === undefined) throw syntaxError('sequence truncated')
    return value.read
  }

  optional<T>(type: Asn1Type<T>, options: FieldOptions = {}): T | undefined {
    return this.#field(type, options, { isOptional: true })?.read
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at)
  }

  get isEmpty(): boolean {
    return this.#at === this.#bytes.length
  }

  #field<T>(type: Asn1Type<T>, options: FieldOptions, presence: Presence): { readonly read: T } | undefined {
    if (this.isEmpty) return undefined
    const start = this.#at
    let found = headerAt(this.#bytes, start)
    if (options.explicit) {
      if (found.next === this.#bytes.length) throw structureError('explicit tag has no child')
      const isThere = found.header.class === 2 && found.header.tag === options.tag
      if (!isThere || (found.header.length > 0 && !found.header.isCompound)) {
        if (presence.isOptional) return undefined
        throw structureError("explicitly tagged member didn't match")
      }
      if (type.tag !== undefined) {
        if (found.header.length === 0) throw structureError('zero length explicit tag was not an asn1.Flag')
        found = headerAt(this.#bytes, found.next)
      }
    }
    const { header, next } = found
    if (!matches(type, header, options)) {
      if (presence.isOptional) return undefined
      const expected = options.tag ?? (options.set ? 17 : type.tag)
      const found = `tags don't match (${expected} vs ${headerText(header)})`
      // What it found are bytes of the value.
      throw new FunctionError(`asn1: structure error: ${found} ${optionsText(options, presence)} ${type.goName} @${next}`)
    }
    const end = next + header.length
    if (end > this.#bytes.length) throw syntaxError('data truncated')
    this.#at = end
    const content = this.#bytes.subarray(next, end)
    return { read: type.tag === undefined ? type.read(this.#bytes.subarray(start, end), header) : type.read(content, header) }
  }
}

export const asn1 = {
  int: primitive('int', 2, (content) => {
    const value = checkedInteger(content)
    if (content.length > 8) throw structureError('integer too large')
    return Number(value)
  }),
  bigInt: primitive('', 2, checkedInteger),
  bytes: primitive('', 4, (content) => content),
  oid: primitive('ObjectIdentifier', 6, (content) => {
    if (content.length === 0) throw syntaxError('zero length OBJECT IDENTIFIER')
    return oidText(content) ?? fail(oidProblem(content))
  }),
  bitString: primitive('BitString', 3, (content) => {
    if (content.length === 0) throw syntaxError('zero length BIT STRING')
    return bitsOf(content) ?? fail(syntaxError('invalid padding bits in BIT STRING'))
  }),
  raw: {
    goName: 'RawValue',
    tag: undefined,
    isCompound: false,
    read: (bytes, { tag, length }) => ({ tag, content: bytes.subarray(bytes.length - length), bytes }),
  } satisfies Asn1Type<RawValue>,
}

/** A Go struct: a SEQUENCE of its fields. */
export function struct<T>(goName: string, read: (fields: Asn1Fields) => T): Asn1Type<T> {
  return { goName, tag: 16, isCompound: true, read: (content) => read(new Asn1Fields(content)) }
}

/** A Go slice of structs: a SEQUENCE OF, or with `set` a SET OF. */
export function list<T>(item: Asn1Type<T>): Asn1Type<readonly T[]> {
  return { goName: '', tag: 16, isCompound: true, read: (content) => itemsOf(item, content) }
}

function itemsOf<T>(item: Asn1Type<T>, content: Uint8Array): readonly T[] {
  for (let at = 0; at < content.length; ) {
    const { header, next } = headerAt(content, at)
    if (!matches(item, header, {})) throw structureError('sequence tag mismatch')
    at = next + header.length
    if (at > content.length) throw syntaxError('truncated sequence')
  }
  const fields = new Asn1Fields(content)
  const items: T[] = []
  while (!fields.isEmpty) items.push(fields.next(item))
  return items
}

function primitive<T>(goName: string, tag: number, read: (content: Uint8Array) => T): Asn1Type<T> {
  return { goName, tag, isCompound: false, read }
}

function matches(type: Asn1Type<unknown>, header: Header, options: FieldOptions): boolean {
  if (type.tag !== undefined && header.isCompound !== type.isCompound) return false
  if (options.explicit || options.tag === undefined) {
    return type.tag === undefined || (header.class === 0 && header.tag === (options.set ? 17 : type.tag))
  }
  return header.class === 2 && header.tag === options.tag
}

function headerAt(bytes: Uint8Array, at: number): { readonly header: Header; readonly next: number } {
  const first = bytes[at] ?? 0
  const base = { class: first >> 6, isCompound: (first & 0x20) !== 0 }
  const number = (first & 0x1f) === 0x1f ? longTagAt(bytes, at + 1) : { tag: first & 0x1f, next: at + 1 }
  const lead = bytes[number.next]
  if (lead === undefined) throw syntaxError('truncated tag or length')
  if (lead < 0x80) return { header: { ...base, tag: number.tag, length: lead }, next: number.next + 1 }
  if (lead === 0x80) throw syntaxError('indefinite length found (not DER)')
  const next = number.next + 1 + (lead & 0x7f)
  let length = 0
  for (let index = number.next + 1; index < next; index++) {
    const byte = bytes[index]
    if (byte === undefined) throw syntaxError('truncated tag or length')
    if (length >= 2 ** 23) throw structureError('length too large')
    length = length * 256 + byte
    if (length === 0) throw structureError('superfluous leading zeros in length')
  }
  if (length < 0x80) throw structureError('non-minimal length')
  return { header: { ...base, tag: number.tag, length }, next }
}

function longTagAt(bytes: Uint8Array, at: number): { readonly tag: number; readonly next: number } {
  let tag = 0
  for (let next = at; next < bytes.length; next++) {
    const byte = bytes[next] ?? 0
    if (next === at && byte === 0x80) throw syntaxError('integer is not minimally encoded')
    if (next - at === 5 || tag >= 2 ** 24) throw structureError('base 128 integer too large')
    tag = tag * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    if (tag < 0x1f) throw syntaxError('non-minimal tag')
    return { tag, next: next + 1 }
  }
  throw syntaxError('truncated base 128 integer')
}

function oidProblem(content: Uint8Array): FunctionError {
  let isStart = true
  for (const byte of content) {
    if (isStart && byte === 0x80) return syntaxError('integer is not minimally encoded')
    isStart = byte < 0x80
  }
  return isStart ? structureError('base 128 integer too large') : syntaxError('truncated base 128 integer')
}

function checkedInteger(content: Uint8Array): bigint {
  if (content.length === 0) throw structureError('empty integer')
  return integerOf(content) ?? fail(structureError('integer not minimally-encoded'))
}

/** As Go's `%+v` prints them. The address of a tag differs from run to run there. */
function headerText(header: Header): string {
  return `{class:${header.class} tag:${header.tag} length:${header.length} isCompound:${header.isCompound}}`
}

function optionsText({ tag, explicit, set }: FieldOptions, { isOptional }: Presence): string {
  const tagText = tag === undefined ? '<nil>' : `0x${tag.toString(16)}`
  return `{optional:${isOptional} explicit:${explicit ?? false} application:false private:false defaultValue:<nil> tag:${tagText} stringType:0 timeType:0 set:${set ?? false} omitEmpty:false}`
}

function syntaxError(message: string): FunctionError {
  return new FunctionError(`asn1: syntax error: ${message}`, true)
}

function structureError(message: string): FunctionError {
  return new FunctionError(`asn1: structure error: ${message}`, true)
}

function fail(error: FunctionError): never {
  throw error
}
