import { type ByteText, byteTextOf, textOf } from '../byte-text.ts'
import { plainKeys } from '../escaped-keys.ts'
import { nestsTooDeeply } from '../function-error.ts'
import { float64, GoFloat, GoInt } from '../go-number.ts'
import { jsonSyntaxError } from '../json-syntax.ts'
import { listOfAny, mapOfAny, type TemplateValue } from '../value.ts'
import type { FunctionCall } from './template-function.ts'

declare global {
  interface JSON {
    /** ECMAScript proposal JSON.parse source text access, in Node 24: `source` is the text of a scalar. */
    parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown
  }
}

/** How a JSON number becomes a value. */
export type NumberReader = (value: number, source: string) => TemplateValue

export interface JsonResult {
  /** nil for a text that is not JSON, and in the place of a number that no float64 holds. */
  readonly value: TemplateValue
  /** What Go says of the text or of the first such number; it quotes the text. */
  readonly problem?: string
}

const DEEPEST = 1_000
const BYTES_PER_VALUE = 16
/** Of a list or an object, without what is in it. */
const BYTES_PER_CONTAINER = 192

/** The value of a JSON text as Go's json.Unmarshal reads it into an `any`. Throws FunctionError for one that nests without end. */
export function readJson(
  text: ByteText,
  call: Pick<FunctionCall, 'step'>,
  numberOf: NumberReader = (value) => float64(value),
): JsonResult {
  const syntaxError = jsonSyntaxError(text)
  if (syntaxError !== undefined) return { value: undefined, problem: syntaxError }
  let problem: string | undefined
  const { text: plain, nameOf } = plainKeys(textOf(text))
  const parsed = parse(plain, (value, source) => {
    call.step(typeof value === 'object' && value !== null ? BYTES_PER_CONTAINER : BYTES_PER_VALUE)
    if (typeof value !== 'number') return value
    if (Number.isFinite(value)) return numberOf(value, source)
    problem ??= `json: cannot unmarshal number ${source} into Go value of type float64`
    return null
  })
  return { value: convert(parsed, 0, nameOf), ...(problem === undefined ? {} : { problem }) }
}

function parse(json: string, read: (value: unknown, source: string) => unknown): unknown {
  try {
    return JSON.parse(json, (_key, value, { source = '' }) => read(value, source))
  } catch (thrown) {
    throw thrown instanceof RangeError ? nestsTooDeeply('JSON', DEEPEST) : thrown
  }
}

function convert(value: unknown, depth: number, nameOf: (key: string) => string): TemplateValue {
  if (depth > DEEPEST) throw nestsTooDeeply('JSON', DEEPEST)
  if (typeof value === 'string') return byteTextOf(value)
  if (typeof value === 'boolean' || value instanceof GoFloat || value instanceof GoInt) return value
  if (Array.isArray(value)) return listOfAny(value.map((item: unknown) => convert(item, depth + 1, nameOf)))
  if (typeof value !== 'object' || value === null) return undefined
  return mapOfAny(Object.entries(value).map(([key, member]) => [byteTextOf(nameOf(key)), convert(member, depth + 1, nameOf)]))
}
