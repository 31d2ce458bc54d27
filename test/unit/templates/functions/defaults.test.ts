import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { float64, GoComplex, int, int64 } from '../../../../templates/go-number.ts'
import { types } from '../../../../templates/go-type.ts'
import { GoList, GoMap, listOfAny, mapOfAny, type TemplateValue } from '../../../../templates/value.ts'
import { call, callValues, failureOf } from './call.ts'

const empty: readonly TemplateValue[] = [
  undefined,
  '',
  false,
  int(0),
  int64(0),
  float64(0),
  float64(-0),
  new GoComplex(0, 0),
  listOfAny([]),
  new GoList(types.bytes, undefined),
  mapOfAny(),
  new GoMap(types.stringMap, undefined),
]
const full: readonly TemplateValue[] = [
  ' ',
  '0',
  true,
  int(-1),
  float64(0.1),
  listOfAny([undefined]),
  mapOfAny([['', undefined]]),
]

describe('what is empty', () => {
  test('nothing, false, zero, and what has no length', () => {
    for (const value of empty) {
      assert.equal(callValues('empty', [value]), true)
      assert.equal(callValues('default', ['d', value]), 'd')
      assert.equal(callValues('coalesce', [value, 'c']), 'c')
      assert.equal(callValues('all', ['a', value]), false)
      assert.equal(callValues('any', [value]), false)
    }
  })

  test('nothing else', () => {
    for (const value of full) {
      assert.equal(callValues('empty', [value]), false)
      assert.equal(callValues('default', ['d', value]), value)
      assert.equal(callValues('coalesce', [undefined, value, 'c']), value)
      assert.equal(callValues('all', [value]), true)
      assert.equal(callValues('any', [undefined, value]), true)
    }
  })

  test('of no values all are full, none is, and there is no first', () => {
    assert.equal(call('all'), true)
    assert.equal(call('any'), false)
    assert.equal(call('coalesce'), null)
    assert.equal(call('default', 'd'), 'd')
    assert.equal(call('default', 'd', 0, 1), 'd')
  })
})

test('ternary takes the first for true', () => {
  assert.equal(call('ternary', 'yes', 'no', true), 'yes')
  assert.equal(call('ternary', 'yes', 'no', false), 'no')
})

test('fail says what it was told', () => {
  assert.equal(failureOf('fail', 'not 10% of it'), 'not 10% of it')
})
