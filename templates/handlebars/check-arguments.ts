import { FunctionError } from '../function-error.ts'
import type { Parameter, TemplateFunction } from '../functions/template-function.ts'
import { GoFloat, GoInt } from '../go-number.ts'
import { type GoType, isIntKind, types } from '../go-type.ts'
import { GoList, GoMap, isList, isMap, isObject, type TemplateValue, zeroOf } from '../value.ts'
import { kindOf } from './describe-value.ts'

/** Arguments that the function does not take. The message is free of data. */
export class MisfitArguments extends FunctionError {
  constructor(message: string) {
    super(message, true)
  }
}

/**
 * The arguments as the function's parameters want them. Unlike in Go a number fits every number parameter that can hold it exactly, and a
 * list or object every parameter for lists or objects. Throws MisfitArguments.
 */
export function checkArguments(fn: TemplateFunction, values: readonly TemplateValue[]): readonly TemplateValue[] {
  checkCount(fn, values.length)
  return values.map((value, index) => {
    const parameter = fn.parameters[Math.min(index, fn.parameters.length - 1)]
    return parameter ? converted(fn, parameter, value, index) : value
  })
}

function checkCount({ name, parameters }: TemplateFunction, count: number): void {
  const last = parameters.at(-1)
  const least = last?.rest ? parameters.length - 1 : parameters.length
  if (count >= least && (last?.rest || count <= least)) return
  const wanted = last?.rest ? `at least ${least}` : String(least)
  throw new MisfitArguments(`${name} wants ${wanted} argument${wanted === '1' ? '' : 's'}, not ${count}`)
}

function converted(fn: TemplateFunction, { name, type }: Parameter, value: TemplateValue, index: number): TemplateValue {
  const fitting = fit(type, value)
  if (fitting !== 'unfit') return fitting.value
  throw new MisfitArguments(`argument ${index + 1} (${name}) of ${fn.name} must be ${wanted(type)}, and is ${kindOf(value)}`)
}

type Fitting = { readonly value: TemplateValue } | 'unfit'

function fit(type: GoType, value: TemplateValue): Fitting {
  if (type === types.any) return { value }
  if (isIntKind(type.kind)) return wholeNumber(type, value)
  if (type.kind === 'float64') return numberOf(value)
  if (type.kind === 'slice') return isList(value) ? { value: retyped(type, value) } : orZero(type, value)
  if (type.kind === 'map') return isMap(value) ? { value: asMap(type, value) } : orZero(type, value)
  if (type.kind === 'string') return typeof value === 'string' ? { value } : 'unfit'
  if (type.kind === 'bool') return typeof value === 'boolean' ? { value } : 'unfit'
  return isObject(value) && value.type === type ? { value } : 'unfit'
}

function orZero(type: GoType, value: TemplateValue): Fitting {
  return value === undefined ? { value: zeroOf(type) } : 'unfit'
}

function wholeNumber(type: GoType, value: TemplateValue): Fitting {
  if (value instanceof GoFloat && Number.isSafeInteger(value.value))
    return wholeNumber(type, new GoInt(type, BigInt(value.value)))
  if (!(value instanceof GoInt)) return 'unfit'
  const same = new GoInt(type, value.value)
  return same.value === value.value ? { value: same } : 'unfit'
}

function numberOf(value: TemplateValue): Fitting {
  if (value instanceof GoFloat) return { value: new GoFloat(types.float64, value.value) }
  return value instanceof GoInt ? { value: new GoFloat(types.float64, Number(value.value)) } : 'unfit'
}

function retyped(type: GoType, list: GoList): GoList {
  return list.type === type ? list : new GoList(type, list.items)
}

/** `map[string]string` is read where `map[string]any` is wanted; the copy is the function's own. */
function asMap(type: GoType, map: GoMap): GoMap {
  return map.type === type ? map : new GoMap(type, map.entries())
}

function wanted(type: GoType): string {
  if (isIntKind(type.kind)) return 'a whole number'
  if (type.kind === 'float64') return 'a number'
  if (type.kind === 'bool') return 'a boolean'
  if (type.kind === 'slice') return 'a list'
  if (type.kind === 'map') return 'an object'
  return type.kind === 'string' ? 'a text' : `a ${type.name}`
}
