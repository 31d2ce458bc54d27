import type { ByteText } from '../byte-text.ts'
import { textOf } from '../byte-text.ts'
import { explainMissingName } from '../explain-name.ts'
import { FunctionError, RefusedCall } from '../function-error.ts'
import { callFunction } from '../functions/call-function.ts'
import type { TemplateFunction } from '../functions/template-function.ts'
import { goQuote } from '../go-format/quote.ts'
import { type GoType, types } from '../go-type.ts'
import {
  type GoMap,
  type GoMethod,
  type GoObject,
  goTypeName,
  isEmpty,
  isMap,
  isObject,
  type TemplateValue,
  zeroOf,
} from '../value.ts'
import { canBeNil, checkValue, type Literal, literalArgument, literalValue } from './check-argument.ts'
import { type Evaluated, type Held, held, noValue } from './evaluated.ts'
import { type ExecutionState, signatureRemedy } from './execution-state.ts'
import type { Chain, Command, Dot, Field, Identifier, Nil, Operand, Pipe, Place, Variable } from './node.ts'
import { placeText } from './node-text.ts'
import { boxedIndex, sliceOfGo } from './slice-of-go.ts'

/** What came out of the stage before, or that there was none. */
type Final = Evaluated | typeof noFinal
const noFinal: unique symbol = Symbol('no final argument')

/** What is called, and where Go reports that it failed. */
interface Call {
  readonly place: Place
  readonly name: string
  readonly args: readonly Operand[]
  readonly final: Final
}

interface Parameter {
  readonly type: GoType
  readonly rest?: true
}
type Parameters = readonly Parameter[]

const ANYTHING: Parameter = { type: types.any }
const NONE: readonly Operand[] = []

/** Operands that may be known to have been read from an interface. */
type Accessing = Field | Variable | Chain | Dot

/** Evaluates pipelines (templates.md, Appendix C). Throws ExecutionFailure, BudgetExceeded. */
export class Evaluator {
  readonly #state: ExecutionState

  constructor(state: ExecutionState) {
    this.#state = state
  }

  /** The value, also in the variables that the pipeline declares or assigns. nil is no value. */
  pipe(pipe: Pipe, dot: Held): Evaluated {
    const state = this.#state
    state.context.meter.enter()
    state.place = pipe
    let final: Final = noFinal
    for (const command of pipe.commands) {
      const value: Evaluated = this.#command(command, dot, final)
      final = value === undefined ? noValue : value
    }
    const value = final === noFinal ? noValue : final
    for (const name of pipe.variables) {
      if (pipe.isAssignment) state.assign(name, held(value))
      else state.declare(name, held(value))
    }
    state.context.meter.leave()
    return value
  }

