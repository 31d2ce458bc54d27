import { nestsTooDeeply } from '../function-error.ts'
import { GoComplex, GoFloat, GoInt } from '../go-number.ts'
import { type GoList, type GoMap, goTypeOf, isList, isMap, isObject, type TemplateValue } from '../value.ts'
import type { FunctionCall } from './template-function.ts'

const DEEPEST = 1_000

/** Go's reflect.DeepEqual: types count, and a nil list or map is not an empty one. Throws FunctionError for what nests without end. */
export function deepEqual(left: TemplateValue, right: TemplateValue, call: Pick<FunctionCall, 'step'>, depth = 0): boolean {
  call.step()
  if (depth > DEEPEST) throw nestsTooDeeply('value', DEEPEST)
  if (goTypeOf(left) !== goTypeOf(right)) return false
  const inner = (a: TemplateValue, b: TemplateValue) => deepEqual(a, b, call, depth + 1)
  if (isList(left) && isList(right)) return left === right || equalLists(left, right, inner)
  if (isMap(left) && isMap(right)) return left === right || equalMaps(left, right, inner)
  if (left instanceof GoInt && right instanceof GoInt) return left.value === right.value
  if (left instanceof GoFloat && right instanceof GoFloat) return left.value === right.value
  if (left instanceof GoComplex && right instanceof GoComplex) {
    return left.real === right.real && left.imaginary === right.imaginary
  }
  return isObject(left) && isObject(right) ? left.equals(right) : left === right
}

type Equal = (left: TemplateValue, right: TemplateValue) => boolean

function equalLists(left: GoList, right: GoList, equal: Equal): boolean {
  if (left.isNil !== right.isNil || left.items.length !== right.items.length) return false
  return left.items.every((item, index) => equal(item, right.items[index]))
}

function equalMaps(left: GoMap, right: GoMap, equal: Equal): boolean {
  if (left.isNil !== right.isNil || left.size !== right.size) return false
  return left.inserted().every(([key, member]) => right.has(key) && equal(member, right.get(key)))
}
