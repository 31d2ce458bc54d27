import { FunctionError } from '../function-error.ts'
import { type GoType, listOf, types } from '../go-type.ts'
import { GoList, isEmpty, listOfAny, type TemplateValue } from '../value.ts'
import { castToInteger } from './cast.ts'
import { chunkItems } from './chunk-items.ts'
import { deepEqual } from './deep-equal.ts'
import { goKindOf } from './go-kind.ts'
import { itemsOf } from './list-items.ts'
import { withMustTwin } from './must-twin.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'

const BYTES_PER_ITEM = 16
const BYTES_PER_LIST = 128
const LIST: Parameter = { name: 'list', type: types.any }
const ITEM: Parameter = { name: 'item', type: types.any }
const ITEMS: Parameter = { name: 'items', type: types.any, rest: true }

type About = Pick<TemplateFunction, 'doc' | 'example'>

/** A function of sprig's over lists of any type; what it says names kinds only. */
function ofList(
  name: string,
  parameters: readonly Parameter[],
  about: About & { readonly returns?: GoType },
  run: TemplateFunction['run'],
): TemplateFunction {
  return { name, parameters, returns: types.anyList, source: 'sprig', safeMessage: true, ...about, run }
}

/** A list in the order of sprig's `append` and its twin and their synonym `push`. */
function appendFunctions(): readonly TemplateFunction[] {
  return ['append', 'push'].flatMap((name) =>
    withMustTwin(
      ofList(
        name,
        [LIST, ITEM],
        { doc: 'The list and one item more.', example: { go: `{{join "," (${name} (list 1 2) 3)}}`, gives: '1,2,3' } },
        (call) => listOfAny([...counted(call, itemsOf(call.value(0), 'Cannot push on type')), call.value(1)]),
      ),
    ),
  )
}

/** Says what a list of these items costs before it is made. */
function counted(call: FunctionCall, items: readonly TemplateValue[]): readonly TemplateValue[] {
  call.reserve(items.length * BYTES_PER_ITEM)
  return items
}

function constructors(): readonly TemplateFunction[] {
  return ['list', 'tuple'].map((name) =>
    ofList(
      name,
      [ITEMS],
      { doc: 'A list of these items.', example: { go: `{{join "," (${name} 1 "b")}}`, gives: '1,b' } },
      (call) => listOfAny(call.rest(0)),
    ),
  )
}

