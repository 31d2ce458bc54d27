/** One element of DER (ITU-T X.690): its tag, the bytes of its content, and all of its bytes. */
export interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  readonly bytes: Uint8Array
}

export const TAG = { integer: 0x02, sequence: 0x30 } as const

/** What follows one another in `bytes`. Throws RangeError for what is not DER; long tags and indefinite lengths do not occur in what we read. */
export function derElements(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = []
  for (let at = 0; at < bytes.length; ) {
    const element = derAt(bytes, at)
    elements.push(element)
    at += element.bytes.length
  }
  return elements
}

/** The element at `path`, each step an index among the children of the one before. Throws RangeError when there is none. */
export function derChild(element: DerElement, ...path: readonly number[]): DerElement {
  return path.reduce((parent, index) => {
    const child = derElements(parent.content)[index]
    if (!child) throw new RangeError('no such element')
    return child
  }, element)
}

/** An object identifier in dots. */
export function oidText({ content }: DerElement): string {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [first = 0, ...rest] = arcs
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}

/** A small positive number. */
export function derNumber({ content }: DerElement): number {
  if (content.length > 6) throw new RangeError('the number is too large')
  return content.reduce((number, byte) => number * 256 + byte, 0)
}

function derAt(bytes: Uint8Array, at: number): DerElement {
  const tag = bytes[at] ?? 0
  const first = bytes[at + 1] ?? 0
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || lengthBytes > 4) throw new RangeError('the length is not of DER')
  const start = at + 2 + lengthBytes
  const length = lengthBytes === 0 ? first : bytes.subarray(at + 2, start).reduce((number, byte) => number * 256 + byte, 0)
  const end = start + length
  if (end > bytes.length) throw new RangeError('the element is longer than what is there')
  return { tag, content: bytes.subarray(start, end), bytes: bytes.subarray(at, end) }
}
