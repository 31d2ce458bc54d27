/** A text inside an engine: a string with one character (U+0000 to U+00FF) a byte. Bytes that are not UTF-8 stay what they are. */
export type ByteText = string

export function byteText(bytes: Uint8Array): ByteText {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** The UTF-8 bytes of ordinary text as a byte text. */
export function byteTextOf(text: string): ByteText {
  if (isAscii(text)) return text
  return Buffer.from(text, 'utf8').toString('latin1')
}

export function bytesOf(text: ByteText): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

export interface Rune {
  readonly codePoint: number
  /** In bytes. 1 with U+FFFD: the byte starts no character. */
  readonly size: number
}

const NO_RUNE: Rune = { codePoint: 0xfffd, size: 1 }

/** The character at `index`, as Go's unicode/utf8 decodes it. */
export function runeAt(text: ByteText, index: number): Rune {
  const lead = text.charCodeAt(index)
  if (lead < 0x80) return { codePoint: lead, size: 1 }
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  if (lead < 0xc2 || lead > 0xf4 || index + size > text.length) return NO_RUNE
  let codePoint = lead & (0xff >> (size + 1))
  for (let offset = 1; offset < size; offset++) {
    const next = text.charCodeAt(index + offset)
    if (next < 0x80 || next > 0xbf) return NO_RUNE
    codePoint = (codePoint << 6) | (next & 0x3f)
  }
  const smallest = size === 2 ? 0x80 : size === 3 ? 0x800 : 0x10000
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
  return codePoint < smallest || isSurrogate || codePoint > 0x10ffff ? NO_RUNE : { codePoint, size }
}

/** The characters of `text`, one byte each where it is not UTF-8. */
export function* runesOf(text: ByteText): Generator<Rune & { readonly bytes: ByteText }> {
  for (let index = 0; index < text.length; ) {
    const rune = runeAt(text, index)
    yield { ...rune, bytes: text.slice(index, index + rune.size) }
    index += rune.size
  }
}

/** Ordinary text of a byte text; every byte that is not UTF-8 becomes U+FFFD. */
export function textOf(text: ByteText): string {
  if (isAscii(text)) return text
  const plain = Buffer.from(text, 'latin1').toString('utf8')
  if (!plain.includes('\uFFFD')) return plain
  return Array.from(runesOf(text), ({ codePoint }) => String.fromCodePoint(codePoint)).join('')
}

/** Text that is the same as a byte text. */
function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return /^[\0-\x7f]*$/.test(text)
}
