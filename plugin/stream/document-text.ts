import { isUtf8 } from 'node:buffer'
import type { ManifestDocument } from './manifest-document.ts'
import { ReadingError } from './reading-error.ts'

/** A document's text for the parser: its directives, if it has any, and its content. */
export interface DocumentText {
  readonly text: string
  /** 1-based, in the file: of the first line of `text`. */
  readonly line: number
}

// oxlint-disable-next-line no-control-regex
const NOT_ASCII = /[^\x00-\x7f]/
const UTF_16_MARK = /^(?:\u00ff\u00fe|\u00fe\u00ff)/

/** Bytes to text. Throws {@link ReadingError} where they are no UTF-8. */
export function documentText(document: ManifestDocument): DocumentText {
  const { opening, source, sourceLine } = document
  const directives = directivesOf(opening)
  const bytes = directives + source
  const line = sourceLine - (directives.split(/\r\n|\n|\r/).length - 1)
  if (!NOT_ASCII.test(bytes)) return { text: bytes, line }

  const buffer = Buffer.from(bytes, 'latin1')
  if (isUtf8(buffer)) return { text: buffer.toString('utf8'), line }
  const what = UTF_16_MARK.test(bytes) ? 'the text is UTF-16' : 'the text is not UTF-8'
  throw new ReadingError(what, Math.max(firstBadLine(bytes) - directives.length, 0), 'save the file as UTF-8')
}

/** `%TAG` lines and what follows them up to the content; most documents have none. */
function directivesOf(opening: string): string {
  const start = opening.startsWith('%') ? 0 : opening.search(/[\r\n]%/) + 1
  return opening[start] === '%' ? opening.slice(start) : ''
}

/** Where the first line starts that is no UTF-8. */
function firstBadLine(bytes: string): number {
  let start = 0
  for (let end = bytes.indexOf('\n'); end !== -1; end = bytes.indexOf('\n', start)) {
    if (!isUtf8(Buffer.from(bytes.slice(start, end), 'latin1'))) return start
    start = end + 1
  }
  return start
}
