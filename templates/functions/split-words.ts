import { type ByteText, runesOf } from '../byte-text.ts'
import { isLetter, isNumber, isPunctuation, isSpace, isUpper } from './runes.ts'

/** `capitals` is also a word that starts with one capital. */
export type WordKind = 'number' | 'capitals' | 'letters' | 'connectors' | 'punctuation' | 'other' | 'invalid'

export interface Word {
  readonly kind: WordKind
  readonly text: ByteText
}

interface Character {
  readonly codePoint: number
  /** With the bytes before it that are no character, which go along with it. */
  readonly bytes: ByteText
}

const NO_CHARACTER = 0xfffd

/**
 * The words of a name, and what is between them, as sprig's snakecase and kebabcase see them (xstrings 1.5): `HTTPServer2` is HTTP,
 * Server, 2.
 */
export function splitWords(text: ByteText): readonly Word[] {
  const characters = charactersOf(text)
  if (characters.length === 0) return text === '' ? [] : [{ kind: 'invalid', text }]
  const words: Word[] = []
  for (let start = 0; start < characters.length; ) {
    const kind = kindAt(characters, start)
    const end = endOf(characters, start, kind)
    const parts = characters.slice(start, end).map(({ bytes }) => bytes)
    words.push({ kind, text: parts.join('') })
    start = end
  }
  return words
}

/** `-`, `_` and white space join words. */
export function isConnector(codePoint: number): boolean {
  return codePoint === 0x2d || codePoint === 0x5f || isSpace(codePoint)
}

/** Bytes that are no character belong to the next character; at the end they count as one more of the last. */
function charactersOf(text: ByteText): readonly Character[] {
  const characters: Character[] = []
  let skipped = ''
  for (const { codePoint, bytes } of runesOf(text)) {
    skipped += bytes
    if (codePoint === NO_CHARACTER) continue
    characters.push({ codePoint, bytes: skipped })
    skipped = ''
  }
  const last = characters.at(-1)
  if (last && skipped !== '') characters.push({ codePoint: last.codePoint, bytes: skipped })
  return characters
}

function kindAt(characters: readonly Character[], index: number): WordKind {
  const codePoint = characters[index]?.codePoint ?? NO_CHARACTER
  if (isConnector(codePoint)) return 'connectors'
  if (isPunctuation(codePoint)) return 'punctuation'
  if (isUpper(codePoint)) return 'capitals'
  if (isAlphabet(codePoint)) return 'letters'
  return isNumber(codePoint) ? 'number' : 'other'
}

function endOf(characters: readonly Character[], start: number, kind: WordKind): number {
  if (kind === 'capitals') return endOfCapitals(characters, start)
  let end = start + 1
  while (end < characters.length && continues(characters, end, kind)) end++
  return end
}

/** Connectors are punctuation too, within it. */
function continues(characters: readonly Character[], index: number, kind: WordKind): boolean {
  return (
    kindAt(characters, index) === kind || (kind === 'punctuation' && isPunctuation(characters[index]?.codePoint ?? NO_CHARACTER))
  )
}

/** Of several capitals before a small letter the last one starts the next word. */
function endOfCapitals(characters: readonly Character[], start: number): number {
  let end = start + 1
  while (end < characters.length && kindAt(characters, end) === 'capitals') end++
  const next = characters[end]
  const letterFollows = next !== undefined && isAlphabet(next.codePoint)
  if (end > start + 1) return letterFollows ? end - 1 : end
  return letterFollows ? endOf(characters, end, 'letters') : end
}

/** Letters, but for the Chinese, Japanese and Korean ones that xstrings does not count. */
function isAlphabet(codePoint: number): boolean {
  if (codePoint >= 0x3400 && codePoint <= 0x4d85) return false
  if (codePoint >= 0x4e00 && codePoint <= 0x9fcc) return false
  return !(codePoint >= 0x20000 && codePoint <= 0x2b81d) && isLetter(codePoint)
}
