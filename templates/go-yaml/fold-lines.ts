import { isBlank, isBreak } from './characters.ts'
import type { Cursor } from './cursor.ts'

/** White space inside a scalar: a run of blanks, or a line break with all that follows it. */
export interface Gap {
  /** What it is in the value: the blanks, or a line break folded to a space or to the empty lines behind it. */
  readonly text: string
  readonly breaks: boolean
}

/**
 * Steps over white space up to the next character of the scalar. `escaped` is the case of a line that ended with a backslash: then no blank
 * is part of the value. `onIndentTab` is called at a tab behind a line break.
 */
export function scanGap(cursor: Cursor, { escaped, onIndentTab }: GapOptions): Gap {
  let blanks = ''
  let firstBreak = ''
  let moreBreaks = ''
  let breaks = escaped
  while (isBlank(cursor.peek()) || isBreak(cursor.peek())) {
    if (isBreak(cursor.peek())) {
      if (breaks) moreBreaks += cursor.readBreak()
      else firstBreak = cursor.readBreak()
      breaks = true
      continue
    }
    if (breaks && cursor.peek() === '\t') onIndentTab?.()
    const blank = cursor.read()
    if (!breaks) blanks += blank
  }
  if (!breaks) return { text: blanks, breaks }
  if (firstBreak !== '\n') return { text: firstBreak + moreBreaks, breaks }
  return { text: moreBreaks === '' ? ' ' : moreBreaks, breaks }
}

interface GapOptions {
  readonly escaped: boolean
  readonly onIndentTab?: () => void
}

/** `---` or `...` on a line of its own begins or ends a document, wherever it stands. */
export function isAtDocumentMarker(cursor: Cursor): boolean {
  if (cursor.column !== 0 || !(cursor.startsWith('---') || cursor.startsWith('...'))) return false
  const next = cursor.peek(3)
  return next === '' || isBlank(next) || isBreak(next)
}
