import { type ByteText, runesOf } from '../byte-text.ts'
import { FunctionError, nestsTooDeeply } from '../function-error.ts'
import { floatText } from '../go-format/float-text.ts'
import { float64, GoComplex, GoFloat, GoInt } from '../go-number.ts'
import { isIntKind } from '../go-type.ts'
import { bytesOfList, type GoMap, goTypeName, isList, isMap, isObject, type TemplateValue } from '../value.ts'
import { GrowingText } from './growing-text.ts'
import type { FunctionCall } from './template-function.ts'

export interface JsonStyle {
  /** `escaped`: `<`, `>` and `&` as `\u003c` and so on, as Go does unless told not to. */
  readonly html: 'escaped' | 'raw'
  /** `pretty`: indented by two spaces. */
  readonly layout: 'compact' | 'pretty'
}

type Counts = Pick<FunctionCall, 'step' | 'reserve'>

const DEEPEST = 1_000
/** Nothing of it is escaped in any style. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/
/** Of a value with the comma behind it. */
const SMALLEST = 2

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['"', '\\"'],
  ['\\', '\\\\'],
])

/**
 * JSON as Go's encoding/json writes it: keys sorted bytewise, U+2028 and U+2029 escaped, bytes that are not UTF-8 as `\ufffd`. All that is written
 * is counted before it is, since a small value may hold one list many times over. Throws FunctionError, BudgetExceeded.
 */
export function jsonText(value: TemplateValue, call: Counts, style: JsonStyle = COMPACT): ByteText {
  return new Writer(new GrowingText(call), style).text(value, 0)
}

const COMPACT: JsonStyle = { html: 'escaped', layout: 'compact' }

class Writer {
  readonly #written: GrowingText
  readonly #style: JsonStyle

  constructor(written: GrowingText, style: JsonStyle) {
    this.#written = written
    this.#style = style
  }

  text(value: TemplateValue, depth: number): ByteText {
    this.#written.grow(SMALLEST)
    if (depth > DEEPEST) throw holdsItself(value) ? cycle(value) : nestsTooDeeply('value', DEEPEST)
    if (typeof value === 'string') return this.#string(value)
    if (value === undefined || ((isList(value) || isMap(value)) && value.isNil)) return 'null'
    const bytes = bytesOfList(value)
    if (bytes !== undefined) return `"${Buffer.from(bytes, 'latin1').toString('base64')}"`
    if (isList(value)) {
      const items = value.items.map((item) => this.text(item, depth + 1))
      return this.#container('[', items, ']', depth)
    }
    if (isMap(value)) return this.#map(value, depth)
    if (isObject(value)) return this.text(value.json(), depth + 1)
    return scalarText(value)
  }

  #map(map: GoMap, depth: number): ByteText {
    const { key = map.type } = map.type
    if (key.kind !== 'string' && !isIntKind(key.kind)) throw new FunctionError(`json: unsupported type: ${map.type.name}`, true)
    const colon = this.#style.layout === 'pretty' ? ': ' : ':'
    const sorted = map.inserted().toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    const members = sorted.map(([name, member]) => this.#string(name) + colon + this.text(member, depth + 1))
    return this.#container('{', members, '}', depth)
  }

  #container(open: string, parts: readonly ByteText[], close: string, depth: number): ByteText {
    if (this.#style.layout === 'compact' || parts.length === 0) return open + parts.join(',') + close
    const outer = `\n${'  '.repeat(depth)}`
    this.#written.grow(parts.length * (outer.length + 3))
    return `${open}${outer}  ${parts.join(`,${outer}  `)}${outer}${close}`
  }

  #string(text: ByteText): ByteText {
    this.#written.grow(text.length)
    if (PLAIN.test(text)) return `"${text}"`
    const parts = ['"']
    for (const { bytes, codePoint, size } of runesOf(text)) {
      if (codePoint === 0xfffd && size === 1) parts.push('\\ufffd')
      else if (this.#isEscaped(codePoint)) parts.push(`\\u${codePoint.toString(16).padStart(4, '0')}`)
      else parts.push(SHORT.get(bytes) ?? bytes)
    }
    return `${parts.join('')}"`
  }

  #isEscaped(codePoint: number): boolean {
    if (codePoint === 0x2028 || codePoint === 0x2029) return true
    if (codePoint < 0x20) return !SHORT.has(String.fromCharCode(codePoint))
    return this.#style.html === 'escaped' && (codePoint === 0x3c || codePoint === 0x3e || codePoint === 0x26)
  }
}

function scalarText(value: boolean | GoInt | GoFloat | GoComplex): ByteText {
  if (value instanceof GoFloat) return numberText(value.value)
  if (value instanceof GoComplex) throw new FunctionError('json: unsupported type: complex128', true)
  return value instanceof GoInt ? String(value.value) : String(value)
}

/** The shortest digits, with an exponent below 1e-6 and from 1e21 on: JavaScript's own rule. */
function numberText(value: number): ByteText {
  if (!Number.isFinite(value)) throw new FunctionError(`json: unsupported value: ${floatText(float64(value))}`, true)
  return Object.is(value, -0) ? '-0' : String(value)
}

/** Go tells a cycle only from this depth on, too. */
function cycle(value: TemplateValue): FunctionError {
  return new FunctionError(`json: unsupported value: encountered a cycle via ${goTypeName(value)}`, true)
}

function holdsItself(value: TemplateValue): boolean {
  const seen = new Set<TemplateValue>()
  const open = [...inside(value)]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === value) return true
    if (seen.has(next)) continue
    seen.add(next)
    for (const member of inside(next)) open.push(member)
  }
  return false
}

/** Lists and maps in a list or map. */
function inside(value: TemplateValue): readonly TemplateValue[] {
  const members = isList(value) ? value.items : isMap(value) ? value.inserted().map(([, member]) => member) : []
  return members.filter((member) => isList(member) || isMap(member))
}
