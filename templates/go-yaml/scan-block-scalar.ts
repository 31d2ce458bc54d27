import { isBlank, isBreak, isBreakOrEnd, isDigit } from './characters.ts'
import type { Cursor } from './cursor.ts'

interface Header {
  readonly chomping: 'strip' | 'clip' | 'keep'
  /** 0 where the text says nothing of its indentation. */
  readonly increment: number
}

/** The value of a scalar behind `|` or `>`, on which the cursor stands; `parentIndent` is -1 at the top. Throws YamlError. */
export function scanBlockScalar(cursor: Cursor, style: 'literal' | 'folded', parentIndent: number): string {
  cursor.skip()
  const { chomping, increment } = scanHeader(cursor)
  let { indent, breaks } = scanBreaks(cursor, increment > 0 ? Math.max(parentIndent, 0) + increment : 0, parentIndent)
  let text = ''
  let lastBreak = ''
  let lineWasIndented = false
  while (cursor.column === indent && cursor.peek() !== '') {
    const lineIsIndented = isBlank(cursor.peek())
    const folds = style === 'folded' && !lineWasIndented && !lineIsIndented && lastBreak === '\n'
    text += folds ? (breaks === '' ? ' ' : '') : lastBreak
    text += breaks
    lineWasIndented = lineIsIndented
    while (!isBreakOrEnd(cursor.peek())) text += cursor.read()
    lastBreak = cursor.readBreak()
    ;({ indent, breaks } = scanBreaks(cursor, indent, parentIndent))
  }
  if (chomping !== 'strip') text += lastBreak
  return chomping === 'keep' ? text + breaks : text
}

/** Chomping and indentation in either order, a comment, the end of the line. */
function scanHeader(cursor: Cursor): Header {
  let chomping = scanChomping(cursor)
  const increment = scanIncrement(cursor)
  if (chomping === undefined && increment > 0) chomping = scanChomping(cursor)
  while (isBlank(cursor.peek())) cursor.skip()
  if (cursor.peek() === '#') while (!isBreakOrEnd(cursor.peek())) cursor.skip()
  if (!isBreakOrEnd(cursor.peek())) throw cursor.error('did not find expected comment or line break')
  cursor.readBreak()
  return { chomping: chomping ?? 'clip', increment }
}

function scanChomping(cursor: Cursor): Header['chomping'] | undefined {
  const character = cursor.peek()
  if (character !== '+' && character !== '-') return undefined
  cursor.skip()
  return character === '+' ? 'keep' : 'strip'
}

function scanIncrement(cursor: Cursor): number {
  if (!isDigit(cursor.peek())) return 0
  if (cursor.peek() === '0') throw cursor.error('found an indentation indicator equal to 0')
  return Number(cursor.read())
}

/** Empty lines and the indentation of the next one; `indent` 0 takes the deepest that there is. */
function scanBreaks(cursor: Cursor, indent: number, parentIndent: number): { indent: number; breaks: string } {
  let breaks = ''
  let deepest = 0
  const isInside = () => indent === 0 || cursor.column < indent
  for (;;) {
    while (isInside() && cursor.peek() === ' ') cursor.skip()
    deepest = Math.max(deepest, cursor.column)
    if (isInside() && cursor.peek() === '\t') {
      throw cursor.error('found a tab character where an indentation space is expected')
    }
    if (!isBreak(cursor.peek())) break
    breaks += cursor.readBreak()
  }
  return { indent: indent === 0 ? Math.max(deepest, parentIndent + 1, 1) : indent, breaks }
}