  #command(command: Command, dot: Held, final: Final): Evaluated {
    const { first, args } = command
    this.#state.context.meter.step()
    switch (first.kind) {
      case 'field':
        return this.#field(first, dot, args, final).value
      case 'chain':
        return this.#chain(first, dot, args, final).value
      case 'identifier':
        return this.#function(first, dot, { place: command, name: first.name, args, final })
      case 'variable':
        return this.#variable(first, dot, args, final).value
      case 'pipe':
        this.#notAFunction(first, args, final)
        return this.pipe(first, dot)
      default:
        this.#state.place = first
        this.#notAFunction(first, args, final)
        return this.#word(first, dot)
    }
  }

  /** What takes no arguments. */
  #word(first: Dot | Nil | Literal, dot: Held): Evaluated {
    if (first.kind === 'dot') return this.#looked(dot.value)
    return first.kind === 'nil' ? this.#state.fail('nil is not a command') : literalValue(this.#state, first)
  }

  #notAFunction(first: Operand, args: readonly Operand[], final: Final): void {
    if (args.length > 0 || final !== noFinal) this.#state.fail(`can't give argument to non-function ${placeText(first)}`)
  }

  #looked(value: Evaluated): Evaluated {
    this.#state.noteUse(value)
    return value
  }

  #field(field: Field, dot: Held, args: readonly Operand[], final: Final): Held {
    this.#state.place = field
    return this.#fields(dot, dot, { place: field, names: field.names, args, final })
  }

  #chain(chain: Chain, dot: Held, args: readonly Operand[], final: Final): Held {
    this.#state.place = chain
    const { of } = chain
    this.#state.place = of
    const receiver = of.kind === 'pipe' ? this.pipe(of, dot) : this.#function(of, dot, bare(of))
    return this.#fields(dot, held(receiver, receiver === undefined), { place: chain, names: chain.names, args, final })
  }

  #variable(variable: Variable, dot: Held, args: readonly Operand[], final: Final): Held {
    this.#state.place = variable
    const value = this.#state.variable(variable.name)
    if (variable.names.length > 0) return this.#fields(dot, value, { place: variable, names: variable.names, args, final })
    this.#notAFunction(variable, args, final)
    this.#looked(value.value)
    return value
  }

  #fields(
    dot: Held,
    receiver: Held,
    access: {
      readonly place: Place
      readonly names: readonly ByteText[]
      readonly args: readonly Operand[]
      readonly final: Final
    },
  ): Held {
    const { place, names, args, final } = access
    let value = receiver
    const last = names.length - 1
    for (let index = 0; index < last; index++) {
      value = this.#member(dot, value, { place, name: names[index] ?? '', args: NONE, final: noFinal })
    }
    return this.#member(dot, value, { place, name: names[last] ?? '', args, final })
  }

  /** `.name` of a value: its method, its field, or its entry. */
  #member(dot: Held, { value, isInterface }: Held, call: Call): Held {
    const { name } = call
    const state = this.#state
    state.context.meter.step()
    if (value === noValue) {
      return state.program.missingKey === 'error' ? state.fail(`nil data; no entry for key ${goQuote(name)}`) : held(noValue)
    }
    const type = isInterface ? types.any.name : goTypeName(value)
    if (value === undefined) return state.fail(`nil pointer evaluating ${type}.${name}`)
    if (isObject(value)) {
      const found = this.#objectMember(dot, value, call)
      if (found) return found
    }
    if (isMap(value) && (value.type.key === types.string || value.type.key === types.any)) return this.#entry(value, call)
    return state.fail(`can't evaluate field ${name} in type ${type}`)
  }

  #objectMember(dot: Held, object: GoObject, call: Call): Held | undefined {
    const method = object.methods().get(call.name)
    if (method) return held(this.#method(method, dot, call))
    const fields = object.fields()
    if (!fields.has(call.name)) return undefined
    if (hasArguments(call)) this.#state.fail(`${call.name} has arguments but cannot be invoked as function`)
    return held(fields.get(call.name))
  }

  #entry(map: GoMap, call: Call): Held {
    if (hasArguments(call)) this.#state.fail(`${call.name} is not a method but has arguments`)
    this.#looked(map)
    const isInterface = map.element === types.any
    if (map.has(call.name)) return held(map.get(call.name), isInterface)
    const { missingKey } = this.#state.program
    if (missingKey === 'default') return held(noValue)
    if (missingKey === 'zero') return held(zeroOf(map.element), isInterface)
    const names = this.#state.dataNames(map)?.map(textOf)
    return this.#state.fail(
      `map has no entry for key ${goQuote(call.name)}`,
      names && { remedy: explainMissingName(textOf(call.name), names) },
    )
  }

  #function(identifier: Identifier, dot: Held, call: Call): Evaluated {
    const state = this.#state
    state.place = identifier
    const fn = state.program.functions.get(identifier.name)
    if (!fn) return state.fail(`${goQuote(identifier.name)} is not a defined function`)
    if (fn.stopsAt) return this.#shortCircuit(fn, dot, call)
    const args = this.#arguments(fn.parameters, fn, dot, call)
    try {
      return this.#run(fn, args, call)
    } catch (thrown) {
      return this.#onError(thrown, call, fn)
    }
  }

  #run(fn: TemplateFunction, args: readonly Evaluated[], call: Call): TemplateValue {
    const { context } = this.#state
    const [first] = args
    if (fn.name === 'len' && first === noValue) {
      throw new FunctionError('reflect: call of reflect.Value.Type on zero Value', true)
    }
    if (fn.name === 'call') throw notCallable(call, first)
    return callFunction(fn, valuesOf(args), context, fn.random ? `${this.#state.template}:${call.place.position}` : '')
  }

  /** and, or: arguments behind the one that decides are not evaluated. */
  #shortCircuit(fn: TemplateFunction, dot: Held, call: Call): Evaluated {
    this.#checkCount(fn.parameters, fn, call)
    let value: Evaluated = noValue
    for (const arg of call.args) {
      value = this.#argument(arg, ANYTHING, dot, fn)
      if (isFalse(value) === (fn.stopsAt === 'empty')) return value
    }
    return call.final === noFinal ? value : call.final
  }

  #method(method: GoMethod, dot: Held, call: Call): TemplateValue {
    const parameters = method.parameters.map((type) => ({ type }))
    if (method.uncallable !== undefined) {
      this.#checkCount(parameters, undefined, call)
      this.#state.fail(method.uncallable)
    }
    const args = this.#arguments(parameters, undefined, dot, call)
    try {
      return method.run(valuesOf(args))
    } catch (thrown) {
      return this.#onError(thrown, call, undefined)
    }
  }

  /** What sprig gives instead of an error, or Go's error. */
  #onError(thrown: unknown, call: Call, fn: TemplateFunction | undefined): TemplateValue {
    if (!(thrown instanceof FunctionError)) throw thrown
    if (fn?.goOnError && !(thrown instanceof RefusedCall)) return fn.goOnError === 'text' ? thrown.message : undefined
    this.#state.place = call.place
    const safe = thrown.safe ?? fn?.safeMessage ?? false
    return this.#state.fail(`error calling ${call.name}: ${thrown.message}`, {
      functionName: call.name,
      safe,
      ...(!safe && signatureRemedy(fn)),
    })
  }

  #checkCount(parameters: Parameters, fn: TemplateFunction | undefined, { name, args, final }: Call): void {
    const count = args.length + (final === noFinal ? 0 : 1)
    const isVariadic = parameters[parameters.length - 1]?.rest ?? false
    const wanted = isVariadic ? parameters.length - 1 : parameters.length
    if (count === wanted || (isVariadic && count > wanted)) return
    const difference = isVariadic ? `at least ${wanted} got ${args.length}` : `${wanted} got ${count}`
    this.#state.fail(`wrong number of args for ${name}: want ${difference}`, signatureRemedy(fn))
  }

  #arguments(parameters: Parameters, fn: TemplateFunction | undefined, dot: Held, call: Call): readonly Evaluated[] {
    this.#checkCount(parameters, fn, call)
    const isBuiltin = fn?.source === 'Go text/template'
    const args: Evaluated[] = []
    for (const arg of call.args) args.push(this.#argument(arg, parameterAt(parameters, args.length), dot, fn, isBuiltin))
    if (call.final !== noFinal) {
      this.#state.callee = fn
      const { type } = parameterAt(parameters, args.length)
      args.push(isBuiltin && type === types.any ? call.final : checkValue(this.#state, call.final, type))
    }
    return args
  }

  /** Builtins take what Go calls a zero Value as it is: they tell nil from nothing. */
  #argument(
    operand: Operand,
    { type, rest }: Parameter,
    dot: Held,
    fn: TemplateFunction | undefined,
    keepsNothing = false,
  ): Evaluated {
    this.#state.context.meter.step()
    this.#state.place = operand
    this.#state.callee = fn
    if (operand.kind === 'nil') return this.#nil(type, keepsNothing)
    if (operand.kind === 'bool' || operand.kind === 'number' || operand.kind === 'string') {
      return literalArgument(this.#state, operand, type)
    }
    const value = rest && fn === sliceOfGo ? this.#boxed(operand, dot) : this.#operand(operand, dot)
    this.#state.callee = fn
    return keepsNothing && type === types.any ? value : checkValue(this.#state, value, type)
  }

  #nil(type: GoType, keepsNothing: boolean): Evaluated {
    if (!canBeNil(type)) this.#state.failArgument(`cannot assign nil to ${type.name}`)
    return keepsNothing && type === types.any ? noValue : zeroOf(type)
  }

  #operand(operand: Accessing | Identifier | Pipe, dot: Held): Evaluated {
    if (operand.kind === 'pipe') return this.pipe(operand, dot)
    if (operand.kind === 'identifier') return this.#function(operand, dot, bare(operand))
    return this.#accessed(operand, dot).value
  }

  #accessed(operand: Accessing, dot: Held): Held {
    switch (operand.kind) {
      case 'dot':
        this.#looked(dot.value)
        return dot
      case 'field':
        return this.#field(operand, dot, NONE, noFinal)
      case 'variable':
        return this.#variable(operand, dot, NONE, noFinal)
      default:
        return this.#chain(operand, dot, NONE, noFinal)
    }
  }

  /** Go's own slice is the one function that does not look into an interface for its indexes. */
  #boxed(operand: Accessing | Identifier | Pipe, dot: Held): Evaluated {
    if (operand.kind === 'pipe' || operand.kind === 'identifier') return this.#operand(operand, dot)
    const { value, isInterface } = this.#accessed(operand, dot)
    return isInterface ? boxedIndex : value
  }
}

