import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { byteText, byteTextOf, textOf } from '../../../../templates/byte-text.ts'
import { TemplateError } from '../../../../templates/engine.ts'
import { float64, GoInt, int } from '../../../../templates/go-number.ts'
import { goTemplateEngine } from '../../../../templates/go-template/go-template-engine.ts'
import { mapOf, types } from '../../../../templates/go-type.ts'
import { BudgetExceeded } from '../../../../templates/meter.ts'
import { GoList, GoMap, listOfAny } from '../../../../templates/value.ts'
import { goValue, plainValue } from '../go-value.ts'
import { roomyBudget, roomySurroundings } from '../render-data.ts'
import { call, callValues, failureOf } from './call.ts'

/** Expectations come from Go's encoding/json. */
describe('JSON is read as Go reads it', () => {
  const cases: readonly (readonly [json: string, expected: unknown])[] = [
    ['  1  ', 1],
    ['{"a":1,"b":[1,2,{"c":null}],"a":2}', { a: 2, b: [1, 2, { c: null }] }],
    ['"\\ud83d\\ude00 \\ud800 \\u00e9 \\ud800\\u0041"', '😀 \ufffd é \ufffdA'],
    ['1e-400', 0],
    ['null', null],
  ]
  for (const [json, expected] of cases) {
    test(json, () => {
      assert.deepEqual(call('fromJson', json), expected)
      assert.deepEqual(call('mustFromJson', json), expected)
    })
  }

  const errors: readonly (readonly [json: string, message: string])[] = [
    ['', 'unexpected end of JSON input'],
    ['[', 'unexpected end of JSON input'],
    ['{bad', "invalid character 'b' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['nul', "invalid character ' ' in literal null (expecting 'l')"],
    ['1.', "invalid character ' ' after decimal point in numeric literal"],
    ['01', "invalid character '1' after top-level value"],
    ['"\\q"', "invalid character 'q' in string escape code"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
    ["'", "invalid character '\\'' looking for beginning of value"],
    ['1e400', 'json: cannot unmarshal number 1e400 into Go value of type float64'],
  ]
  for (const [json, message] of errors) {
    test(`${JSON.stringify(json)} is refused in the words of Go`, () => assert.equal(failureOf('mustFromJson', json), message))
  }

  test('fromJson says no byte of the text, and overlooks a number that is too large', () => {
    assert.equal(failureOf('fromJson', '{bad'), 'the text is not valid JSON')
    assert.deepEqual(call('fromJson', '[1,1e400,{"a":-1e999}]'), [1, null, { a: null }])
  })

  test('a key named __proto__ is a key', () => {
    assert.equal(callValues('toJson', [callValues('fromJson', ['{"__proto__":{"x":1}}'])]), '{"__proto__":{"x":1}}')
  })

  test('what nests deeply is refused, and the work counted', () => {
    assert.match(failureOf('fromJson', '['.repeat(5_000) + ']'.repeat(5_000)), /nests deeper/)
    assert.throws(() => callValues('fromJson', [`[${'1,'.repeat(100_000)}1]`], { budget: { steps: 50_000 } }), BudgetExceeded)
  })
})

describe('JSON is written as Go writes it', () => {
  const typed = (value: Parameters<typeof callValues>[1][number]) => callValues('toJson', [value])

  test('numbers, bytes, nil lists and maps with other keys', () => {
    assert.equal(typed(float64(1e20)), '100000000000000000000')
    assert.equal(typed(float64(1e21)), '1e+21')
    assert.equal(typed(float64(0.000_001)), '0.000001')
    assert.equal(typed(float64(1e-7)), '1e-7')
    assert.equal(typed(float64(-0)), '-0')
    assert.equal(typed(new GoInt(types.uint64, 2n ** 64n - 1n)), '18446744073709551615')
    assert.equal(typed(new GoList(types.bytes, [int(104), int(105)])), '"aGk="')
    assert.equal(typed(new GoList(types.stringList, undefined)), 'null')
    assert.equal(typed(new GoMap(types.anyMap, undefined)), 'null')
    const numbered = new GoMap(mapOf(types.int, types.string), [
      ['2', 'b'],
      ['10', 'a'],
    ])
    assert.equal(typed(numbered), '{"10":"a","2":"b"}')
  })

  test('texts are escaped, and raw ones less', () => {
    const text = 'q"\\\n\t\r\b\f\u0000\u007f/é😀\u2029<&>'
    assert.equal(call('toJson', text), '"q\\"\\\\\\n\\t\\r\\b\\f\\u0000\u007f/é😀\\u2029\\u003c\\u0026\\u003e"')
    assert.equal(call('toRawJson', text), '"q\\"\\\\\\n\\t\\r\\b\\f\\u0000\u007f/é😀\\u2029<&>"')
    assert.equal(callValues('toJson', ['a\xff']), '"a\\ufffd"')
  })

  test('pretty JSON leaves empty lists and objects on their line', () => {
    assert.equal(
      call('toPrettyJson', { a: [], b: {}, c: [{ x: null }] }),
      '{\n  "a": [],\n  "b": {},\n  "c": [\n    {\n      "x": null\n    }\n  ]\n}',
    )
  })

  test('what has no JSON is an empty text, or an error where sprig panics', () => {
    const badly = listOfAny([float64(Number.NaN)])
    assert.equal(callValues('toJson', [badly]), '')
    assert.equal(callValues('toPrettyJson', [badly]), '')
    for (const name of ['toRawJson', 'mustToJson', 'mustToPrettyJson', 'mustToRawJson']) {
      assert.throws(() => callValues(name, [badly]), /json: unsupported value: NaN/)
    }
    assert.throws(
      () => callValues('mustToJson', [new GoMap(mapOf(types.bool, types.any), [['true', int(1)]])]),
      /json: unsupported type: map\[bool\]interface \{\}/,
    )
  })

  test('what was written reads as the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const written = callValues('toJson', [goValue(value)])
        assert.deepEqual(plainValue(callValues('fromJson', [written])), plainValue(goValue(value)))
        assert.equal(callValues('toRawJson', [goValue(JSON.parse(JSON.stringify(value)))]) !== '', true)
      }),
    )
  })

  test('pretty JSON says what compact JSON says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const compact = callValues('fromJson', [callValues('toJson', [goValue(value)])])
        const pretty = callValues('fromJson', [callValues('toPrettyJson', [goValue(value)])])
        assert.equal(callValues('deepEqual', [compact, pretty]), true)
      }),
    )
  })

  test('any bytes come back, what is not UTF-8 as U+FFFD', () => {
    fc.assert(
      fc.property(fc.uint8Array().map(byteText), (text) => {
        assert.equal(callValues('fromJson', [callValues('toJson', [text])]), byteTextOf(textOf(text)))
      }),
    )
  })
})

