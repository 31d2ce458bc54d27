import { EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml'
import { indentClosers } from './indent-closers.ts'
import { ReadingError } from './reading-error.ts'
import { readingLimits } from './reading-limits.ts'

export interface ParsedYaml {
  readonly events: readonly Event[]
  /** What the events' offsets point into: the text that was given, some of its lines further indented. Lines are the same. */
  readonly text: string
}

/** Lines too far left that are mended one by one. Each costs a parse, so their number is small. */
const MENDED_LINES = 6
const TOO_FAR_LEFT = 'deficient indentation'

/**
 * The parser's events of one YAML document. Throws {@link ReadingError}, and nothing else for any text.
 *
 * In brackets and quotes go-yaml does not care for indentation, and people put the `]` below the key, while js-yaml insists on YAML 1.2's rule.
 * Such lines are indented, which changes no value there, and the text is parsed again: first all that start with a closing bracket, then one by one.
 */
export function parseYaml(text: string): ParsedYaml {
  checkText(text)
  let indented = text
  let parsed = parse(text)
  for (let mended = 0; isTooFarLeft(parsed) && mended <= MENDED_LINES; mended++) {
    indented = mended === 0 ? indentClosers(text, deepestIndent(text)) : indentLine(indented, parsed.offset)
    parsed = parse(indented)
  }
  if (!parsed.ok) throw syntaxError(parsed.reason, parsed.offset, indented)
  return { events: oneDocument(parsed.events), text: indented }
}

function isTooFarLeft(parsed: Parsed): parsed is Failed {
  return !parsed.ok && parsed.reason === TOO_FAR_LEFT
}

interface Failed {
  readonly ok: false
  readonly reason: string
  readonly offset: number
}

type Parsed = { readonly ok: true; readonly events: readonly Event[] } | Failed

function parse(text: string): Parsed {
  try {
    return { ok: true, events: parseEvents(text, { maxDepth: readingLimits.depth }) }
  } catch (thrown) {
    if (thrown instanceof YAMLException) return { ok: false, reason: thrown.reason, offset: thrown.mark?.position ?? 0 }
    // A regular expression of the parser gives up on a tag of megabytes.
    if (thrown instanceof RangeError) throw new ReadingError('a tag or scalar is too large for the parser', 0, 'shorten it')
    throw thrown
  }
}

function oneDocument(events: readonly Event[]): readonly Event[] {
  if (events.filter((event) => event.type === EVENT_ID.DOCUMENT).length <= 1) return events
  throw new ReadingError('there is more than one document', 0, 'put --- on a line of its own between them')
}

function indentLine(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
  return `${text.slice(0, start)}${' '.repeat(deepestIndent(text))}${text.slice(start)}`
}

/** One more than the column of any collection's start. */
function deepestIndent(text: string): number {
  let deepest = 0
  for (const [indent] of text.matchAll(/^[ ?:-]+/gm)) deepest = Math.max(deepest, indent.length)
  return deepest + 1
}

/** Of the parser's words what stands before a quoted piece of the input (R18). */
const CONSTANT_PART = /^[^":]*(?::' [^":]*)?/

function syntaxError(reason: string, offset: number, text: string): ReadingError {
  if (reason.includes('maxDepth')) {
    return new ReadingError(`nested more than ${readingLimits.depth} levels deep`, offset, 'flatten the document', text)
  }
  const words = CONSTANT_PART.exec(reason)?.[0].trim() ?? ''
  return new ReadingError(`not valid YAML: ${words}`, offset, remedyFor(words, lineAround(text, offset)), text)
}

function remedyFor(words: string, line: string): string {
  if (words === TOO_FAR_LEFT) return 'indent the lines between the brackets or quotes further than the key'
  if (words.includes('tab character')) return 'indent with spaces'
  if (line.includes('{{')) return 'render the template first: what comes in must be YAML'
  return 'correct the syntax at this line or the one above'
}

const LONGEST_LINE = 1000

function lineAround(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return text.slice(Math.max(start, offset - LONGEST_LINE), offset + LONGEST_LINE).split('\n', 1)[0] ?? ''
}

/**
 * Every node of YAML has one of these characters beside it, so their number bounds the parser's memory (about 110 bytes an event) before it starts.
 * Texts shorter than the limit need no count. NUL is looked for here since the parser's own report of it splits the text at each one.
 */
function checkText(text: string): void {
  if (text.length > readingLimits.bytes) {
    throw new ReadingError(`larger than ${readingLimits.bytes} bytes`, 0, 'split it into several documents')
  }
  const zero = text.indexOf('\0')
  if (zero !== -1) throw new ReadingError('there is a NUL character', zero, 'take it out, or save the file as UTF-8')
  if (text.length <= readingLimits.nodes) return
  let separators = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 10 || code === 13 || code === 44 || code === 58 || code === 91 || code === 123) separators++
  }
  if (separators > readingLimits.nodes) {
    throw new ReadingError(`more than ${readingLimits.nodes} lines, keys and items`, 0, 'split it into several documents')
  }
}
