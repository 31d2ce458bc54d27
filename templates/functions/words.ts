import type { ByteText } from '../byte-text.ts'
import { caseOf, isDigit, isLetter, isLower, isSpace, isTitle, isUpper, mapRunes, runeText } from './runes.ts'

/** Every word with a capital (strings.Title): a word starts after any ASCII character but letters, digits and `_`, and after white space. */
export function titleWords(text: ByteText): ByteText {
  let previous = 0x20
  return mapRunes(text, (codePoint) => {
    const starts = isSeparator(previous)
    previous = codePoint
    return starts ? caseOf(codePoint, 'title') : codePoint
  })
}

function isSeparator(codePoint: number): boolean {
  if (codePoint < 0x80) return !isLetter(codePoint) && !isDigit(codePoint) && codePoint !== 0x5f
  return !isLetter(codePoint) && !isDigit(codePoint) && isSpace(codePoint)
}

/** Every word after white space with a small letter (goutils.Uncapitalize). */
export function untitleWords(text: ByteText): ByteText {
  let starts = true
  return mapRunes(text, (codePoint) => {
    const isFirst = starts && !isSpace(codePoint)
    starts = isSpace(codePoint)
    return isFirst ? caseOf(codePoint, 'lower') : codePoint
  })
}

/** Capitals small, small letters capital, as a title at a word's start (goutils.SwapCase). */
export function swapCase(text: ByteText): ByteText {
  let afterSpace = true
  return mapRunes(text, (codePoint) => {
    const isFirst = afterSpace
    const isSmall = isLower(codePoint)
    const isLarge = isUpper(codePoint) || isTitle(codePoint)
    afterSpace = !isSmall && !isLarge && isSpace(codePoint)
    if (isLarge) return caseOf(codePoint, 'lower')
    return isSmall ? caseOf(codePoint, isFirst ? 'title' : 'upper') : codePoint
  })
}

/** The first byte of every word, as a character of Latin-1 (goutils.Initials). */
export function initialsOf(text: ByteText): ByteText {
  const parts: ByteText[] = []
  let starts = true
  for (let index = 0; index < text.length; index++) {
    const byte = text.charCodeAt(index)
    if (starts && !isSpace(byte)) parts.push(runeText(byte))
    starts = isSpace(byte)
  }
  return parts.join('')
}

/** Without white space. goutils.DeleteWhiteSpace takes bytes for characters: when it removes any, text beyond ASCII is garbled. */
export function withoutSpace(text: ByteText): ByteText {
  const kept = Array.from(text, (byte) => byte.charCodeAt(0)).filter((byte) => !isSpace(byte))
  return kept.length === text.length ? text : kept.map(runeText).join('')
}
