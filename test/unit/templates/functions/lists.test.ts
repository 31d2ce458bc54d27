import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { float64, int } from '../../../../templates/go-number.ts'
import { types } from '../../../../templates/go-type.ts'
import { BudgetExceeded } from '../../../../templates/meter.ts'
import { GoList, goTypeName, isList, listOfAny, listOfTexts } from '../../../../templates/value.ts'
import { call, callValues, failureOf } from './call.ts'

const NIL = 'runtime error: invalid memory address or nil pointer dereference'

/** Expectations come from sprig 3.3 on Go 1.26. */
describe('lists are handled as sprig does it', () => {
  const cases: readonly (readonly [name: string, args: readonly unknown[], expected: unknown])[] = [
    ['list', [1, 'a', null], [1, 'a', null]],
    ['tuple', [], []],
    ['append', [[1], null], [1, null]],
    ['push', [[], [1]], [[1]]],
    ['mustAppend', [[1], 2], [1, 2]],
    ['prepend', [[1, 2], 0], [0, 1, 2]],
    ['first', [[]], null],
    ['first', [['a', 'b']], 'a'],
    ['last', [['a', 'b']], 'b'],
    ['rest', [[1, 2, 3]], [2, 3]],
    ['rest', [[1]], []],
    ['initial', [[1, 2, 3]], [1, 2]],
    ['reverse', [[1, 2, 3]], [3, 2, 1]],
    ['compact', [[1, 'a', '', 0, null, false, [], {}, 2]], [1, 'a', 2]],
    ['uniq', [[1, 1, [1], [1], null, null, '1']], [1, [1], null, '1']],
    ['without', [[1, '1', null, [1]], '1', null, [1]], [1]],
    ['has', [[1], [[1], 2]], true],
    ['has', ['1', [1]], false],
    ['has', ['a', null], false],
    ['concat', [[1], [], [2, [3]]], [1, 2, [3]]],
    ['chunk', [2, [1, 2, 3, 4, 5]], [[1, 2], [3, 4], [5]]],
    ['chunk', [5, [1, 2]], [[1, 2]]],
    ['chunk', [1, []], []],
    ['chunk', [-2, [1]], [[1]]],
    ['slice', [[1, 2, 3, 4, 5], 1, 3], [2, 3]],
    ['slice', [[1, 2, 3], '1', 2.9], [2]],
    ['slice', [[1, 2, 3]], [1, 2, 3]],
    ['slice', [[], 5], null],
  ]
  for (const [name, args, expected] of cases) {
    test(`${name} ${JSON.stringify(args)}`, () => assert.deepEqual(call(name, ...args), expected))
  }

  test('what is no list is named by its kind', () => {
    assert.equal(failureOf('append', 'x', 1), 'Cannot push on type string')
    assert.equal(failureOf('prepend', 1, 1), 'Cannot prepend on type int')
    assert.equal(failureOf('mustRest', {}), 'Cannot find rest on type map')
    assert.equal(failureOf('has', 'a', 'abc'), 'Cannot find has on type string')
    assert.equal(failureOf('chunk', 2, true), 'Cannot chunk type bool')
    assert.equal(failureOf('slice', 1.5, 1), 'list should be type of slice or array but float64')
    assert.equal(failureOf('concat', [1], 'x'), 'Cannot concat type string as list')
    for (const name of ['first', 'last', 'rest', 'initial', 'reverse', 'uniq', 'compact', 'without', 'mustFirst', 'concat']) {
      assert.equal(failureOf(name, null), NIL)
    }
  })

  test('positions and sizes that do not exist fail with the words of Go', () => {
    for (const bounds of [[2, 9], [2, 1], [-1]]) {
      assert.equal(failureOf('slice', [1, 2, 3], ...bounds), 'reflect.Value.Slice: slice index out of bounds')
    }
    assert.equal(failureOf('chunk', 0, [1, 2]), 'runtime error: makeslice: len out of range')
    assert.equal(failureOf('chunk', -2, []), 'runtime error: makeslice: len out of range')
  })

  test('results are lists of anything, but for slices of a list, which keep its type, and chunks', () => {
    const texts = listOfTexts(['a', 'b'])
    const typeOf = (name: string, ...args: readonly Parameters<typeof goTypeName>[0][]) => goTypeName(callValues(name, args))
    assert.equal(typeOf('append', texts, 'c'), '[]interface {}')
    assert.equal(typeOf('reverse', texts), '[]interface {}')
    assert.equal(typeOf('slice', texts, int(1)), '[]string')
    assert.equal(typeOf('chunk', int(1), texts), '[][]interface {}')
  })

  test('the list that is nil is told from the empty one where Go does', () => {
    const isNil = (name: string, list: GoList) => {
      const result = callValues(name, [list])
      return isList(result) && result.isNil
    }
    const empty = listOfAny([])
    assert.deepEqual(
      ['rest', 'initial', 'concat', 'reverse', 'uniq', 'compact', 'without'].map((name) => isNil(name, empty)),
      [true, true, true, false, false, false, false],
    )
    assert.equal(callValues('deepEqual', [empty, new GoList(types.anyList, undefined)]), false)
  })

  test('a list that was given is never changed', () => {
    const list = listOfAny([int(1), int(2), int(1)])
    for (const name of ['append', 'prepend', 'without']) callValues(name, [list, int(1)])
    for (const name of ['rest', 'initial', 'reverse', 'uniq', 'compact', 'slice', 'concat']) callValues(name, [list])
    assert.deepEqual(list.items, [int(1), int(2), int(1)])
  })

  test('numbers of different types are different items', () => {
    assert.equal(callValues('has', [float64(1), listOfAny([int(1)])]), false)
  })
})

describe('laws of lists', () => {
  const lists = fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('a', '', null)))

  test('a list reversed twice is itself, and its chunks put together are the list', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 5 }), (list, size) => {
        assert.deepEqual(call('reverse', call('reverse', list)), list)
        const chunks = call('chunk', size, list)
        assert.ok(Array.isArray(chunks))
        assert.deepEqual(call('concat', ...chunks), list)
      }),
    )
  })

  test('uniq has every item of the list, and none twice', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const distinct = call('uniq', list)
        assert.deepEqual(distinct, [...new Set(list)])
      }),
    )
  })
})

describe('lists stay within the budget', () => {
  test('comparing every item with every other one is counted', () => {
    const list = listOfAny(Array.from({ length: 3_000 }, (_, index) => int(index)))
    assert.throws(() => callValues('uniq', [list]), BudgetExceeded)
    assert.throws(() => callValues('without', [list, ...list.items]), BudgetExceeded)
  })

  test('a list that holds itself many times over is counted before it is made', () => {
    const list = listOfAny(Array.from({ length: 30_000 }, () => int(1)))
    assert.throws(() => callValues('concat', [list, list, list]), BudgetExceeded)
  })
})
