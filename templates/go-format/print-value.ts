import type { ByteText } from '../byte-text.ts'
import { nestsTooDeeply } from '../function-error.ts'
import { float64, GoComplex, GoFloat, GoInt } from '../go-number.ts'
import { type GoMap, isList, isMap, isObject, type TemplateValue } from '../value.ts'
import { floatText } from './float-text.ts'
import { sizeLimit } from './size-limit.ts'

const DEEPEST = 1_000

/**
 * `%v`: how Go's fmt prints a value. nil is `<nil>`, a list `[a b]`, a map `map[k:v]` in the order of its keys.
 * Throws FunctionError for a value that nests too deeply or is too large.
 */
export function printValue(value: TemplateValue): ByteText {
  return scalarText(value) ?? print(value, { depth: 0, count: sizeLimit() })
}

interface Printing {
  readonly depth: number
  readonly count: (bytes: number) => void
}

function print(value: TemplateValue, { depth, count }: Printing): ByteText {
  if (depth > DEEPEST) throw nestsTooDeeply('value', DEEPEST)
  const text = scalarText(value)
  count(text?.length ?? 0)
  if (text !== undefined) return text
  const inner = { depth: depth + 1, count }
  if (isList(value)) return `[${value.items.map((item) => print(item, inner)).join(' ')}]`
  if (isMap(value)) return `map[${mapParts(value, inner).join(' ')}]`
  if (!isObject(value)) return ''
  return `{${Array.from(value.fields().values(), (field) => print(field, inner)).join(' ')}}`
}

/** Undefined for what has parts. */
function scalarText(value: TemplateValue): ByteText | undefined {
  if (typeof value === 'string') return value
  if (value === undefined) return '<nil>'
  if (typeof value === 'boolean') return String(value)
  if (value instanceof GoInt) return String(value.value)
  if (value instanceof GoFloat) return floatText(value)
  if (value instanceof GoComplex) return complexText(value)
  return isObject(value) ? (value.text() ?? numberText(value.underlying())) : undefined
}

function numberText(number: GoInt | undefined): ByteText | undefined {
  return number && String(number.value)
}

function mapParts(map: GoMap, inner: Printing): readonly ByteText[] {
  return map.entries().map(([key, member]) => `${print(map.keyValue(key), inner)}:${print(member, inner)}`)
}

function complexText({ real, imaginary }: GoComplex): ByteText {
  const [first, second] = [real, imaginary].map((part) => floatText(float64(part)))
  return `(${first}${second?.startsWith('-') || second?.startsWith('+') ? '' : '+'}${second}i)`
}
