import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FunctionError } from '../../../../templates/function-error.ts'
import { int } from '../../../../templates/go-number.ts'
import { types } from '../../../../templates/go-type.ts'
import { GoMap, isMap, listOfAny, mapOfAny, type TemplateValue } from '../../../../templates/value.ts'
import { goValue, plainValue } from '../go-value.ts'
import { call, callText, callValues, failureOf } from './call.ts'

function mapOf(value: unknown): GoMap {
  const map = goValue(value)
  assert.ok(isMap(map))
  return map
}

/** Expectations come from sprig 3.3 on Go 1.26 with mergo 1.0.2. */
describe('maps are handled as sprig does it', () => {
  const cases: readonly (readonly [name: string, args: readonly unknown[], expected: unknown])[] = [
    ['dict', [1, 'x', true, 'y', 1.5], { 1: 'x', true: 'y', 1.5: '' }],
    ['get', [{ a: null }, 'a'], null],
    ['get', [{}, 'a'], ''],
    ['hasKey', [{ a: null }, 'a'], true],
    ['pluck', ['a', { a: 1 }, { b: 2 }, { a: null }], [1, null]],
    ['keys', [{ b: 1, a: 2 }, { a: 3 }], ['a', 'b', 'a']],
    ['keys', [], []],
    ['values', [{ b: 1, a: 2 }], [2, 1]],
    ['pick', [{ a: 1, b: 2 }, 'b', 'z'], { b: 2 }],
    ['omit', [{ a: 1, b: 2 }, 'b', 'z'], { a: 1 }],
    ['dig', ['a', 'b', 'def', { a: { b: 1 } }], 1],
    ['dig', ['a', 'x', 'def', { a: { b: 1 } }], 'def'],
    ['dig', ['a', 'def', { a: null }], null],
  ]
  for (const [name, args, expected] of cases) {
    test(`${name} ${JSON.stringify(args)}`, () => assert.deepEqual(call(name, ...args), expected))
  }

  test('dig fails where a step is no map, a key no text or too little is given', () => {
    const asMap = 'not map[string]interface {}'
    assert.equal(failureOf('dig', 'a', 'b', 'd', { a: 's' }), `interface conversion: interface {} is string, ${asMap}`)
    assert.equal(failureOf('dig', 'a', 'b', 'd', { a: null }), `interface conversion: interface {} is nil, ${asMap}`)
    assert.equal(failureOf('dig', 1, 'd', {}), 'interface conversion: interface {} is int, not string')
    assert.equal(failureOf('dig', 'a', {}), 'dig needs at least three arguments')
    const texts = new GoMap(types.stringMap, [['a', 'x']])
    assert.throws(
      () => callValues('dig', ['a', 'd', texts]),
      new RegExp(`is map\\[string\\]string, ${asMap.replace(/[[{}\]]/g, '\\$&')}`),
    )
  })

  test('set and unset change the map that they get and give it back', () => {
    const map = mapOfAny([['a', int(1)]])
    assert.equal(callValues('set', [map, 'b', int(2)]), map)
    assert.equal(callValues('unset', [map, 'a']), map)
    assert.deepEqual(plainValue(map), { b: 2 })
  })

  test('the nil map is read as an empty one and cannot be written', () => {
    const nil = new GoMap(types.anyMap, undefined)
    assert.equal(callValues('get', [nil, 'a']), '')
    assert.equal(callValues('unset', [nil, 'a']), nil)
    assert.throws(() => callValues('set', [nil, 'a', true]), /^FunctionError: assignment to entry in nil map$/)
    assert.deepEqual(plainValue(callValues('merge', [nil, mapOf({ a: 1 })])), { a: 1 })
    assert.equal(callValues('merge', [nil, nil]), nil)
  })

  test('names of JavaScript are keys like any other', () => {
    const map = mapOfAny()
    callValues('set', [map, '__proto__', 'x'])
    assert.equal(callValues('get', [map, '__proto__']), 'x')
    assert.equal(callValues('get', [map, 'constructor']), '')
    assert.equal(callValues('hasKey', [map, 'toString']), false)
    assert.equal(callValues('toJson', [map]), '{"__proto__":"x"}')
  })
})