/** The last parameter may take any number of arguments. */
function parameterAt(parameters: Parameters, index: number): Parameter {
  return parameters[Math.min(index, parameters.length - 1)] ?? ANYTHING
}

/** To a function what is nothing is nil. */
function valuesOf(args: readonly Evaluated[]): readonly TemplateValue[] {
  return areValues(args) ? args : args.map((value) => (value === noValue ? undefined : value))
}

function areValues(args: readonly Evaluated[]): args is readonly TemplateValue[] {
  return !args.includes(noValue)
}

/** A function without arguments, as an argument or before a field. */
function bare(identifier: Identifier): Call {
  return { place: identifier, name: identifier.name, args: NONE, final: noFinal }
}

function hasArguments({ args, final }: Call): boolean {
  return args.length > 0 || final !== noFinal
}

/** What if, with, and, or take for false. */
export function isFalse(value: Evaluated): boolean {
  return value === noValue || isEmpty(value)
}

/** No value of ours is a function. */
function notCallable({ args, final }: Call, value: Evaluated): FunctionError {
  if (value === undefined || value === noValue) return new FunctionError('call of nil', true)
  const [first] = args
  const piped = typeof final === 'string' ? final : `<${goTypeName(value)} Value>`
  return new FunctionError(`non-function ${first ? placeText(first) : piped} of type ${goTypeName(value)}`, first && true)
}