export const listFunctions: readonly TemplateFunction[] = [
  ...constructors(),
  ...appendFunctions(),
  ...withMustTwin(
    ofList(
      'prepend',
      [LIST, ITEM],
      { doc: 'The item and then the list.', example: { go: '{{join "," (prepend (list 1 2) 0)}}', gives: '0,1,2' } },
      (call) => listOfAny([call.value(1), ...counted(call, itemsOf(call.value(0), 'Cannot prepend on type'))]),
    ),
  ),
  ...withMustTwin(
    ofList(
      'first',
      [LIST],
      { returns: types.any, doc: 'The first item, or nothing.', example: { go: '{{first (list 1 2 3)}}', gives: '1' } },
      (call) => itemsOf(call.value(0), 'Cannot find first on type').at(0),
    ),
  ),
  ...withMustTwin(
    ofList(
      'last',
      [LIST],
      { returns: types.any, doc: 'The last item, or nothing.', example: { go: '{{last (list 1 2 3)}}', gives: '3' } },
      (call) => itemsOf(call.value(0), 'Cannot find last on type').at(-1),
    ),
  ),
  ...withMustTwin(
    ofList(
      'rest',
      [LIST],
      { doc: 'The list without its first item.', example: { go: '{{join "," (rest (list 1 2 3))}}', gives: '2,3' } },
      (call) => withoutOne(itemsOf(call.value(0), 'Cannot find rest on type'), (items) => items.slice(1)),
    ),
  ),
  ...withMustTwin(
    ofList(
      'initial',
      [LIST],
      { doc: 'The list without its last item.', example: { go: '{{join "," (initial (list 1 2 3))}}', gives: '1,2' } },
      (call) => withoutOne(itemsOf(call.value(0), 'Cannot find initial on type'), (items) => items.slice(0, -1)),
    ),
  ),
  ...withMustTwin(
    ofList(
      'reverse',
      [LIST],
      { doc: 'The list from its end.', example: { go: '{{join "," (reverse (list 1 2 3))}}', gives: '3,2,1' } },
      (call) => listOfAny(itemsOf(call.value(0), 'Cannot find reverse on type').toReversed()),
    ),
  ),
  ...withMustTwin(
    ofList(
      'compact',
      [LIST],
      {
        doc: 'The list without what is nothing, empty, 0 or false.',
        example: { go: '{{join "," (compact (list 1 "" 0 "b"))}}', gives: '1,b' },
      },
      (call) => listOfAny(itemsOf(call.value(0), 'Cannot compact on type').filter((item) => !isEmpty(item))),
    ),
  ),
  ...withMustTwin(
    ofList(
      'uniq',
      [LIST],
      { doc: 'Each item once.', example: { go: '{{join "," (uniq (list 1 1 2))}}', gives: '1,2' } },
      (call) => listOfAny(distinct(itemsOf(call.value(0), 'Cannot find uniq on type'), call)),
    ),
  ),
  ...withMustTwin(
    ofList(
      'without',
      [LIST, ITEMS],
      { doc: 'The list without these items.', example: { go: '{{join "," (without (list 1 2 3 2) 2)}}', gives: '1,3' } },
      (call) => {
        const items = itemsOf(call.value(0), 'Cannot find without on type')
        return listOfAny(items.filter((item) => !includes(call.rest(1), item, call)))
      },
    ),
  ),
  ...withMustTwin(
    ofList(
      'has',
      [ITEM, LIST],
      { returns: types.bool, doc: 'Whether the list has the item.', example: { go: '{{has 2 (list 1 2)}}', gives: 'true' } },
      (call) => call.value(1) !== undefined && includes(itemsOf(call.value(1), 'Cannot find has on type'), call.value(0), call),
    ),
  ),
  ...withMustTwin(
    ofList(
      'chunk',
      [{ name: 'size', type: types.int }, LIST],
      {
        returns: listOf(types.anyList),
        doc: 'The list in lists of so many items.',
        example: { go: '{{toJson (chunk 2 (list 1 2 3))}}', gives: '[[1,2],[3]]' },
      },
      (call) => new GoList(listOf(types.anyList), chunks(call)),
    ),
  ),
  ...withMustTwin(
    ofList(
      'slice',
      [LIST, { name: 'bounds', type: types.any, rest: true }],
      {
        returns: types.any,
        doc: 'The items from the first position to before the second.',
        example: { go: '{{join "," (slice (list 1 2 3 4) 1 3)}}', gives: '2,3' },
      },
      (call) => sliced(call),
    ),
  ),
  ofList(
    'concat',
    [{ name: 'lists', type: types.any, rest: true }],
    {
      returns: types.any,
      doc: 'One list of the items of all.',
      example: { go: '{{join "," (concat (list 1 2) (list 3))}}', gives: '1,2,3' },
    },
    (call) => concatenated(call),
  ),
]

/** Of an empty list Go gives the nil list. */
function withoutOne(
  items: readonly TemplateValue[],
  take: (items: readonly TemplateValue[]) => readonly TemplateValue[],
): GoList {
  return new GoList(types.anyList, items.length === 0 ? undefined : take(items))
}

function includes(items: readonly TemplateValue[], wanted: TemplateValue, call: FunctionCall): boolean {
  return items.some((item) => deepEqual(wanted, item, call))
}

function distinct(items: readonly TemplateValue[], call: FunctionCall): readonly TemplateValue[] {
  const found: TemplateValue[] = []
  for (const item of items) if (!includes(found, item, call)) found.push(item)
  return found
}

function chunks(call: FunctionCall): readonly GoList[] {
  const items = counted(call, itemsOf(call.value(1), 'Cannot chunk type'))
  return chunkItems(items, call.number(0)).map((part) => {
    call.step(BYTES_PER_LIST)
    return listOfAny(part)
  })
}

/** Unlike Go's own slice it takes lists only, keeps their type, and gives nothing for an empty one. */
function sliced(call: FunctionCall): TemplateValue {
  const list = call.value(0)
  const items = itemsOf(list, 'list should be type of slice or array but')
  if (!(list instanceof GoList) || items.length === 0) return undefined
  const start = call.count > 1 ? castToInteger(call.value(1)) : 0n
  const end = call.count > 2 ? castToInteger(call.value(2)) : BigInt(items.length)
  if (start < 0n || end < start || end > BigInt(items.length)) {
    throw new FunctionError('reflect.Value.Slice: slice index out of bounds', true)
  }
  return new GoList(list.type, items.slice(Number(start), Number(end)))
}

/** Without any item Go gives the nil list. */
function concatenated(call: FunctionCall): GoList {
  const lists = call.rest(0).map((list) => {
    if (list === undefined || list instanceof GoList) return itemsOf(list, '')
    throw new FunctionError(`Cannot concat type ${goKindOf(list)} as list`, true)
  })
  call.reserve(lists.reduce((sum, items) => sum + items.length, 0) * BYTES_PER_ITEM)
  const items = lists.flat()
  return new GoList(types.anyList, items.length === 0 ? undefined : items)
}
