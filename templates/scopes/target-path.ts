import { byteTextOf, textOf } from '../byte-text.ts'
import { goQuote } from '../go-format/quote.ts'
import { ScopeError } from './scope-error.ts'

/** Keys of maps and indexes of lists, from the root of an object. It starts with a key. */
export type TargetPath = readonly (string | number)[]

/** Lists are filled up with nulls to the index. */
const LARGEST_INDEX = 10_000

/** Reads a free-form `target`, such as `spec.rules[0].from`. Throws ScopeError; the path is its author's, and no value. */
export function parseTargetPath(path: string): TargetPath {
  const steps = path.split('.').flatMap((segment) => parseSegment(segment, path))
  if (typeof steps[0] === 'number') throw invalid(path, 'path must start with a key')
  return steps
}

function parseSegment(segment: string, path: string): TargetPath {
  if (segment === '') throw invalid(path, 'empty segment')
  const bracket = segment.indexOf('[')
  if (bracket === -1) return [segment]
  const name = segment.slice(0, bracket)
  const indexes = parseIndexes(segment.slice(bracket), path)
  return name === '' ? indexes : [name, ...indexes]
}

function parseIndexes(text: string, path: string): readonly number[] {
  const indexes: number[] = []
  for (let rest = text; rest !== ''; ) {
    if (!rest.startsWith('[')) throw invalid(path, `expected '[' near ${quoted(rest)}`)
    const end = rest.indexOf(']')
    if (end === -1) throw invalid(path, "unterminated '['")
    indexes.push(parseIndex(rest.slice(1, end), path))
    rest = rest.slice(end + 1)
  }
  return indexes
}

function parseIndex(text: string, path: string): number {
  if (!/^[-+]?\d{1,18}$/.test(text)) throw invalid(path, `bad index ${quoted(text)}`)
  const index = Number(text)
  if (index < 0) throw invalid(path, `negative index ${index}`)
  if (index > LARGEST_INDEX) throw invalid(path, `index ${index} exceeds maximum (${LARGEST_INDEX})`)
  return index
}

function quoted(text: string): string {
  return textOf(goQuote(byteTextOf(text)))
}

function invalid(path: string, problem: string): ScopeError {
  return new ScopeError(`invalid path ${quoted(path)}: ${problem}`, { safe: true })
}
