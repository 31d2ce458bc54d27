import { byteTextOf, textOf } from '../byte-text.ts'
import { floatText } from '../go-format/float-text.ts'
import { goQuote } from '../go-format/quote.ts'
import { float64 } from '../go-number.ts'
import { isYamlList, isYamlMap, type YamlValue } from './yaml-value.ts'

/** A value as Go's `%#v` writes it, for messages that quote a key or a value. */
export function goSyntax(value: YamlValue): string {
  if (value === null) return '<nil>'
  if (isYamlList(value)) return `[]interface {}{${value.map(inner).join(', ')}}`
  if (!isYamlMap(value)) return scalar(value)
  const entries = [...value].map(([key, item]) => `${inner(key)}:${inner(item)}`)
  return `map[interface {}]interface {}{${entries.toSorted().join(', ')}}`
}

function inner(value: YamlValue): string {
  return value === null ? 'interface {}(nil)' : goSyntax(value)
}

function scalar(value: boolean | string | bigint | number): string {
  if (typeof value === 'string') return textOf(goQuote(byteTextOf(value)))
  if (typeof value === 'number') return floatText(float64(value))
  // What an int64 cannot hold is a uint64, and those are written in hexadecimal.
  if (typeof value === 'bigint' && value >= 2n ** 63n) return `0x${value.toString(16)}`
  return String(value)
}
