import { TAG } from './tag.ts'

interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  /** Tag and length included. */
  readonly bytes: Uint8Array
}

/**
 * Steps through elements that follow one another. What is not there, or not DER, is undefined: the caller says what that means. Takes what
 * Go's cryptobyte takes: one byte of tag, a length of at most four bytes in the fewest bytes.
 */
export class DerCursor {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isEmpty(): boolean {
    return this.#at >= this.#bytes.length
  }

  nextIs(tag: number): boolean {
    return this.#bytes[this.#at] === tag
  }

  /** The next element, whatever it is. */
  any(): DerElement | undefined {
    const element = elementAt(this.#bytes, this.#at)
    if (element) this.#at += element.bytes.length
    return element
  }

  /** The next element if it has the tag. */
  element(tag: number): DerElement | undefined {
    return this.nextIs(tag) ? this.any() : undefined
  }

  /** The content of the next element if it has the tag. */
  content(tag: number): Uint8Array | undefined {
    return this.element(tag)?.content
  }

  /** A cursor in the next element if it has the tag. */
  enter(tag: number): DerCursor | undefined {
    const content = this.content(tag)
    return content && new DerCursor(content)
  }

  integer(): bigint | undefined {
    const content = this.content(TAG.integer)
    return content && integerOf(content)
  }

  /** In dots. */
  oid(): string | undefined {
    const content = this.content(TAG.oid)
    return content && oidText(content)
  }

  boolean(): boolean | undefined {
    const content = this.content(TAG.boolean)
    if (content?.length !== 1) return undefined
    return content[0] === 0xff ? true : content[0] === 0 ? false : undefined
  }

  /** The bytes of a BIT STRING; where bits are unused they are zero. */
  bitString(): Uint8Array | undefined {
    const content = this.content(TAG.bitString)
    return content && bitsOf(content)
  }
}

/** Undefined when bits that are unused are not zero. */
export function bitsOf(content: Uint8Array): Uint8Array | undefined {
  const [unused = 8] = content
  const last = content.at(-1) ?? 0
  const isPadded = unused > 0 && (content.length === 1 || (last & ((1 << unused) - 1)) !== 0)
  return unused > 7 || isPadded ? undefined : content.subarray(1)
}

/** Undefined when it is not in the fewest bytes. */
export function integerOf(content: Uint8Array): bigint | undefined {
  const [first, second = 0] = content
  if (first === undefined) return undefined
  if (content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) return undefined
  return BigInt.asIntN(content.length * 8, BigInt(`0x${Buffer.from(content).toString('hex')}`))
}

/** An object identifier in dots; undefined when an arc is not in the fewest bytes, not complete, or beyond 31 bits. */
export function oidText(content: Uint8Array): string | undefined {
  const arcs: number[] = []
  let arc = 0
  let isInside = false
  for (const byte of content) {
    if ((!isInside && byte === 0x80) || arc >= 2 ** 24) return undefined
    arc = arc * 128 + (byte & 0x7f)
    isInside = byte >= 0x80
    if (isInside) continue
    arcs.push(arc)
    arc = 0
  }
  const [first, ...rest] = arcs
  if (first === undefined || isInside) return undefined
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}

function elementAt(bytes: Uint8Array, at: number): DerElement | undefined {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined
  const lengthSize = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || lengthSize > 4) return undefined
  const start = at + 2 + lengthSize
  const length = lengthSize === 0 ? first : bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0)
  const isLonger = lengthSize > 0 && (length < 0x80 || length < 256 ** (lengthSize - 1))
  const end = start + length
  if (isLonger || end > bytes.length) return undefined
  return { tag, content: bytes.subarray(start, end), bytes: bytes.subarray(at, end) }
}
