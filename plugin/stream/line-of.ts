import type { FieldPath } from '../model/field-path.ts'
import { countLineBreaks } from './count-line-breaks.ts'
import { documentText } from './document-text.ts'
import { fieldOffsets } from './field-offsets.ts'
import type { ManifestDocument } from './manifest-document.ts'
import { ReadingError } from './reading-error.ts'

type LineFinder = (path: FieldPath) => number

/**
 * Documents up to this many bytes are parsed for each question, in some 0.1 ms; larger ones are remembered, since a List of thousands of objects
 * may be asked for each of them.
 */
const SMALL_BYTES = 16 * 1024
const remembered = new WeakMap<ManifestDocument, LineFinder>()

/** The 1-based line in the file of a field, or of its nearest parent that is there. The document's own line when it cannot be read. */
export function lineOf(document: ManifestDocument, path: FieldPath): number {
  if (path.length === 0) return document.line
  if (document.source.length <= SMALL_BYTES) return lineFinder(document)(path)
  const finder = remembered.get(document) ?? lineFinder(document)
  remembered.set(document, finder)
  return finder(path)
}

function lineFinder(document: ManifestDocument): LineFinder {
  try {
    const { text, line } = documentText(document)
    const fields = fieldOffsets(text)
    const lineAt = lineCounter(fields.text)
    // An empty value has no place, and before the content there are only directives.
    return (path) => Math.max(line + lineAt(fields.offsetOf(path)), document.sourceLine)
  } catch (thrown) {
    if (!(thrown instanceof ReadingError)) throw thrown
    return () => document.line
  }
}

/** Line breaks before an offset, counted in steps so that no question costs more than one step. */
function lineCounter(text: string): (offset: number) => number {
  const counts = [0]
  for (let end = SMALL_BYTES; end <= text.length; end += SMALL_BYTES) {
    counts.push((counts.at(-1) ?? 0) + breaksBetween(text, end - SMALL_BYTES, end))
  }
  return (offset) => {
    const step = Math.floor(offset / SMALL_BYTES)
    return (counts[step] ?? 0) + breaksBetween(text, step * SMALL_BYTES, offset)
  }
}

/** Breaks that end in the range; a `\r\n` that it cuts is counted with its `\n`. */
function breaksBetween(text: string, start: number, end: number): number {
  return countLineBreaks(text.slice(start, end + 1), end - start)
}
