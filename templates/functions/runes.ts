import { type ByteText, byteTextOf, runesOf } from '../byte-text.ts'
import { isNewerThanGo } from '../go-format/newer-characters.ts'

/** Go's package unicode, as far as text functions ask it: one character in, one character or a yes out. */
type CodePoint = number

export type RuneCase = 'upper' | 'lower' | 'title'

export const isUpper = kindOfRune(/\p{Lu}/u, /[A-Z]/)
/** U+0295 became a letter without case in Unicode 16. */
export const isLower = kindOfRune(/[\p{Ll}\u0295]/u, /[a-z]/)
export const isTitle = kindOfRune(/\p{Lt}/u, /(?!)/)
export const isLetter = kindOfRune(/\p{L}/u, /[A-Za-z]/)
export const isNumber = kindOfRune(/\p{N}/u, /[0-9]/)
export const isDigit = kindOfRune(/\p{Nd}/u, /[0-9]/)
export const isPunctuation = kindOfRune(/\p{P}/u, /[!-#%-*,-/:;?@[-\]_{}]/)
/** unicode.IsSpace: neither U+200B nor U+FEFF is one. */
export const isSpace = kindOfRune(/\p{White_Space}/u, /[\t-\r ]/)

function kindOfRune(all: RegExp, ascii: RegExp): (codePoint: CodePoint) => boolean {
  const known = Array.from({ length: 0x80 }, (_, codePoint) => ascii.test(String.fromCharCode(codePoint)))
  return (codePoint) => {
    if (codePoint < 0x80) return known[codePoint] === true
    const character = String.fromCodePoint(codePoint)
    return all.test(character) && !isNewerThanGo(character)
  }
}

/** unicode.ToUpper, ToLower, ToTitle: the simple mapping, so that no character becomes two. */
export function caseOf(codePoint: CodePoint, to: RuneCase): CodePoint {
  if (to === 'title') return titleOf(codePoint)
  const character = String.fromCodePoint(codePoint)
  const mapped = to === 'upper' ? character.toUpperCase() : character.toLowerCase()
  const single = mapped.codePointAt(0) ?? codePoint
  if (mapped.length !== String.fromCodePoint(single).length) return simpleCase(codePoint, to)
  return single !== codePoint && (isNewerThanGo(character) || isNewerThanGo(mapped)) ? codePoint : single
}

/** Characters that JavaScript turns into two and for which Unicode also has one (UnicodeData.txt, simple case mappings). */
function simpleCase(codePoint: CodePoint, to: 'upper' | 'lower'): CodePoint {
  if (to === 'lower') return codePoint === 0x130 ? 0x69 : codePoint
  if (/[ᾀ-ᾇᾐ-ᾗᾠ-ᾧ]/u.test(String.fromCodePoint(codePoint))) return codePoint + 8
  return codePoint === 0x1fb3 || codePoint === 0x1fc3 || codePoint === 0x1ff3 ? codePoint + 9 : codePoint
}

/** The upper case, but for the Croatian digraphs, which have a third case, and for Georgian, which has no capitals at a word's start. */
function titleOf(codePoint: CodePoint): CodePoint {
  if (codePoint >= 0x1c4 && codePoint <= 0x1cc) return codePoint - ((codePoint - 0x1c4) % 3) + 1
  if (codePoint >= 0x1f1 && codePoint <= 0x1f3) return 0x1f2
  return codePoint >= 0x10d0 && codePoint <= 0x10ff ? codePoint : caseOf(codePoint, 'upper')
}

/** `map` of each character in order; a byte that is not UTF-8 is U+FFFD (strings.Map). */
export function mapRunes(text: ByteText, map: (codePoint: CodePoint) => CodePoint): ByteText {
  const parts: ByteText[] = []
  for (const { codePoint } of runesOf(text)) parts.push(runeText(map(codePoint)))
  return parts.join('')
}

/** One character in UTF-8. */
export function runeText(codePoint: CodePoint): ByteText {
  return codePoint < 0x80 ? String.fromCharCode(codePoint) : byteTextOf(String.fromCodePoint(codePoint))
}

/** All of it in one case (strings.ToUpper, strings.ToLower). */
export function inCase(text: ByteText, to: 'upper' | 'lower'): ByteText {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (/^[\0-\x7f]*$/.test(text)) return to === 'upper' ? text.toUpperCase() : text.toLowerCase()
  return mapRunes(text, (codePoint) => caseOf(codePoint, to))
}
