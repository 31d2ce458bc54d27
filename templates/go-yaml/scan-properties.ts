import { isBlankOrEnd, isHex, isWord } from './characters.ts'
import type { Cursor } from './cursor.ts'
import type { NameToken, TagToken } from './token.ts'

const BEHIND_A_NAME = new Set(['?', ':', ',', ']', '}', '%', '@', '`'])

/** `&name` or `*name`. Throws YamlError. */
export function scanName(cursor: Cursor): NameToken {
  const kind = cursor.read() === '&' ? 'anchor' : 'alias'
  const name = scanWord(cursor)
  if (name === '' || !(isBlankOrEnd(cursor.peek()) || BEHIND_A_NAME.has(cursor.peek()))) {
    throw cursor.error('did not find expected alphabetic or numeric character')
  }
  return { kind, name }
}

/** `!<uri>`, `!suffix`, `!handle!suffix` or `!`. Throws YamlError. */
export function scanTag(cursor: Cursor): TagToken {
  const token = cursor.peek(1) === '<' ? scanVerbatim(cursor) : scanShort(cursor)
  if (!isBlankOrEnd(cursor.peek())) throw cursor.error('did not find expected whitespace or line break')
  return token
}

function scanVerbatim(cursor: Cursor): TagToken {
  cursor.skip(2)
  const suffix = scanUri(cursor, '')
  if (cursor.peek() !== '>') throw cursor.error("did not find the expected '>'")
  cursor.skip()
  return { kind: 'tag', handle: '', suffix }
}

function scanShort(cursor: Cursor): TagToken {
  const handle = scanHandle(cursor, 'node')
  if (handle.length > 1 && handle.endsWith('!')) return { kind: 'tag', handle, suffix: scanUri(cursor, '') }
  const suffix = scanUri(cursor, handle)
  return suffix === '' ? { kind: 'tag', handle: '', suffix: '!' } : { kind: 'tag', handle: '!', suffix }
}

/** `!`, `!!` or `!name!`; in front of a node also `!name`, whose name is part of the suffix. */
export function scanHandle(cursor: Cursor, where: 'node' | 'directive'): string {
  if (cursor.peek() !== '!') throw cursor.error("did not find expected '!'")
  const start = cursor.read() + scanWord(cursor)
  if (cursor.peek() === '!') return start + cursor.read()
  if (where === 'directive' && start !== '!') throw cursor.error("did not find expected '!'")
  return start
}

const URI_CHARACTERS = new Set(";/?:@&=+$,.!~*'()[]%")

/** What a tag is called, behind the part of it that was taken for a handle. */
export function scanUri(cursor: Cursor, head: string): string {
  let text = head.slice(1)
  let isThere = head !== ''
  while (isWord(cursor.peek()) || URI_CHARACTERS.has(cursor.peek())) {
    text += cursor.peek() === '%' ? scanEscapes(cursor) : cursor.read()
    isThere = true
  }
  if (!isThere) throw cursor.error('did not find expected tag URI')
  return text
}

/** One character, as the `%xx` of its bytes in UTF-8. */
function scanEscapes(cursor: Cursor): string {
  const bytes: number[] = []
  let width = 1
  while (bytes.length < width) {
    if (!(cursor.peek() === '%' && isHex(cursor.peek(1)) && isHex(cursor.peek(2)))) {
      throw cursor.error('did not find URI escaped octet')
    }
    const octet = Number.parseInt(cursor.peek(1) + cursor.peek(2), 16)
    if (bytes.length === 0) width = leadWidth(cursor, octet)
    else if ((octet & 0xc0) !== 0x80) throw cursor.error('found an incorrect trailing UTF-8 octet')
    bytes.push(octet)
    cursor.skip(3)
  }
  return Buffer.from(bytes).toString('utf8')
}

function leadWidth(cursor: Cursor, octet: number): number {
  if (octet < 0x80) return 1
  if (octet >= 0xc0 && octet < 0xe0) return 2
  if (octet >= 0xe0 && octet < 0xf0) return 3
  if (octet >= 0xf0 && octet < 0xf8) return 4
  throw cursor.error('found an incorrect leading UTF-8 octet')
}

function scanWord(cursor: Cursor): string {
  let word = ''
  while (isWord(cursor.peek())) word += cursor.read()
  return word
}
