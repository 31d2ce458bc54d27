import type { FieldPath } from '../model/field-path.ts'

/** Something about one field of one object. Both texts hold names and types, never the value of a scalar that could be secret (R18). */
export interface FieldProblem {
  readonly path: FieldPath
  /** A predicate: what is there and what was expected, `is a number; expected a string`. */
  readonly message: string
  /** What to do about it, as an imperative. */
  readonly remedy?: string
  /** Of a warning: ESO's admission webhook would refuse the object, so a strict validation does too. */
  readonly strict?: true
}

/** What became of an object of a manifest. With a `value` there are no problems; every problem is there, not only the first. */
export interface Reading<T> {
  readonly value?: T
  readonly problems: readonly FieldProblem[]
  readonly warnings: readonly FieldProblem[]
}
