import type { ByteText } from '../byte-text.ts'
import { printValue } from '../go-format/print-value.ts'
import { GoFloat } from '../go-number.ts'
import { isList, isMap, isObject, type TemplateValue } from '../value.ts'

/** For messages: what kind of thing a value is, never the value. */
export function kindOf(value: TemplateValue): string {
  if (value === undefined) return 'nothing'
  if (isList(value)) return 'a list'
  if (isMap(value)) return 'an object'
  if (isObject(value)) return `a ${value.type.name}`
  if (typeof value === 'string') return 'a text'
  return typeof value === 'boolean' ? 'a boolean' : 'a number'
}

/** A scalar as text, as it is written into the result. Undefined for a list or an object, which have no text of their own. */
export function scalarText(value: TemplateValue): ByteText | undefined {
  if (value === undefined) return ''
  if (isList(value) || isMap(value)) return undefined
  if (value instanceof GoFloat) return Object.is(value.value, -0) ? '-0' : String(value.value)
  return isObject(value) ? value.text() : printValue(value)
}
