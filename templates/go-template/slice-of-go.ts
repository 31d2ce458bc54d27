import { FunctionError } from '../function-error.ts'
import { indexWithin } from '../functions/item-at.ts'
import type { TemplateFunction } from '../functions/template-function.ts'
import { namedType, types } from '../go-type.ts'
import { GoList, GoObject, goTypeName, isList, type TemplateValue } from '../value.ts'

/** Go's own `slice`, which sprig's takes the place of: for templates without sprig. */
export const sliceOfGo: TemplateFunction = {
  name: 'slice',
  parameters: [
    { name: 'container', type: types.any },
    { name: 'indexes', type: types.any, rest: true },
  ],
  returns: types.any,
  doc: 'A part of a text or list.',
  source: 'Go text/template',
  example: { go: '{{slice "abc" 1 2}}', gives: 'b' },
  safeMessage: false,
  run: (call) => slice(call.value(0), call.rest(1)),
}

class BoxedIndex extends GoObject {
  readonly type = namedType('interface {}', 'interface')

  equals(other: GoObject): boolean {
    return other === this
  }
}

/** An index that was read from a list or map of `any`. */
export const boxedIndex: GoObject = new BoxedIndex()

function slice(container: TemplateValue, keys: readonly TemplateValue[]): TemplateValue {
  if (container === undefined) throw new FunctionError('slice of untyped nil', true)
  if (keys.length > 3) throw new FunctionError(`too many slice indexes: ${keys.length}`, true)
  if (typeof container === 'string' && keys.length === 3) throw new FunctionError('cannot 3-index slice a string', true)
  if (typeof container !== 'string' && !isList(container)) {
    throw new FunctionError(`can't slice item of type ${goTypeName(container)}`, true)
  }
  const length = typeof container === 'string' ? container.length : container.items.length
  const [start = 0, end = length, most = length] = keys.map((key) => indexWithin(key, length))
  checkOrder(start, end)
  if (keys.length === 3) checkOrder(end, most)
  return typeof container === 'string'
    ? container.slice(start, end)
    : new GoList(container.type, container.isNil ? undefined : container.items.slice(start, end))
}

function checkOrder(first: number, second: number): void {
  if (first > second) throw new FunctionError(`invalid slice index: ${first} > ${second}`)
}
