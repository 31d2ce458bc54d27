import { constructedContextTag, TAG } from './tag.ts'

type Bytes = Uint8Array

/** One element: its tag, the length of its content in the fewest bytes, its content. */
export function element(tag: number, ...contents: readonly Bytes[]): Bytes {
  const content = Buffer.concat(contents)
  return Buffer.concat([Uint8Array.of(tag, ...lengthBytes(content.length)), content])
}

export function sequence(...parts: readonly Bytes[]): Bytes {
  return element(TAG.sequence, ...parts)
}

/** A SET OF: its elements in the order of their bytes (X.690, 11.6). */
export function set(...parts: readonly Bytes[]): Bytes {
  return element(TAG.set, ...parts.toSorted((a, b) => Buffer.compare(a, b)))
}

/** `[number] EXPLICIT` */
export function explicit(number: number, ...parts: readonly Bytes[]): Bytes {
  return element(constructedContextTag(number), ...parts)
}

export function integer(value: bigint | number): Bytes {
  return element(TAG.integer, signedBytes(BigInt(value)))
}

export function octets(content: Bytes): Bytes {
  return element(TAG.octetString, content)
}

/** All bits of the bytes but the last `unused`. */
export function bits(content: Bytes, unused = 0): Bytes {
  return element(TAG.bitString, Uint8Array.of(unused), content)
}

/** From its text in dots. */
export function oid(text: string): Bytes {
  const [first = 0n, second = 0n, ...rest] = text.split('.').map(BigInt)
  return element(TAG.oid, Uint8Array.from([first * 40n + second, ...rest].flatMap(base128)))
}

export const NULL: Bytes = Uint8Array.of(TAG.null, 0)
export const TRUE: Bytes = Uint8Array.of(TAG.boolean, 1, 0xff)

/** The bytes of a number that is not negative, without leading zeros; none for 0. */
export function unsignedBytes(value: bigint): Bytes {
  const hex = value === 0n ? '' : value.toString(16)
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
}

/** Two's complement in the fewest bytes. */
function signedBytes(value: bigint): Bytes {
  if (value < 0n) {
    let size = 1
    while (BigInt.asIntN(size * 8, value) !== value) size++
    return unsignedBytes(BigInt.asUintN(size * 8, value))
  }
  const magnitude = unsignedBytes(value)
  const [top = 0x80] = magnitude
  return top < 0x80 ? magnitude : Buffer.concat([Uint8Array.of(0), magnitude])
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const bytes = unsignedBytes(BigInt(length))
  return [0x80 | bytes.length, ...bytes]
}

function base128(arc: bigint): readonly number[] {
  const digits = [Number(arc & 0x7fn)]
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) digits.unshift(Number(rest & 0x7fn) | 0x80)
  return digits
}