describe('merging is mergo’s', () => {
  const cases: readonly (readonly [name: string, maps: readonly unknown[], expected: unknown])[] = [
    [
      'merge',
      [
        { a: '', b: 0, c: false, d: null },
        { a: 'A', b: 1, c: true, d: 'D' },
      ],
      { a: 'A', b: 1, c: true, d: 'D' },
    ],
    ['merge', [{ a: 1 }, { a: 2, b: null }], { a: 1 }],
    ['merge', [{ a: { x: 1 } }, { a: { x: 2, y: 3 } }, { a: { z: 4 } }], { a: { x: 1, y: 3, z: 4 } }],
    ['merge', [{ l: [1] }, { l: [2] }], { l: [1] }],
    ['merge', [{ l: [] }, { l: [2] }], { l: [2] }],
    ['merge', [{ a: 's' }, { a: { x: 1 } }], { a: 's' }],
    ['merge', [{ a: { x: 1 } }, { a: 's' }], { a: { x: 1 } }],
    ['merge', [{ a: {} }, { a: { x: 1 } }], { a: { x: 1 } }],
    [
      'mergeOverwrite',
      [
        { a: 1, n: { x: 1 } },
        { a: 2, n: { y: 2 } },
      ],
      { a: 2, n: { x: 1, y: 2 } },
    ],
    [
      'mergeOverwrite',
      [
        { a: 1, b: 1, l: [1, 2] },
        { a: '', b: null, l: [] },
      ],
      { a: '', b: null, l: [] },
    ],
    ['mergeOverwrite', [{ n: { x: 1 } }, { n: {} }], { n: { x: 1 } }],
    ['mergeOverwrite', [{ n: { x: 1 } }, { n: 5 }], { n: 5 }],
    ['mustMerge', [{ a: 1 }, { b: 2 }], { a: 1, b: 2 }],
    ['mustMergeOverwrite', [{ a: 1 }, { a: 2 }], { a: 2 }],
  ]
  for (const [name, maps, expected] of cases) {
    test(`${name} ${JSON.stringify(maps)}`, () => assert.deepEqual(call(name, ...maps), expected))
  }

  test('the first map is changed, and shares what it took', () => {
    const target = mapOfAny()
    const inner = mapOf({ bar: 'baz' })
    const source = mapOfAny([['foo', inner]])
    assert.equal(callValues('mergeOverwrite', [target, source]), target)
    assert.equal(target.get('foo'), inner)
    callValues('mergeOverwrite', [target, mapOf({ foo: { bar: 'other' } })])
    assert.deepEqual(plainValue(source), { foo: { bar: 'other' } })
  })

  test('a deep copy shares nothing', () => {
    const original = mapOf({ a: { b: [1] } })
    const copy = callValues('deepCopy', [original])
    assert.ok(isMap(copy))
    callValues('set', [mapOf({}), 'a', copy])
    copy.set('a', 'changed')
    assert.deepEqual(plainValue(original), { a: { b: [1] } })
    assert.equal(failureOf('deepCopy', null), 'reflect: call of reflect.Value.Type on zero Value')
  })

  test('the copy of a version is the version 0.0.0, since Go copies exported fields only', () => {
    const copy = callValues('deepCopy', [listOfAny([callValues('semver', ['1.2.3'])])])
    assert.equal(callText('toString', [copy]), '[0.0.0]')
  })

  test('a value does not go into a map of another type', () => {
    const texts = new GoMap(types.stringMap, [['a', 'x']])
    const nested = (map: TemplateValue) => mapOfAny([['k', map]])
    assert.throws(
      () => callValues('merge', [nested(texts), nested(mapOf({ b: 1 }))]),
      /reflect\.Value\.SetMapIndex: value of type interface \{\} is not assignable to type string/,
    )
    assert.deepEqual(plainValue(callValues('merge', [nested(mapOf({ b: 1 })), nested(texts)])), { k: { a: 'x', b: 1 } })
  })

  test('maps that hold themselves end with an error', () => {
    const loop = (): GoMap => {
      const map = mapOfAny()
      map.set('self', map)
      return map
    }
    assert.throws(() => callValues('merge', [loop(), loop()]), FunctionError)
    assert.throws(() => callValues('deepCopy', [loop()]), FunctionError)
    assert.throws(() => callValues('deepEqual', [loop(), loop()]), FunctionError)
    assert.throws(() => callValues('mustToJson', [loop()]), /encountered a cycle via map\[string\]interface \{\}/)
  })
})
