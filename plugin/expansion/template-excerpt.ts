import { printable } from '../model/printable.ts'

/** Of the template's line, around the failing column. */
const SHOWN_CHARACTERS = 100

/** A place in a template: both 1-based, the column in UTF-16 units. */
export interface TemplatePlace {
  readonly line: number
  readonly column: number
}

/**
 * The line of a template with a caret under the column, as two lines for a report. It shows the template's own text, which the author wrote and
 * which holds no value; what is invisible is escaped, and what is long is cut (R18). The caret counts what is shown.
 */
export function templateExcerpt(text: string, { line: number, column }: TemplatePlace): readonly [string, string] {
  const line = text.split('\n')[number - 1] ?? ''
  const at = Math.min(Math.max(column - 1, 0), line.length)
  const start = Math.max(0, Math.min(at - SHOWN_CHARACTERS / 2, line.length - SHOWN_CHARACTERS))
  const before = (start > 0 ? '…' : '') + shown(line.slice(start, at))
  const after = shown(line.slice(at, start + SHOWN_CHARACTERS)) + (start + SHOWN_CHARACTERS < line.length ? '…' : '')
  const margin = String(number)
  return [`${margin} | ${before}${after}`, `${' '.repeat(margin.length)} | ${' '.repeat(Array.from(before).length)}^`]
}

/** A tab and the carriage return of a Windows line take one column; they are in many templates and change nothing around them. */
function shown(text: string): string {
  return printable(text.replaceAll(/[\t\r]/g, ' '))
}
