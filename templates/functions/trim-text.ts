import { type ByteText, runesOf } from '../byte-text.ts'
import { isSpace } from './runes.ts'

const BEYOND_ASCII = 0x80

/** Without white space at both ends (strings.TrimSpace). */
export function trimSpace(text: ByteText): ByteText {
  let start = 0
  let end = text.length
  while (start < end && isAsciiSpace(text.charCodeAt(start))) start++
  while (end > start && isAsciiSpace(text.charCodeAt(end - 1))) end--
  if (start === end) return ''
  const trimmed = text.slice(start, end)
  return trimmed.charCodeAt(0) < BEYOND_ASCII && text.charCodeAt(end - 1) < BEYOND_ASCII ? trimmed : trimRunes(trimmed, isSpace)
}

function isAsciiSpace(byte: number): boolean {
  return byte < BEYOND_ASCII && isSpace(byte)
}

/** Without these characters at both ends (strings.Trim). A byte that is no character counts as U+FFFD. */
export function trimCharacters(text: ByteText, characters: ByteText): ByteText {
  const wanted = new Set(Array.from(runesOf(characters), ({ codePoint }) => codePoint))
  return wanted.size === 0 ? text : trimRunes(text, (codePoint) => wanted.has(codePoint))
}

function trimRunes(text: ByteText, isCut: (codePoint: number) => boolean): ByteText {
  let start = -1
  let end = 0
  let index = 0
  for (const { codePoint, size } of runesOf(text)) {
    index += size
    if (isCut(codePoint)) continue
    if (start === -1) start = index - size
    end = index
  }
  return text.slice(Math.max(start, 0), end)
}
