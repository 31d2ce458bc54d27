import type { ByteText } from './byte-text.ts'
import { trimControls } from './gjson-scan.ts'
import { unescapeJson } from './gjson-unescape.ts'
import { type GjsonValue, isFalseish, isTrueish, numberOf, textOfString } from './gjson-value.ts'
import type { GjsonWork } from './gjson-work.ts'
import { parseGoFloat } from './go-float.ts'
import { matchesWildcard } from './wildcard.ts'

/** `#(path operator value)`, with `#` behind it for every match instead of the first. */
export interface GjsonQuery {
  /** Of the value to compare, from the item on; empty for the item itself. */
  readonly path: ByteText
  /** Empty: the path only has to exist. */
  readonly operator: ByteText
  readonly value: ByteText
  readonly all: boolean
}

/** The query at the start of `text`, which starts with `#(` or `#[`, and the index behind its bracket; undefined when it never closes. */
export function parseQuery(text: ByteText): { readonly query: GjsonQuery; readonly end: number } | undefined {
  const { close, comparison, hasEscapes } = bounds(text)
  if (close === undefined) return undefined
  const all = text.charAt(close + 1) === '#'
  const end = close + 1
  if (comparison === undefined) return { query: { path: trimControls(text.slice(2, close)), operator: '', value: '', all }, end }
  const { operator, value } = splitComparison(trimControls(text.slice(comparison, close)))
  return { query: { path: trimControls(text.slice(2, comparison)), operator, value: unquoted(value, hasEscapes), all }, end }
}

interface Bounds {
  /** Of the closing bracket. */
  readonly close: number | undefined
  /** Of the first comparing character that is in no inner bracket. */
  readonly comparison: number | undefined
  /** A quoted part somewhere in the query has a backslash. */
  readonly hasEscapes: boolean
}

function bounds(text: ByteText): Bounds {
  let depth = 1
  let comparison: number | undefined
  let hasEscapes = false
  for (let index = 2; index < text.length; index++) {
    const character = text.charAt(index)
    if (depth === 1 && comparison === undefined && '!=<>%'.includes(character)) {
      comparison = index
    } else if (character === '\\') {
      index += 1
    } else if (character === '[' || character === '(') {
      depth += 1
    } else if (character === ']' || character === ')') {
      depth -= 1
      if (depth === 0) return { close: index, comparison, hasEscapes }
    } else if (character === '"') {
      for (index += 1; index < text.length && text.charAt(index) !== '"'; index++) {
        if (text.charAt(index) !== '\\') continue
        hasEscapes = true
        index += 1
      }
    }
  }
  return { close: undefined, comparison, hasEscapes }
}

/** `==` and `=` are the same. A `!` before anything but `=` and `%` is no operator, and the query asks for existence only. */
function splitComparison(text: ByteText): Pick<GjsonQuery, 'operator' | 'value'> {
  const written = text.length === 1 ? text : (/^(?:!=|!%|<=|>=|==|[<>=%])/.exec(text)?.[0] ?? '')
  return { operator: written === '==' ? '=' : written, value: trimControls(text.slice(written.length)) }
}

function unquoted(value: ByteText, hasEscapes: boolean): ByteText {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value
  const inner = value.slice(1, -1)
  return hasEscapes ? unescapeJson(inner) : inner
}

/** Whether the value that the query's path gave fits the query. Values of different kinds never fit, whatever the operator. */
export function queryFits(query: GjsonQuery, found: GjsonValue, work: GjsonWork): boolean {
  if (query.value.startsWith('~')) {
    const truth = tilde(query.value.slice(1), found)
    if (truth === undefined) return false
    return query.operator === '' || compareBooleans(query.operator, truth, 'true')
  }
  if (found.kind === 'missing') return false
  if (query.operator === '') return true
  switch (found.kind) {
    case 'string':
      return compareStrings(query, textOfString(found.raw), work)
    case 'number':
      return compareOrdered(query.operator, numberOf(found), parseGoFloat(query.value))
    case 'true':
    case 'false':
      return compareBooleans(query.operator, found.kind === 'true', query.value)
    default:
      return false
  }
}

/** `~true`, `~false`, `~null`, `~*`: the value seen as a boolean. */
function tilde(name: ByteText, found: GjsonValue): boolean | undefined {
  if (name === '*') return found.kind !== 'missing'
  if (name === 'null') return found.kind === 'null' || found.kind === 'missing'
  if (name === 'true') return isTrueish(found)
  return name === 'false' ? isFalseish(found) : undefined
}

function compareStrings({ operator, value }: GjsonQuery, text: ByteText, work: GjsonWork): boolean {
  if (operator !== '%' && operator !== '!%') return compareOrdered(operator, text, value)
  work.spend(text.length * value.length)
  return matchesWildcard(text, value) === (operator === '%')
}

function compareOrdered<T extends ByteText | number>(operator: ByteText, left: T, right: T): boolean {
  switch (operator) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    default:
      return false
  }
}

/** false is less than true; `<=` and `>=` hold at the ends of that order whatever they are compared with, as in gjson. */
function compareBooleans(operator: ByteText, left: boolean, right: ByteText): boolean {
  switch (operator) {
    case '=':
      return right === String(left)
    case '!=':
      return right !== String(left)
    case '<':
      return !left && right === 'true'
    case '<=':
      return !left
    case '>':
      return left && right === 'false'
    case '>=':
      return left
    default:
      return false
  }
}
