import { type ByteText, runesOf } from '../byte-text.ts'
import { isNewerThanGo } from './newer-characters.ts'

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x0c, '\\f'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x0b, '\\v'],
  [0x5c, '\\\\'],
])

/** Printable ASCII but for quotes and backslashes: most texts are that. */
const NEEDS_NO_ESCAPE = /^[ !#-[\]-~]*$/

/** In double quotes with Go's escapes (strconv.Quote): printable characters as they are, bytes that are not UTF-8 as `\xff`. */
export function goQuote(text: ByteText): ByteText {
  if (NEEDS_NO_ESCAPE.test(text)) return `"${text}"`
  return quotedWith(text, '"', isPrintable)
}

/** With every character that is not ASCII escaped (strconv.QuoteToASCII). */
export function goQuoteAscii(text: ByteText): ByteText {
  return quotedWith(text, '"', (codePoint) => codePoint < 0x80 && isPrintable(codePoint))
}

/** What Go prints as it is in quotes (strconv.IsPrint): letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(codePoint: number): boolean {
  if (codePoint < 0x7f) return codePoint >= 0x20
  const character = String.fromCodePoint(codePoint)
  return /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character) && !isNewerThanGo(character)
}

export function quotedWith(text: ByteText, quote: '"' | "'", isRaw: (codePoint: number) => boolean): ByteText {
  const parts: string[] = [quote]
  for (const { codePoint, size, bytes } of runesOf(text)) {
    if (codePoint === 0xfffd && size === 1) parts.push(`\\x${hex(bytes.charCodeAt(0), 2)}`)
    else if (bytes === quote) parts.push(`\\${quote}`)
    else parts.push(ESCAPES.get(codePoint) ?? (isRaw(codePoint) ? bytes : escaped(codePoint)))
  }
  parts.push(quote)
  return parts.join('')
}

function escaped(codePoint: number): string {
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex(codePoint, 2)}`
  return codePoint < 0x10000 ? `\\u${hex(codePoint, 4)}` : `\\U${hex(codePoint, 8)}`
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
