import type { ByteText } from '../byte-text.ts'
import type { RandomSource, Surroundings } from '../engine.ts'
import { RefusedCall } from '../function-error.ts'
import { GoFloat, GoInt } from '../go-number.ts'
import type { Meter } from '../meter.ts'
import { GoList, GoMap, GoObject, isList, isMap, type TemplateValue } from '../value.ts'
import type { FunctionCall, TemplateFunction } from './template-function.ts'

/** What a render gives the functions that it calls. */
export interface CallContext {
  readonly meter: Meter
  readonly surroundings: Surroundings
}

/**
 * Calls a function of the catalogue and counts what it cost. Number and types of the arguments are checked before, by the engine.
 * `position` names the place in the template: calls of one place draw from one random stream. Throws FunctionError, BudgetExceeded.
 */
export function callFunction(
  fn: TemplateFunction,
  values: readonly TemplateValue[],
  context: CallContext,
  position: string,
): TemplateValue {
  if (fn.random === 'unstable') admitUnstable(fn.name, context.surroundings)
  let size = 0
  for (const value of values) size += sizeOf(value)
  context.meter.step(size)
  const result = fn.run(new Call(fn, values, context, position))
  context.meter.reserve(sizeOf(result))
  return result
}

function admitUnstable(functionName: string, surroundings: Surroundings): void {
  if (surroundings.unstable === 'refused') throw new RefusedCall(UNSTABLE)
  surroundings.onRandom?.(functionName, 'unstable')
}

const UNSTABLE =
  'its result is another with every render, and Argo CD would apply it each time; let External Secrets Operator make it (delivery: passthrough)'

/** In bytes; of a list or a map only what it holds directly, since nothing deeper is looked at without counting. */
function sizeOf(value: TemplateValue): number {
  if (typeof value === 'string') return value.length
  if (isMap(value)) return value.size * 16
  if (!isList(value)) return 8
  return value.items.reduce((sum: number, item) => sum + (typeof item === 'string' ? item.length : 0) + 16, 0)
}

class Call implements FunctionCall {
  readonly #fn: TemplateFunction
  readonly #values: readonly TemplateValue[]
  readonly #context: CallContext
  readonly #position: string

  constructor(fn: TemplateFunction, values: readonly TemplateValue[], context: CallContext, position: string) {
    this.#fn = fn
    this.#values = values
    this.#context = context
    this.#position = position
  }

  get count(): number {
    return this.#values.length
  }

  text(index: number): ByteText {
    const value = this.#values[index]
    return typeof value === 'string' ? value : unchecked(index)
  }

  integer(index: number): bigint {
    const value = this.#values[index]
    return value instanceof GoInt ? value.value : unchecked(index)
  }

  number(index: number): number {
    const limit = BigInt(Number.MAX_SAFE_INTEGER)
    const value = this.integer(index)
    return Number(value > limit ? limit : value < -limit ? -limit : value)
  }

  float(index: number): number {
    const value = this.#values[index]
    return value instanceof GoFloat ? value.value : unchecked(index)
  }

  boolean(index: number): boolean {
    const value = this.#values[index]
    return typeof value === 'boolean' ? value : unchecked(index)
  }

  list(index: number): GoList {
    const value = this.#values[index]
    return value instanceof GoList ? value : unchecked(index)
  }

  map(index: number): GoMap {
    const value = this.#values[index]
    return value instanceof GoMap ? value : unchecked(index)
  }

  object(index: number): GoObject {
    const value = this.#values[index]
    return value instanceof GoObject ? value : unchecked(index)
  }

  value(index: number): TemplateValue {
    return this.#values[index]
  }

  rest(index: number): readonly TemplateValue[] {
    return this.#values.slice(index)
  }

  step(bytes?: number): void {
    this.#context.meter.step(bytes)
  }

  reserve(bytes: number): void {
    this.#context.meter.reserve(bytes)
  }

  checkTime(): void {
    this.#context.meter.checkTime()
  }

  heavy(weight = 1): void {
    this.#context.meter.heavy(weight)
  }

  get random(): RandomSource {
    const { surroundings } = this.#context
    const { name, random: kind = 'seeded' } = this.#fn
    if (kind === 'seeded') surroundings.onRandom?.(name, kind)
    return surroundings.random(this.#position, kind)
  }

  /** Functions that show a date take the time of the render for what is no time. */
  now(): number {
    admitUnstable(this.#fn.name, this.#context.surroundings)
    return this.#context.surroundings.now()
  }

  get localZone(): string {
    return this.#context.surroundings.localZone
  }
}

function unchecked(index: number): never {
  throw new TypeError(`argument ${index} is read as another type than its parameter's`)
}
