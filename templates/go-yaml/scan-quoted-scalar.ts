import { isBlankOrEnd, isBreak, isHex } from './characters.ts'
import type { Cursor } from './cursor.ts'
import { isAtDocumentMarker, scanGap } from './fold-lines.ts'

/** The value of a scalar in the quotes on which the cursor stands. Throws YamlError. */
export function scanQuotedScalar(cursor: Cursor): string {
  const quote = cursor.read()
  let text = ''
  for (;;) {
    if (isAtDocumentMarker(cursor)) throw cursor.error('found unexpected document indicator')
    if (cursor.peek() === '') throw cursor.error('found unexpected end of stream')
    const { text: run, escapedBreak } = quote === "'" ? scanSingle(cursor) : scanDouble(cursor)
    text += run
    if (cursor.peek() === quote) break
    text += scanGap(cursor, { escaped: escapedBreak }).text
  }
  cursor.skip()
  return text
}

interface Run {
  readonly text: string
  /** It ended with a backslash at the end of the line. */
  readonly escapedBreak: boolean
}

function scanSingle(cursor: Cursor): Run {
  let text = ''
  while (!isBlankOrEnd(cursor.peek())) {
    if (cursor.peek() === "'") {
      if (cursor.peek(1) !== "'") break
      cursor.skip()
    }
    text += cursor.read()
  }
  return { text, escapedBreak: false }
}

function scanDouble(cursor: Cursor): Run {
  let text = ''
  while (!isBlankOrEnd(cursor.peek()) && cursor.peek() !== '"') {
    if (cursor.peek() !== '\\') {
      text += cursor.read()
    } else if (isBreak(cursor.peek(1))) {
      cursor.skip()
      cursor.readBreak()
      return { text, escapedBreak: true }
    } else {
      text += scanEscape(cursor)
    }
  }
  return { text, escapedBreak: false }
}

/** YAML 1.1, 5.6: by the character behind the backslash. libyaml takes `\'` as well. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\u001b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\u0085'],
  ['_', '\u00a0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
])

const HEX_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])

function scanEscape(cursor: Cursor): string {
  const name = cursor.peek(1)
  const plain = ESCAPES.get(name)
  const digits = HEX_ESCAPES.get(name)
  if (plain === undefined && digits === undefined) throw cursor.error('found unknown escape character')
  cursor.skip(2)
  return plain ?? scanHex(cursor, digits ?? 0)
}

function scanHex(cursor: Cursor, digits: number): string {
  const characters = Array.from({ length: digits }, (_, offset) => cursor.peek(offset))
  // libyaml's own spelling
  if (!characters.every(isHex)) throw cursor.error('did not find expected hexdecimal number')
  const codePoint = Number.parseInt(characters.join(''), 16)
  if ((codePoint >= 0xd800 && codePoint <= 0xdfff) || codePoint > 0x10ffff) {
    throw cursor.error('found invalid Unicode character escape code')
  }
  cursor.skip(digits)
  return String.fromCodePoint(codePoint)
}
