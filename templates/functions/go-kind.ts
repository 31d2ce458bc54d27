import { goTypeOf, type TemplateValue } from '../value.ts'

/** Go's kind of a value: `int`, `map`, `struct`; `invalid` for nil (reflect.Value.Kind). */
export function goKindOf(value: TemplateValue): string {
  return goTypeOf(value)?.kind ?? 'invalid'
}
