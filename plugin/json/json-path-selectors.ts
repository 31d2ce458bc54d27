import { isDeepStrictEqual } from 'node:util'
import { parseGoFloat } from './go-float.ts'
import { isJsonList, isJsonObject, type JsonValue } from './json-value.ts'

/** Where an expression is evaluated. */
export interface JsonPathScope {
  readonly root: JsonValue
  /** What `@` is. */
  readonly current: JsonValue
  /** Counts a look at a value. Throws when there have been too many. */
  step(): void
}

/** `undefined`: there is nothing. */
export type JsonPathExpression = (scope: JsonPathScope) => JsonValue | undefined

/** One step of a path. */
export interface JsonPathSelector {
  /** Whether it may find several: then the path as a whole gives a list, and what is missing is left out of it. */
  readonly many: boolean
  select(value: JsonValue, scope: JsonPathScope): Iterable<JsonValue>
}

/** `.key`, `[key]`: a member, or an item by its number. */
export function directSelector(key: JsonPathExpression): JsonPathSelector {
  return {
    many: false,
    select(value, scope) {
      const found = childAt(value, key({ ...scope, current: value }))
      return found === undefined ? [] : [found]
    },
  }
}

/** `[key, key]`; none are `*`. */
export function multiSelector(keys: readonly JsonPathExpression[]): JsonPathSelector {
  return {
    many: true,
    select: (value, scope) =>
      keys.length === 0 ? children(value) : keys.flatMap((key) => [...directSelector(key).select(value, scope)]),
  }
}

/** `[from:to:step]` of a list; negative ends count from its end. */
export function rangeSelector(ends: readonly [JsonPathExpression, JsonPathExpression, JsonPathExpression]): JsonPathSelector {
  return {
    many: true,
    *select(value, scope) {
      if (!isJsonList(value)) return
      const numbers = ends.map((end) => integerOf(end({ ...scope, current: value })))
      const [from, to, wanted] = numbers
      if (from === undefined || to === undefined || wanted === undefined || from > to) return
      const [first, last] = [withinList(from, value.length), withinList(to, value.length)]
      const step = wanted === 0 ? 1 : wanted
      for (let index = step > 0 ? first : last - 1; index >= first && index < last; index += step) yield value[index] ?? null
    },
  }
}

/** `[?condition]`: the children that it is true of. */
export function filterSelector(condition: JsonPathExpression): JsonPathSelector {
  return {
    many: true,
    *select(value, scope) {
      for (const child of children(value)) {
        scope.step()
        if (isTrue(condition({ ...scope, current: child }))) yield child
      }
    },
  }
}

/** `..`: the value itself and all below it. */
export const descendants: JsonPathSelector = {
  many: true,
  *select(value, scope) {
    const waiting = [value]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      scope.step()
      yield next
      waiting.push(...children(next).toReversed())
    }
  },
}

/** `==` and `!=`: equal as Go's reflect.DeepEqual has it; what is missing is an error there, so nothing equals or differs from it. */
export function compared(left: JsonPathExpression, right: JsonPathExpression, isEqual: boolean): JsonPathExpression {
  return (scope) => {
    const [one, other] = [left(scope), right(scope)]
    if (one === undefined || other === undefined) return undefined
    return isDeepStrictEqual(one, other) === isEqual
  }
}

function children(value: JsonValue): readonly JsonValue[] {
  if (isJsonList(value)) return value
  return value !== null && isJsonObject(value) ? [...value.values()] : []
}

function childAt(value: JsonValue, key: JsonValue | undefined): JsonValue | undefined {
  if (key === undefined) return undefined
  if (isJsonList(value)) {
    const index = integerOf(key)
    return index === undefined ? undefined : value[index]
  }
  const isName = typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean'
  return value !== null && isJsonObject(value) && isName ? value.get(String(key)) : undefined
}

function integerOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? numberOf(value) : undefined
  return number === undefined ? undefined : Math.trunc(number)
}

function numberOf(text: string): number | undefined {
  return /^[+-]?\d/.test(text) ? parseGoFloat(text) : undefined
}

function withinList(end: number, length: number): number {
  return end < 0 ? Math.max(length + end, 0) : Math.min(end, length)
}

function isTrue(value: JsonValue | undefined): boolean {
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 'TRUE') return true
  const number = typeof value === 'number' ? value : typeof value === 'string' ? numberOf(value) : undefined
  return number !== undefined && number !== 0
}
