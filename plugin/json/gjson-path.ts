import type { ByteText } from './byte-text.ts'
import { type GjsonQuery, parseQuery } from './gjson-query.ts'
import { endOfBrackets, endOfString } from './gjson-scan.ts'

/** What follows one step of a path: more steps below it (`.`), a path on its result (`|`), or nothing. */
export interface PathRest {
  readonly below?: ByteText
  readonly pipe?: ByteText
}

/** A step into an object: the member's name, or a pattern for it. */
export interface ObjectStep extends PathRest {
  readonly name: ByteText
  readonly isPattern: boolean
}

/** A step into an array. */
export interface ArrayStep extends PathRest {
  readonly kind: 'index' | 'count' | 'each' | 'query' | 'nothing'
  /** Of kind `index`; -1 fits no item. */
  readonly index: number
  /** Of kind `query`. */
  readonly query: GjsonQuery
}

const MODIFIER_NAMES: ReadonlySet<string> = new Set(
  'pretty ugly reverse this flatten join valid keys values tostr fromstr group dig'.split(' '),
)

/** Whether `@name` is a modifier of gjson; another `@` is an ordinary character of a name. */
export function isModifierName(name: string): boolean {
  return MODIFIER_NAMES.has(name)
}

/** The first step of `path`, for an object. A backslash takes the next character as it is; a lone one at the end is dropped. */
export function objectStep(path: ByteText): ObjectStep {
  let name = ''
  let isPattern = false
  for (let index = 0; index < path.length; index++) {
    const character = path.charAt(index)
    if (character === '|' || character === '.') return { name, isPattern, ...restAt(path, index) }
    if (character === '\\') {
      index += 1
      name += path.charAt(index)
      continue
    }
    isPattern ||= character === '*' || character === '?'
    name += character
  }
  return { name, isPattern }
}

/** A dot before a modifier or a multipath is a pipe. */
function restAt(path: ByteText, separator: number): PathRest {
  const rest = path.slice(separator + 1)
  if (path.charAt(separator) === '|') return { pipe: rest }
  return startsWithPiped(rest) ? { pipe: rest } : { below: rest }
}

function startsWithPiped(path: ByteText): boolean {
  if (path.startsWith('@')) return isModifierName(/^@([^.|:]*)/.exec(path)?.[1] ?? '')
  return path.startsWith('[') || path.startsWith('{')
}

const NO_QUERY: GjsonQuery = { path: '', operator: '', value: '', all: false }

/** The first step of `path`, for an array. There are no escapes here, as in gjson. */
export function arrayStep(path: ByteText): ArrayStep {
  const parsed = /^#[[(]/.test(path) ? parseQuery(path) : undefined
  if (parsed) {
    const rest = arrayRest(path, parsed.end, 'dots go below')
    return { kind: 'query', index: -1, query: parsed.query, ...rest }
  }
  // A query that never closes: gjson goes on with one that has no condition and takes the rest of the path for its text.
  if (/^#[[(]/.test(path)) return { kind: 'query', index: -1, query: NO_QUERY }

  const part = /^[^.|]*/.exec(path)?.[0] ?? ''
  const isHash = part.includes('#')
  const rest = arrayRest(path, 0, isHash ? 'dots go below' : 'dots may pipe')
  if (part === '#') return { kind: path.startsWith('#.') ? 'each' : 'count', index: -1, query: NO_QUERY, ...rest }
  return { kind: isHash ? 'nothing' : 'index', index: isHash ? -1 : indexOf(part), query: NO_QUERY, ...rest }
}

function arrayRest(path: ByteText, from: number, dots: 'dots go below' | 'dots may pipe'): PathRest {
  const separator = path.slice(from).search(/[.|]/)
  if (separator < 0) return {}
  const at = from + separator
  if (dots === 'dots go below' && path.charAt(at) === '.') return { below: path.slice(at + 1) }
  return restAt(path, at)
}

/** Digits, modulo 2^64 as Go counts; -1 for anything else. */
function indexOf(part: ByteText): number {
  if (!/^\d+$/.test(part)) return -1
  return part.length < 16 ? Number(part) : Number(BigInt.asIntN(64, BigInt(part)))
}

/**
 * Splits `path` at its first pipe that is not inside a query or an escape; undefined when there is none.
 * gjson does so for what it applies to each item of an array.
 */
export function splitAtPipe(path: ByteText): { readonly left: ByteText; readonly right: ByteText } | undefined {
  if (!path.includes('|')) return undefined
  if (path.startsWith('{')) return splitBehindMultipath(path)
  for (let index = 0; index < path.length; index++) {
    const character = path.charAt(index)
    if (character === '|') return { left: path.slice(0, index), right: path.slice(index + 1) }
    if (character === '\\') index += 1
    else if (character === '.') {
      if (index === path.length - 1) return undefined
      index = behindHash(path, index)
    }
  }
  return undefined
}

/** The last index to pass over at the dot at `dot`: `.#` and, if one follows, its query. */
function behindHash(path: ByteText, dot: number): number {
  if (path.charAt(dot + 1) !== '#') return dot
  const open = path.charAt(dot + 2)
  if (open !== '(' && open !== '[') return dot + 2
  const close = open === '(' ? ')' : ']'
  let depth = 1
  let index = dot + 3
  for (; index < path.length; index++) {
    const character = path.charAt(index)
    if (character === '\\') index += 1
    else if (character === open) depth += 1
    else if (character === close && --depth === 0) return index
    else if (character === '"') index = closingQuote(path, index)
  }
  return index
}

function closingQuote(path: ByteText, open: number): number {
  let index = open + 1
  while (index < path.length && path.charAt(index) !== '"') index += path.charAt(index) === '\\' ? 2 : 1
  return index
}

/** gjson finds the end only when the multipath starts with neither a quoted name nor a bracket of its own. */
function splitBehindMultipath(path: ByteText): { readonly left: ByteText; readonly right: ByteText } | undefined {
  const end = path.charAt(1) === '"' ? endOfString(path, 1) : endOfBrackets(path, 1)
  if (end === undefined || path.charAt(end) !== '|') return undefined
  return { left: path.slice(0, end), right: path.slice(end + 1) }
}
