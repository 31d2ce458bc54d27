/**
 * A JavaScript string with one character (U+0000 to U+00FF) a byte. It slices, compares and concatenates as Go strings do,
 * and bytes that are not UTF-8 pass through unchanged.
 */
export type ByteText = string

/** The bytes as a byte text. */
export function byteText(bytes: Uint8Array): ByteText {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** The UTF-8 bytes of ordinary text as a byte text. */
export function byteTextOf(text: string): ByteText {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** The bytes of a byte text. */
export function bytesOf(text: ByteText): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** Ordinary text of a byte text; what is not UTF-8 becomes U+FFFD, one a byte as Go does it. */
export function textOf(text: ByteText): string {
  const plain = Buffer.from(text, 'latin1').toString('utf8')
  return plain.includes('\uFFFD') ? decodeByRune(text) : plain
}

const REPLACEMENT = 0xfffd

/** The code point that starts at `index` and how many bytes it takes; a byte that starts none is U+FFFD of size 1 (Go, unicode/utf8 DecodeRune). */
export function runeAt(text: ByteText, index: number): { readonly rune: number; readonly size: number } {
  const lead = text.charCodeAt(index)
  if (lead < 0x80) return { rune: lead, size: 1 }
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  if (lead < 0xc2 || lead > 0xf4 || index + size > text.length) return { rune: REPLACEMENT, size: 1 }
  let rune = lead & (0xff >> (size + 1))
  for (let offset = 1; offset < size; offset++) {
    const next = text.charCodeAt(index + offset)
    if (next < 0x80 || next > 0xbf) return { rune: REPLACEMENT, size: 1 }
    rune = (rune << 6) | (next & 0x3f)
  }
  const smallest = size === 2 ? 0x80 : size === 3 ? 0x800 : 0x10000
  const isSurrogate = rune >= 0xd800 && rune <= 0xdfff
  return rune < smallest || isSurrogate || rune > 0x10ffff ? { rune: REPLACEMENT, size: 1 } : { rune, size }
}

function decodeByRune(text: ByteText): string {
  const parts: string[] = []
  for (let index = 0; index < text.length; ) {
    const { rune, size } = runeAt(text, index)
    parts.push(String.fromCodePoint(rune))
    index += size
  }
  return parts.join('')
}
