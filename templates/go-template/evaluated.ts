import type { TemplateValue } from '../value.ts'

/** No value at all, as a missing key gives it: neither nil nor a value. It prints as `<no value>`. */
export const noValue: unique symbol = Symbol('no value')

export type Evaluated = TemplateValue | typeof noValue

/** A value with what Go knows of it statically: one that was read from a list or map of `any` counts as `interface {}` in messages. */
export interface Held {
  readonly value: Evaluated
  readonly isInterface: boolean
}

export function held(value: Evaluated, isInterface = false): Held {
  return { value, isInterface }
}
