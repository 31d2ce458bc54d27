import { FunctionError } from '../function-error.ts'
import { printValue } from '../go-format/print-value.ts'
import { GoInt } from '../go-number.ts'
import { type GoType, isIntKind, types } from '../go-type.ts'
import {
  type GoMap,
  goTypeName,
  goTypeOf,
  isList,
  isMap,
  isObject,
  pointedTypeName,
  type TemplateValue,
  zeroOf,
} from '../value.ts'

/** Go's `index`: one key after the other. Throws FunctionError. */
export function itemAt(container: TemplateValue, keys: readonly TemplateValue[]): TemplateValue {
  if (container === undefined) throw new FunctionError('index of untyped nil', true)
  return keys.reduce(oneItem, container)
}

function oneItem(container: TemplateValue, key: TemplateValue): TemplateValue {
  if (container === undefined) throw new FunctionError('index of nil pointer', true)
  if (isMap(container)) return memberOf(container, key)
  if (!isList(container) && typeof container !== 'string') {
    throw new FunctionError(`can't index item of type ${pointedTypeName(container)}`, true)
  }
  const length = isList(container) ? container.items.length : container.length
  const index = indexWithin(key, length)
  const isString = typeof container === 'string'
  if (index === length) throw new FunctionError(`reflect: ${isString ? 'string index' : 'slice index'} out of range`, true)
  return isString ? new GoInt(types.uint8, BigInt(container.charCodeAt(index))) : container.items[index]
}

/** An index of something so long; the end itself is one. Throws FunctionError. */
export function indexWithin(key: TemplateValue, length: number): number {
  if (key === undefined) throw new FunctionError('cannot index slice/array with nil', true)
  const whole = wholeOf(key)
  if (whole === undefined) throw new FunctionError(`cannot index slice/array with type ${goTypeName(key)}`, true)
  const index = BigInt.asIntN(64, whole)
  if (index < 0n || index > length) throw new FunctionError(`index out of range: ${index}`)
  return Number(index)
}

function wholeOf(value: TemplateValue): bigint | undefined {
  if (value instanceof GoInt) return value.value
  return isObject(value) ? value.underlying()?.value : undefined
}

function memberOf(map: GoMap, key: TemplateValue): TemplateValue {
  const text = keyText(key, map.type.key ?? types.string)
  return map.has(text) ? map.get(text) : zeroOf(map.element)
}

/** The key as the map has it; integers of any size fit a map of integers. */
function keyText(key: TemplateValue, type: GoType): string {
  if (key === undefined && type !== types.any) throw new FunctionError(`value is nil; should be of type ${type.name}`, true)
  const whole = wholeOf(key)
  if (whole !== undefined && isIntKind(type.kind)) return String(new GoInt(type, whole).value)
  if (goTypeOf(key) !== type) throw new FunctionError(`value has type ${goTypeName(key)}; should be ${type.name}`, true)
  return typeof key === 'string' ? key : printValue(key)
}
