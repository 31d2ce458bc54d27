import { byteTextOf, textOf } from '../../../templates/byte-text.ts'
import { float64, GoFloat, GoInt, int } from '../../../templates/go-number.ts'
import { isList, isMap, isObject, listOfAny, mapOfAny, type TemplateValue } from '../../../templates/value.ts'

/** A template's value from an ordinary one: whole numbers are `int`, others `float64`, lists and objects hold anything. */
export function goValue(value: unknown): TemplateValue {
  if (typeof value === 'string') return byteTextOf(value)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? int(value) : float64(value)
  if (typeof value === 'boolean') return value
  if (Array.isArray(value)) return listOfAny(value.map(goValue))
  if (typeof value !== 'object' || value === null) return undefined
  return mapOfAny(Object.entries(value).map(([key, member]) => [byteTextOf(key), goValue(member)]))
}

/** The other way, for comparing; null is nil. */
export function plainValue(value: TemplateValue): unknown {
  if (value === undefined) return null
  if (typeof value === 'string') return textOf(value)
  if (value instanceof GoInt) return Number(value.value)
  if (value instanceof GoFloat) return value.value
  if (isList(value)) return value.items.map(plainValue)
  if (isMap(value)) return Object.fromEntries(value.entries().map(([key, member]) => [textOf(key), plainValue(member)]))
  return isObject(value) ? value.text() : value
}
