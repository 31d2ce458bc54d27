import { FunctionError } from '../function-error.ts'
import { isList, type TemplateValue } from '../value.ts'
import { goKindOf } from './go-kind.ts'

/** What Go says when a method of a nil type is called (runtime.Error). */
export const NIL_POINTER = 'runtime error: invalid memory address or nil pointer dereference'

/** The items of a list of any type. Throws FunctionError for nil, and `problem` with the kind of anything else. */
export function itemsOf(value: TemplateValue, problem: string): readonly TemplateValue[] {
  if (isList(value)) return value.items
  throw new FunctionError(value === undefined ? NIL_POINTER : `${problem} ${goKindOf(value)}`, true)
}
