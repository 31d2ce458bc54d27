import type { ByteText } from '../byte-text.ts'
import { FunctionError } from '../function-error.ts'
import { format } from '../go-format/format.ts'
import { sizeLimit } from '../go-format/size-limit.ts'
import { GoComplex, GoFloat, GoInt } from '../go-number.ts'
import { goTypeName, goTypeOf, isList, isMap, isObject, type TemplateValue } from '../value.ts'

/** What Go's template comparisons tell apart (text/template, basicKind). */
type Class = 'bool' | 'whole' | 'float' | 'complex' | 'string' | 'other'

function classOf(value: TemplateValue): Class {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  if (wholeOf(value)) return 'whole'
  if (value instanceof GoFloat) return 'float'
  return value instanceof GoComplex ? 'complex' : 'other'
}

/** Signed or unsigned, a month or a duration: integers compare by value. */
function wholeOf(value: TemplateValue): GoInt | undefined {
  if (value instanceof GoInt) return value
  return isObject(value) ? value.underlying() : undefined
}

/** Go's `eq`: values of one class compare, nil compares with anything. Throws FunctionError. */
export function areEqual(left: TemplateValue, right: TemplateValue): boolean {
  const [first, second] = [classOf(left), classOf(right)]
  if (first !== second) {
    if (left !== undefined && right !== undefined) throw incompatible(left, right)
    return false
  }
  if (first === 'whole') return wholeOf(left)?.value === wholeOf(right)?.value
  if (left instanceof GoFloat && right instanceof GoFloat) return left.value === right.value
  if (left instanceof GoComplex && right instanceof GoComplex) {
    return left.real === right.real && left.imaginary === right.imaginary
  }
  return first === 'other' ? areSame(left, right) : left === right
}

/** Of lists, maps and structs: only structs of one type compare, and nil with everything. Pointers are equal when they are the same. */
function areSame(left: TemplateValue, right: TemplateValue): boolean {
  if (left !== undefined && right !== undefined && goTypeOf(left)?.kind !== goTypeOf(right)?.kind) {
    throw new FunctionError(
      `non-comparable types ${asText(left)}: ${goTypeName(left)}, ${goTypeName(right)}: ${format('%v', [right], sizeLimit())}`,
    )
  }
  if (isNil(left) || isNil(right)) return isNil(left) === isNil(right)
  if (!isObject(right)) throw new FunctionError(`non-comparable type ${asText(right)}: ${goTypeName(right)}`)
  if (right.type.kind === 'ptr') return left === right
  return isObject(left) && left.type === right.type && left.equals(right)
}

function asText(value: TemplateValue): ByteText {
  return format('%s', [value], sizeLimit())
}

function isNil(value: TemplateValue): boolean {
  return value === undefined || ((isList(value) || isMap(value)) && value.isNil)
}

/** Go's `lt`. Throws FunctionError. */
export function isLess(left: TemplateValue, right: TemplateValue): boolean {
  const [first, second] = [classOf(left), classOf(right)]
  if (first === 'other' || second === 'other') throw invalid()
  if (first !== second) throw incompatible(left, right)
  const [leftWhole, rightWhole] = [wholeOf(left), wholeOf(right)]
  if (leftWhole && rightWhole) return leftWhole.value < rightWhole.value
  if (left instanceof GoFloat && right instanceof GoFloat) return left.value < right.value
  if (typeof left === 'string' && typeof right === 'string') return left < right
  throw invalid()
}

function invalid(): FunctionError {
  return new FunctionError('invalid type for comparison', true)
}

function incompatible(left: TemplateValue, right: TemplateValue): FunctionError {
  return new FunctionError(`incompatible types for comparison: ${goTypeName(left)} and ${goTypeName(right)}`, true)
}
