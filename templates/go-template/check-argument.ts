import { GoComplex, GoFloat, GoInt, int } from '../go-number.ts'
import { type GoType, isIntKind, types } from '../go-type.ts'
import { goTypeName, goTypeOf, type TemplateValue, zeroOf } from '../value.ts'
import { type Evaluated, noValue } from './evaluated.ts'
import type { ExecutionState } from './execution-state.ts'
import type { BoolLiteral, NumberLiteral, StringLiteral } from './node.ts'
import { placeText } from './node-text.ts'

export type Literal = BoolLiteral | NumberLiteral | StringLiteral

/** A value as an argument of the type (Go, validateType): never converted, but nothing becomes nil where there is one. Throws ExecutionFailure. */
export function checkValue(state: ExecutionState, value: Evaluated, type: GoType): TemplateValue {
  if (value === noValue) {
    if (!canBeNil(type)) state.failArgument(`invalid value; expected ${type.name}`)
    return zeroOf(type)
  }
  if (type === types.any) return value
  if (value === undefined) state.failArgument(`wrong type for value; expected ${type.name}; got interface {}`)
  const name = goTypeName(value)
  if (goTypeOf(value) === type || name === `*${type.name}`) return value
  return state.failArgument(`wrong type for value; expected ${type.name}; got ${name}`)
}

export function canBeNil(type: GoType): boolean {
  return type.kind === 'interface' || type.kind === 'map' || type.kind === 'slice' || type.kind === 'ptr'
}

/** A literal as an argument of the type (Go, evalArg). Throws ExecutionFailure. */
export function literalArgument(state: ExecutionState, literal: Literal, type: GoType): TemplateValue {
  if (type === types.any) return literalValue(state, literal)
  if (type.kind === 'bool') return literal.kind === 'bool' ? literal.value : expected(state, 'bool', literal)
  if (type.kind === 'string') return literal.kind === 'string' ? literal.value : expected(state, 'string', literal)
  const number = literal.kind === 'number' ? literal : undefined
  if (type.kind === 'float64' || type.kind === 'float32') {
    return number?.float === undefined ? expected(state, 'float', literal) : new GoFloat(type, number.float)
  }
  if (!isIntKind(type.kind)) state.failArgument(`can't handle ${placeText(literal)} for arg of type ${type.name}`)
  const isUnsigned = type.kind.startsWith('u')
  const whole = isUnsigned ? number?.uint : number?.int
  return whole === undefined ? expected(state, isUnsigned ? 'unsigned integer' : 'integer', literal) : new GoInt(type, whole)
}

/** A literal where nothing says its type (Go, idealConstant). */
export function literalValue(state: ExecutionState, literal: Literal): TemplateValue {
  state.place = literal
  if (literal.kind !== 'number') return literal.value
  if (literal.complex) return new GoComplex(literal.complex.real, literal.complex.imaginary)
  if (literal.float !== undefined && isWrittenAsFloat(literal.literal)) return new GoFloat(types.float64, literal.float)
  return literal.int === undefined ? state.fail(`${literal.literal} overflows int`) : int(literal.int)
}

function isWrittenAsFloat(literal: string): boolean {
  const isHexInteger = /^0[xX]./.test(literal) && !/[pP]/.test(literal)
  return !isHexInteger && !literal.startsWith("'") && /[.eEpP]/.test(literal)
}

function expected(state: ExecutionState, what: string, literal: Literal): never {
  return state.failArgument(`expected ${what}; found ${placeText(literal)}`)
}
