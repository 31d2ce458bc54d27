import { atOnce, type Steps } from '../model/turns.ts'
import { countLineBreaks } from './count-line-breaks.ts'
import type { ManifestDocument, ManifestStream } from './manifest-document.ts'
import { jsonObjectSteps, mayBeJson } from './split-json-objects.ts'

/** In latin1: the three bytes of U+FEFF. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf'
/** A mark in the first column, with nothing, a blank or a line break after it (YAML 1.2.2, 9.1.2). Indented ones belong to a block scalar. */
const MARK = /(?<=^|[\r\n])(?:\u00ef\u00bb\u00bf)?(?:---|\.\.\.)(?=[ \t\r\n]|$)/g

/**
 * The documents of a file, without parsing any: their openings and sources one after the other are its bytes. Never fails, linear in the size.
 * JSON objects that follow each other without `---` are documents of their own, as kubectl and Argo CD read a stream that starts with `{`.
 */
export function splitManifests(file: string, bytes: Uint8Array): ManifestStream {
  return atOnce(splittingSteps(file, bytes))
}

/** The same, a step a document. */
export function* splittingSteps(file: string, bytes: Uint8Array): Steps<ManifestStream> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const documents: ManifestDocument[] = []
  let line = 1
  for (const { start, content, end } of extents(text)) {
    const opening = text.slice(start, content)
    const sourceLine = line + countLineBreaks(opening)
    const source = text.slice(content, end)
    const parts = mayBeJson(source) ? yield* jsonObjectSteps(source) : [source]
    for (const document of documentsOf(file, opening, parts, sourceLine)) documents.push(document)
    line = sourceLine + countLineBreaks(source)
    yield
  }
  return { file, documents }
}

function documentsOf(file: string, opening: string, parts: readonly string[], sourceLine: number): readonly ManifestDocument[] {
  let line = sourceLine
  return parts.map((part, index) => {
    const document = {
      file,
      line: line + countLineBreaks(part, contentStart(part)),
      sourceLine: line,
      opening: index === 0 ? opening : '',
      source: part,
    }
    line += countLineBreaks(part)
    return document
  })
}

interface Extent {
  readonly start: number
  readonly content: number
  readonly end: number
}

function* extents(text: string): Generator<Extent> {
  let start = 0
  let content = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0
  // A document that no `---` has opened yet: comments and directives before its `---` are part of the opening.
  let implicit = true
  for (const mark of text.matchAll(MARK)) {
    const ends = mark[0].endsWith('.')
    if (!implicit || !isPreamble(text, content, mark.index)) {
      yield { start, content, end: mark.index }
      start = mark.index
    }
    content = afterMark(text, mark.index + mark[0].length)
    implicit = ends
  }
  if (start < text.length) yield { start, content, end: text.length }
}

/** The next line, where the rest of the mark's line is blank or a comment; else the content starts right there. */
function afterMark(text: string, markEnd: number): number {
  const index = skipBlanks(text, markEnd)
  if (index < text.length && !isBreak(text, index) && text[index] !== '#') return markEnd
  return nextLine(text, index)
}

/** Blank lines, comments and directives only. */
function isPreamble(text: string, start: number, end: number): boolean {
  for (let line = start; line < end; line = nextLine(text, line)) {
    if (text[line] === '%') continue
    const index = skipBlanks(text, line)
    if (index < end && !isBreak(text, index) && text[index] !== '#') return false
  }
  return true
}

/** Where the first line that is neither blank nor a comment starts; 0 when there is none. */
function contentStart(text: string): number {
  for (let line = 0; line < text.length; line = nextLine(text, line)) {
    const index = skipBlanks(text, line)
    if (index < text.length && !isBreak(text, index) && text[index] !== '#') return line
  }
  return 0
}

function skipBlanks(text: string, start: number): number {
  let index = start
  while (text[index] === ' ' || text[index] === '\t') index++
  return index
}

function isBreak(text: string, index: number): boolean {
  return text[index] === '\n' || text[index] === '\r'
}

function nextLine(text: string, start: number): number {
  let index = start
  while (index < text.length && !isBreak(text, index)) index++
  return text.startsWith('\r\n', index) ? index + 2 : index + 1
}
