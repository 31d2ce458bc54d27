import type { Place } from './tree.ts'

/** How much of the text before the token its picture has at most; more is cut and marked with dots. */
const SHOWN = 20
const DOTS = '...'

/**
 * Where the token is that the parser did not expect. Its message tells only the line of the token before, and draws an arrow below a picture: up to
 * 20 characters before the token and some from it on, without their line breaks. That piece is looked for in the text.
 */
export function parsePosition(message: string, text: string): Place {
  const found = pictured(message, text)
  // Where no token could be read its line is told, and the end of that line is not the start of the next.
  const told = Number(/^Lexical error on line (\d+)/.exec(message)?.[1] ?? found.line)
  return found.line > told ? { line: told, column: (text.split('\n')[told - 1]?.length ?? 0) + 1 } : found
}

/** The place between two lines is taken for the start of the later one. */
function pictured(message: string, text: string): Place {
  const [first = '', picture = '', arrow = ''] = message.split('\n')
  if (message.endsWith("got 'EOF'")) return placeOf(text, text.length)
  const lineBefore = Number(/ on line (\d+)/.exec(first)?.[1] ?? 1)
  const before = picture.slice(0, Math.max(0, arrow.length - 1))
  const after = picture.slice(before.length)

  const flat = text.replaceAll('\n', '')
  const afters = after.endsWith(DOTS) ? [after, after.slice(0, -DOTS.length)] : [after]
  if (before.length <= SHOWN && afters.some((end) => flat.startsWith(before + end))) return placeOf(text, before.length)
  const piece = before.startsWith(DOTS) ? before.slice(DOTS.length) : before
  const start = flatStart(text, lineBefore)
  const at = afters.map((end) => flat.indexOf(piece + end, Math.max(0, start - piece.length))).find((found) => found !== -1)
  return at === undefined ? { line: lineBefore, column: 1 } : placeOf(text, at + piece.length)
}

/** How many characters that are no line breaks stand before a line. */
function flatStart(text: string, line: number): number {
  return text
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, { length }) => sum + length, 0)
}

/** The place behind so many characters that are no line breaks; a place between lines is at the start of the later one. */
function placeOf(text: string, characters: number): Place {
  let left = characters
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    if (left < line.length) return { line: index + 1, column: left + 1 }
    left -= line.length
  }
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}
