import { isBlank, isBlankOrEnd, isBreak } from './characters.ts'
import type { Cursor } from './cursor.ts'
import { isAtDocumentMarker, scanGap } from './fold-lines.ts'

export interface PlainScalar {
  readonly value: string
  /** A line break came behind it, so that a key may follow. */
  readonly endsLine: boolean
}

export interface PlainContext {
  /** Of the collection around it; -1 at the top. */
  readonly parentIndent: number
  readonly isInFlow: boolean
}

const FLOW_INDICATORS = new Set([',', '?', '[', ']', '{', '}'])

/** An unquoted scalar from the cursor on, over as many lines as are indented deeper than its parent. Throws YamlError. */
export function scanPlainScalar(cursor: Cursor, { parentIndent, isInFlow }: PlainContext): PlainScalar {
  const endsHere = () =>
    (cursor.peek() === ':' && isBlankOrEnd(cursor.peek(1))) || (isInFlow && FLOW_INDICATORS.has(cursor.peek()))
  let value = ''
  let gap = { text: '', breaks: false }
  while (!isAtDocumentMarker(cursor) && cursor.peek() !== '#') {
    while (!isBlankOrEnd(cursor.peek()) && !endsHere()) {
      value += gap.text + cursor.read()
      gap = { text: '', breaks: false }
    }
    if (!isBlank(cursor.peek()) && !isBreak(cursor.peek())) break
    const onIndentTab = () => {
      if (cursor.column <= parentIndent) throw cursor.error('found a tab character that violates indentation')
    }
    gap = scanGap(cursor, { escaped: false, onIndentTab })
    if (!isInFlow && cursor.column <= parentIndent) break
  }
  return { value, endsLine: gap.breaks }
}
