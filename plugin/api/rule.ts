import type { FieldProblem } from './reading.ts'

/** A sentence about an object that its schema cannot say. Pure; gives a problem for each place where it is so, mostly none. */
export type Rule<T> = (object: T) => readonly FieldProblem[]

/** What most rules say of most objects. */
export const NOTHING: readonly FieldProblem[] = []

/** Everything that the rules have to say, in their order. */
export function applyRules<T>(rules: readonly Rule<T>[], object: T): readonly FieldProblem[] {
  return rules.flatMap((rule) => rule(object))
}
