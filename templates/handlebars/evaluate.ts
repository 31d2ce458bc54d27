import type { ByteText } from '../byte-text.ts'
import { TemplateError } from '../engine.ts'
import { FunctionError } from '../function-error.ts'
import { type CallContext, callFunction } from '../functions/call-function.ts'
import { signatureOf, type TemplateFunction } from '../functions/template-function.ts'
import { GoFloat, GoInt } from '../go-number.ts'
import { BudgetExceeded } from '../meter.ts'
import { isEmpty, isList, isMap, type TemplateValue } from '../value.ts'
import { checkArguments, MisfitArguments } from './check-arguments.ts'
import { kindOf, scalarText } from './describe-value.ts'
import { member, type Resolved, resolve, type Scope } from './scope.ts'
import type { Call, Expression, Lookup, Path, Place } from './tree.ts'

/** Whether a name that does not exist is an error, or nothing: in conditions and where a function says so. */
export type Missing = 'fails' | 'is nothing'

export interface Evaluation extends CallContext {
  readonly functions: ReadonlyMap<string, TemplateFunction>
  /** Whether a name of the data was looked at. */
  usesData: boolean
}

/** The value of an expression. Throws TemplateError. */
export function evaluate(expression: Expression, scope: Scope, missing: Missing, evaluation: Evaluation): TemplateValue {
  if (expression.kind === 'literal') return expression.value
  if (expression.kind === 'path') return evaluatePath(expression, scope, missing, evaluation)
  return evaluation.meter.deeper(() =>
    expression.kind === 'lookup'
      ? evaluateLookup(expression, scope, missing, evaluation)
      : evaluateCall(expression, scope, missing, evaluation),
  )
}

/** The text that a value has in the result. Throws TemplateError for lists and objects, which have none. */
export function outputText(value: TemplateValue, place: Place): ByteText {
  const text = scalarText(value)
  if (text !== undefined) return text
  const remedy = isList(value) ? 'use join or toJson' : 'use toJson, or name one of its members'
  throw new TemplateError(`${kindOf(value)} cannot be written as text; ${remedy}`, { ...place, safe: true })
}

function evaluatePath(path: Path, scope: Scope, missing: Missing, evaluation: Evaluation): TemplateValue {
  evaluation.meter.step()
  if (!path.isData || path.parts[0] === 'root') evaluation.usesData = true
  const found = resolve(path, scope)
  if ('value' in found) return found.value
  const fn = functionNamed(path, evaluation)
  if (fn) return evaluateCall({ kind: 'call', fn, args: [], place: path.place }, scope, missing, evaluation)
  return orFail(found, path.place, missing)
}

/** A name without arguments that is not in the data may still be a function that wants none. */
function functionNamed({ isData, isScoped, up, parts }: Path, evaluation: Evaluation): TemplateFunction | undefined {
  const [name, ...more] = parts
  if (isData || isScoped || up > 0 || more.length > 0 || name === undefined) return undefined
  const fn = evaluation.functions.get(name)
  return fn?.parameters.length === 0 ? fn : undefined
}

function orFail(found: Resolved, place: Place, missing: Missing): TemplateValue {
  if ('value' in found) return found.value
  if (missing === 'is nothing') return undefined
  throw new TemplateError(found.missing, { ...place, safe: true })
}

/** The key may be computed from a value, so that it is not said when it does not exist. */
function evaluateLookup(lookup: Lookup, scope: Scope, missing: Missing, evaluation: Evaluation): TemplateValue {
  evaluation.meter.step()
  const object = evaluate(lookup.object, scope, missing, evaluation)
  const key = scalarText(evaluate(lookup.key, scope, missing, evaluation))
  if (key === undefined) throw new TemplateError('the key of lookup must be a text or a number', { ...lookup.place, safe: true })
  return orFail(member(object, key, undefined, scope.root), lookup.place, missing)
}

function evaluateCall({ fn, args, place }: Call, scope: Scope, missing: Missing, evaluation: Evaluation): TemplateValue {
  const values: TemplateValue[] = []
  for (const arg of args) {
    const value = evaluate(arg, scope, fn.takesMissing ? 'is nothing' : missing, evaluation)
    values.push(value)
    if (fn.stopsAt && isEmpty(value) === (fn.stopsAt === 'empty')) break
  }
  const position = `${place.line}:${place.column}`
  return guarded(place, fn, () => callFunction(fn, checkArguments(fn, values), evaluation, position))
}

function guarded<T>(place: Place, fn: TemplateFunction, step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    if (!(thrown instanceof FunctionError)) throw thrown
    throw new TemplateError(thrown.message, {
      ...place,
      functionName: fn.name,
      safe: thrown.safe ?? fn.safeMessage,
      ...(needsSignature(thrown, fn) && { remedy: `its signature is ${signatureOf(fn)}` }),
    })
  }
}

/** Where the arguments do not fit, or the message is withheld. */
function needsSignature(thrown: FunctionError, fn: TemplateFunction): boolean {
  return thrown instanceof MisfitArguments || !(thrown.safe ?? fn.safeMessage)
}

/** Gives what a used-up budget says its place; anything else passes. */
export function withPlace<T>(place: Place, step: () => T): T {
  try {
    return step()
  } catch (thrown) {
    if (thrown instanceof BudgetExceeded) throw new TemplateError(thrown.message, { ...place, safe: true, overBudget: true })
    throw thrown
  }
}

/** Handlebars' own idea of true: an empty list is false, an empty object and the texts "0" and "false" are true. */
export function isTruthy(value: TemplateValue, includeZero: boolean): boolean {
  if (isList(value)) return value.items.length > 0
  if (isMap(value)) return true
  if (value instanceof GoInt) return includeZero || value.value !== 0n
  if (value instanceof GoFloat) return !Number.isNaN(value.value) && (includeZero || value.value !== 0)
  return Boolean(value)
}
