import { type ByteText, byteTextOf, runeAt } from '../byte-text.ts'

/** A string literal of Go without its quotes, its escapes replaced (strconv.Unquote). Undefined: it is not one. */
export function unquote(literal: ByteText): ByteText | undefined {
  const body = literal.slice(1, -1)
  if (literal.startsWith('`')) return body.replaceAll('\r', '')
  if (!body.includes('\\')) return body
  const parts: ByteText[] = []
  for (let index = 0; index < body.length; ) {
    const character = unquoteCharacter(body, index, '"')
    if (!character) return undefined
    parts.push(character.bytes)
    index = character.end
  }
  return parts.join('')
}

export interface UnquotedCharacter {
  readonly codePoint: number
  readonly bytes: ByteText
  readonly end: number
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
])

/** One character or escape at `index` (strconv.UnquoteChar). Undefined: it is none, or the quote itself. */
export function unquoteCharacter(text: ByteText, index: number, quote: '"' | "'"): UnquotedCharacter | undefined {
  const first = text.charAt(index)
  if (first === '' || first === quote) return undefined
  if (first !== '\\') {
    const { codePoint, size } = runeAt(text, index)
    return { codePoint, bytes: text.slice(index, index + size), end: index + size }
  }
  const letter = text.charAt(index + 1)
  const simple = letter === quote ? quote : SIMPLE.get(letter)
  if (simple !== undefined) return { codePoint: simple.charCodeAt(0), bytes: simple, end: index + 2 }
  return numericEscape(text, index)
}

const NUMERIC = /\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y

function numericEscape(text: ByteText, index: number): UnquotedCharacter | undefined {
  NUMERIC.lastIndex = index
  const match = NUMERIC.exec(text)
  if (!match) return undefined
  const [whole, hex, octal, short, long] = match
  const end = index + whole.length
  const character = short ?? long
  if (character === undefined) {
    const byte = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16)
    return byte > 0xff ? undefined : { codePoint: byte, bytes: String.fromCharCode(byte), end }
  }
  const codePoint = Number.parseInt(character, 16)
  const isCharacter = codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff)
  return isCharacter ? { codePoint, bytes: byteTextOf(String.fromCodePoint(codePoint)), end } : undefined
}
