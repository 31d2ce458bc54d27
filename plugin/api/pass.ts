import type { FieldPath } from '../model/field-path.ts'
import type { FieldFacts } from './documented.ts'
import type { FieldProblem } from './reading.ts'

/** One pass of a reader over one object. */
export interface Pass {
  /** Where the pass is; grows and shrinks with it. */
  readonly path: (string | number)[]
  /** Some part does not fit the schema: what the pass gives is of no use, and zod has to say what is wrong. */
  invalid: boolean
  readonly problems: FieldProblem[]
  readonly warnings: FieldProblem[]
  /** Fields that are there and of which the schema knows more than a type. */
  readonly marked: MarkedField[]
}

export interface MarkedField {
  readonly path: FieldPath
  readonly facts: FieldFacts
  readonly value: unknown
}

/** Gives what a schema makes of `value`: defaults filled in, unknown fields and nulls left out. */
export type Read = (value: unknown, pass: Pass) => unknown

export function newPass(path: FieldPath): Pass {
  return { path: [...path], invalid: false, problems: [], warnings: [], marked: [] }
}

export function fail(pass: Pass): undefined {
  pass.invalid = true
  return undefined
}