describe('a list that nests deeper than we follow', () => {
  const data = new Map([['n', new Uint8Array(2_000)]])
  const nested = '{{ $x := list }}{{ range until (len .n) }}{{ $x = list $x }}{{ end }}'
  for (const use of [
    'toJson $x',
    'toPrettyJson $x',
    'toYaml $x',
    'print $x',
    'deepCopy $x',
    'deepEqual $x (list $x)',
    'fromJson .json',
    'fromYaml .json',
  ]) {
    test(`${use} is an error, and not something else in its place`, () => {
      const json = new TextEncoder().encode(`${'['.repeat(2_000)}${']'.repeat(2_000)}`)
      assert.throws(
        () =>
          goTemplateEngine
            .compile(`${nested}{{ ${use} }}`)
            .render(new Map([...data, ['json', json]]), roomyBudget, roomySurroundings),
        (thrown) => thrown instanceof TemplateError && thrown.safe && thrown.message.endsWith('nests deeper than 1000 levels'),
      )
    })
  }

  test('a map that holds itself has the error that Go has', () => {
    const text = '{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ mustToJson $d }}'
    assert.throws(
      () => goTemplateEngine.compile(text).render(new Map(), roomyBudget, roomySurroundings),
      /encountered a cycle via/,
    )
  })
})
