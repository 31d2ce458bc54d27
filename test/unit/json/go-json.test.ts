import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { goJson, jsonValueBytes } from '../../../plugin/json/go-json.ts'
import { parseJson } from '../../../plugin/json/parse-json.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'

const compact = (json: string) => goJson(parseJson(json, 'verbatim'))

test('keys are sorted by their bytes, not by UTF-16', () => {
  assert.equal(
    compact('{"b":1,"10":2,"9":3,"\u{1F600}":4,"\uFFFD":5,"a":6}'),
    '{"10":2,"9":3,"a":6,"b":1,"\uFFFD":5,"\u{1F600}":4}',
  )
})

test('what HTML could misread is escaped, other characters are not', () => {
  assert.equal(compact('["<a>&\u2028\u2029","é\u007f😀"]'), '["\\u003ca\\u003e\\u0026\\u2028\\u2029","é\u007f😀"]')
})

test('control characters have their short escapes, others hexadecimal ones', () => {
  assert.equal(compact(String.raw`"\u0008\u000c\n\r\t\u0001\u001f\"\\\/"`), String.raw`"\b\f\n\r\t\u0001\u001f\"\\/"`)
})

test('kept numbers are verbatim, float64 numbers are written as Go writes them', () => {
  assert.equal(compact('[1.50,12345678901234567890,1E5,-0]'), '[1.50,12345678901234567890,1E5,-0]')
  assert.equal(
    goJson(parseJson('[1.50,1e21,1e20,1e-6,1e-7,-0]', 'float64')),
    '[1.5,1e+21,100000000000000000000,0.000001,1e-7,-0]',
  )
})

test('null stays in lists and objects', () => {
  assert.equal(compact('{"a":null,"b":[null]}'), '{"a":null,"b":[null]}')
})

test('a key that means something to JavaScript is kept as data', () => {
  assert.equal(compact('{"__proto__":{"x":1}}'), '{"__proto__":{"x":1}}')
  assert.equal(({} as { x?: unknown }).x, undefined)
})

describe('a typed value as bytes', () => {
  const cases: readonly (readonly [json: string, numbers: 'verbatim' | 'float64', text: string])[] = [
    ['"a\\nb"', 'verbatim', 'a\nb'],
    ['null', 'verbatim', ''],
    ['false', 'verbatim', 'false'],
    ['1.500', 'verbatim', '1.500'],
    ['1e21', 'float64', '1000000000000000000000'],
    ['1e-9', 'float64', '0.000000001'],
    ['123456.75', 'float64', '123456.75'],
    ['-1.25e-8', 'float64', '-0.0000000125'],
    ['{ "b" : [ 1 ], "a" : "<" }', 'verbatim', '{"a":"\\u003c","b":[1]}'],
  ]
  for (const [json, numbers, text] of cases) {
    test(`${json} as ${numbers}`, () => {
      assert.equal(Buffer.from(jsonValueBytes(parseJson(json, numbers))).toString(), text)
    })
  }
})

test('text that is not JSON is refused without quoting it', () => {
  for (const json of ['canary', '{"a":canary}', '"canary', '']) {
    assert.throws(
      () => parseJson(json, 'verbatim'),
      (error) => error instanceof SecretError && error.message === 'the value is not valid JSON' && !error.cause,
    )
  }
  assert.throws(() => parseJson('[1e999]', 'float64'), /does not fit a float64/)
})

test('nesting without end is an error, not a crash', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  assert.throws(() => parseJson(deep, 'verbatim'), SecretError)
})

test('reading what was written gives the same text', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const once = compact(json)
      assert.equal(compact(once), once)
      assert.deepEqual(
        JSON.parse(once),
        JSON.parse(json, (_key, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value)),
      )
    }),
  )
})
