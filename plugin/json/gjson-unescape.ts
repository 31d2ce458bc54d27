import { type ByteText, byteTextOf } from './byte-text.ts'

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
])

/** The inside of a JSON string without its escapes. Like gjson it stops at the first thing that no JSON string holds. */
export function unescapeJson(inner: ByteText): ByteText {
  let text = ''
  for (let index = 0; index < inner.length; ) {
    const character = inner.charAt(index)
    if (character < ' ') return text
    if (character !== '\\') {
      text += character
      index += 1
      continue
    }
    if (inner.charAt(index + 1) === 'u') {
      if (index + 6 > inner.length) return text
      const { unit, size } = unicodeEscape(inner, index)
      text += byteTextOf(unit)
      index += size
      continue
    }
    const short = SHORT.get(inner.charAt(index + 1))
    if (short === undefined) return text
    text += short
    index += 2
  }
  return text
}

/** A pair of surrogate escapes is one character; half a pair is U+FFFD, and takes an escape that follows with it. */
function unicodeEscape(inner: ByteText, index: number): { readonly unit: string; readonly size: number } {
  const first = hexAt(inner, index + 2)
  if (!isSurrogate(first)) return { unit: String.fromCharCode(first), size: 6 }
  const followed = inner.length - index >= 12 && inner.startsWith('\\u', index + 6)
  if (!followed) return { unit: '\uFFFD', size: 6 }
  const pair = String.fromCharCode(first, hexAt(inner, index + 8))
  return { unit: pair.isWellFormed() ? pair : '\uFFFD', size: 12 }
}

function hexAt(inner: ByteText, index: number): number {
  const digits = inner.slice(index, index + 4)
  return /^[\da-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 0
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
