import { type ByteText, byteTextOf, runeAt } from './byte-text.ts'

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['"', '\\"'],
  ['\\', '\\\\'],
])

/** A JSON string as Go's encoding/json writes it: `<`, `>`, `&`, U+2028 and U+2029 escaped, bytes that are not UTF-8 as `\ufffd`. */
export function quoteAsGo(text: ByteText): ByteText {
  let quoted = '"'
  for (let index = 0; index < text.length; ) {
    const { rune, size } = runeAt(text, index)
    quoted += escapeRune(text.slice(index, index + size), rune, size)
    index += size
  }
  return `${quoted}"`
}

function escapeRune(character: ByteText, rune: number, size: number): ByteText {
  if (rune === 0xfffd && size === 1) return '\\ufffd'
  const short = SHORT.get(character)
  if (short) return short
  const isEscaped =
    rune < 0x20 || character === '<' || character === '>' || character === '&' || rune === 0x2028 || rune === 0x2029
  return isEscaped ? `\\u${rune.toString(16).padStart(4, '0')}` : character
}

/** {@link quoteAsGo} of ordinary text. */
export function quoteTextAsGo(text: string): ByteText {
  return quoteAsGo(byteTextOf(text))
}
