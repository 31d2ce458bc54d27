import assert from 'node:assert/strict'
import { textOf } from '../../../../templates/byte-text.ts'
import type { Budget, RandomSource } from '../../../../templates/engine.ts'
import { FunctionError } from '../../../../templates/function-error.ts'
import { callFunction } from '../../../../templates/functions/call-function.ts'
import { catalogue } from '../../../../templates/functions/catalogue.ts'
import { Meter } from '../../../../templates/meter.ts'
import type { TemplateValue } from '../../../../templates/value.ts'
import { goValue, plainValue } from '../go-value.ts'
import { roomyBudget, roomySurroundings } from '../render-data.ts'

export interface CallOptions {
  readonly budget?: Partial<Budget>
  readonly random?: RandomSource
}

/** Calls a function of the catalogue with values as the engine has them. */
export function callValues(name: string, args: readonly TemplateValue[], { budget, random }: CallOptions = {}): TemplateValue {
  const fn = catalogue.get(name)
  assert.ok(fn, name)
  const surroundings = random ? { ...roomySurroundings, random: () => random } : roomySurroundings
  return callFunction(fn, args, { meter: new Meter({ ...roomyBudget, ...budget }), surroundings }, '1:1')
}

/** The same with ordinary values: text is UTF-8, whole numbers are `int`, null is nil. */
export function call(name: string, ...args: readonly unknown[]): unknown {
  return plainValue(callValues(name, args.map(goValue)))
}

/** What a call says that must fail. */
export function failureOf(name: string, ...args: readonly unknown[]): string {
  try {
    call(name, ...args)
  } catch (thrown) {
    if (thrown instanceof FunctionError) return textOf(thrown.message)
    throw thrown
  }
  throw new Error(`${name} did not fail`)
}

/** A call whose result is a text, which is what it gives. */
export function callText(name: string, args: readonly TemplateValue[], options: CallOptions = {}): string {
  const result = callValues(name, args, options)
  assert.equal(typeof result, 'string')
  return typeof result === 'string' ? result : ''
}
