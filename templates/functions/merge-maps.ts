import { FunctionError, nestsTooDeeply } from '../function-error.ts'
import { GoComplex } from '../go-number.ts'
import { type GoMap, isEmpty, isList, isMap, isObject, type TemplateValue } from '../value.ts'
import type { FunctionCall } from './template-function.ts'

/** `fill`: only what is missing or empty. `overwrite`: everything that the source has. */
export type MergeMode = 'fill' | 'overwrite'

/** Two values that mergo cannot merge: sprig's plain functions give an empty text then. */
export class MergeError extends Error {
  override readonly name = 'MergeError'
}

const DEEPEST = 1_000

/**
 * Merges `source` into `target` in place, maps inside maps too; what moves is the same object in both (mergo 1.0.2 as sprig calls it). A nil
 * of the source fills nothing. Throws MergeError, FunctionError.
 */
export function mergeInto(target: GoMap, source: GoMap, mode: MergeMode, call: Pick<FunctionCall, 'step'>, depth = 0): void {
  if (depth > DEEPEST) throw nestsTooDeeply('value', DEEPEST)
  for (const [key, value] of source.inserted()) {
    call.step()
    if (value === undefined) {
      if (mode === 'overwrite') put(target, key, value, source)
      continue
    }
    const existing = target.get(key)
    const merged = isMap(value) && isMap(existing)
    if (merged && !existing.isNil) mergeInto(existing, value, mode, call, depth + 1)
    else checkTypes(existing, value, mode)
    const isKept = target.has(key) && !isUnset(existing)
    if (isKept && (merged || isList(value))) {
      if (mode === 'overwrite' && isList(value)) put(target, key, value, source)
    } else if (mode === 'overwrite' || !isKept) put(target, key, value, source)
  }
}

/** mergo's own idea of empty: a complex number never is. */
function isUnset(value: TemplateValue): boolean {
  return !(value instanceof GoComplex) && isEmpty(value)
}

/** Where the target has a pointer, a map or struct from the source must be one of its kind. */
function checkTypes(existing: TemplateValue, value: TemplateValue, mode: MergeMode): void {
  const isPointer = isObject(existing) && existing.type.kind === 'ptr'
  const isPlain = isMap(value) || (isObject(value) && value.type.kind === 'struct')
  if (isPointer && isPlain && mode === 'fill') throw new MergeError('src and dst must be of same type')
}

/** reflect.Value.SetMapIndex takes an `any` for no other element type. */
function put(target: GoMap, key: string, value: TemplateValue, source: GoMap): void {
  if (target.element.kind !== 'interface' && target.element !== source.element) {
    const problem = `value of type ${source.element.name} is not assignable to type ${target.element.name}`
    throw new FunctionError(`reflect.Value.SetMapIndex: ${problem}`, true)
  }
  target.set(key, value)
}
