import { isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isWord } from './characters.ts'
import type { Cursor } from './cursor.ts'
import { scanHandle, scanUri } from './scan-properties.ts'
import type { TagDirectiveToken, VersionToken } from './token.ts'

/** `%YAML 1.1` or `%TAG ! prefix`, with the rest of its line. Throws YamlError. */
export function scanDirective(cursor: Cursor): VersionToken | TagDirectiveToken {
  cursor.skip()
  const token = scanContent(cursor, scanName(cursor))
  skipBlanks(cursor)
  if (cursor.peek() === '#') while (!isBreakOrEnd(cursor.peek())) cursor.skip()
  if (!isBreakOrEnd(cursor.peek())) throw cursor.error('did not find expected comment or line break')
  cursor.readBreak()
  return token
}

function scanContent(cursor: Cursor, name: string): VersionToken | TagDirectiveToken {
  if (name === 'YAML') return { kind: 'version', version: scanVersion(cursor) }
  if (name !== 'TAG') throw cursor.error('found unknown directive name')
  skipBlanks(cursor)
  const handle = scanHandle(cursor, 'directive')
  if (!isBlank(cursor.peek())) throw cursor.error('did not find expected whitespace')
  skipBlanks(cursor)
  const prefix = scanUri(cursor, '')
  if (!isBlankOrEnd(cursor.peek())) throw cursor.error('did not find expected whitespace or line break')
  return { kind: 'tag directive', handle, prefix }
}

function scanName(cursor: Cursor): string {
  let name = ''
  while (isWord(cursor.peek())) name += cursor.read()
  if (name === '') throw cursor.error('could not find expected directive name')
  if (!isBlankOrEnd(cursor.peek())) throw cursor.error('found unexpected non-alphabetical character')
  return name
}

function scanVersion(cursor: Cursor): string {
  skipBlanks(cursor)
  const major = scanNumber(cursor)
  if (cursor.peek() !== '.') throw cursor.error("did not find expected digit or '.' character")
  cursor.skip()
  return `${major}.${scanNumber(cursor)}`
}

const LONGEST_NUMBER = 2

function scanNumber(cursor: Cursor): number {
  let digits = ''
  while (isDigit(cursor.peek())) {
    if (digits.length === LONGEST_NUMBER) throw cursor.error('found extremely long version number')
    digits += cursor.read()
  }
  if (digits === '') throw cursor.error('did not find expected version number')
  return Number(digits)
}

function skipBlanks(cursor: Cursor): void {
  while (isBlank(cursor.peek())) cursor.skip()
}
