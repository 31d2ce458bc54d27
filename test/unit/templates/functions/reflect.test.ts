import assert from 'node:assert/strict'
import { test } from 'node:test'
import { float64, GoComplex, int, int64 } from '../../../../templates/go-number.ts'
import { listOf, types } from '../../../../templates/go-type.ts'
import { GoList, GoMap, listOfAny, listOfTexts, mapOfAny, type TemplateValue } from '../../../../templates/value.ts'
import { callValues } from './call.ts'

/** Expectations are those of Go's `%T` and reflect.Kind. */
const values: readonly (readonly [value: TemplateValue, type: string, kind: string])[] = [
  [undefined, '<nil>', 'invalid'],
  ['a', 'string', 'string'],
  [true, 'bool', 'bool'],
  [int(1), 'int', 'int'],
  [int64(1), 'int64', 'int64'],
  [float64(1), 'float64', 'float64'],
  [new GoComplex(0, 1), 'complex128', 'complex128'],
  [listOfAny([]), '[]interface {}', 'slice'],
  [listOfTexts([]), '[]string', 'slice'],
  [new GoList(listOf(types.anyList), []), '[][]interface {}', 'slice'],
  [new GoList(types.bytes, []), '[]uint8', 'slice'],
  [mapOfAny(), 'map[string]interface {}', 'map'],
  [new GoMap(types.stringMap, []), 'map[string]string', 'map'],
]

for (const [value, type, kind] of values) {
  test(`${type} is of kind ${kind}`, () => {
    assert.equal(callValues('typeOf', [value]), type)
    assert.equal(callValues('kindOf', [value]), kind)
    assert.equal(callValues('typeIs', [type, value]), true)
    assert.equal(callValues('typeIsLike', [type, value]), true)
    assert.equal(callValues('kindIs', [kind, value]), true)
    assert.equal(callValues('typeIs', ['other', value]), false)
    assert.equal(callValues('kindIs', ['other', value]), false)
  })
}

test('values are deeply equal to themselves, and to none of another type', () => {
  for (const [left] of values) {
    for (const [right] of values) assert.equal(callValues('deepEqual', [left, right]), left === right)
  }
})

test('lists and maps are equal by what they hold', () => {
  const nested = (leaf: TemplateValue) => mapOfAny([['a', listOfAny([int(1), mapOfAny([['b', leaf]])])]])
  assert.equal(callValues('deepEqual', [nested(int(2)), nested(int(2))]), true)
  assert.equal(callValues('deepEqual', [nested(int(2)), nested(int64(2))]), false)
  assert.equal(callValues('deepEqual', [nested(undefined), mapOfAny([['a', undefined]])]), false)
  assert.equal(callValues('deepEqual', [mapOfAny([['a', undefined]]), mapOfAny([['b', undefined]])]), false)
  assert.equal(callValues('deepEqual', [float64(Number.NaN), float64(Number.NaN)]), false)
})
