import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as fc from 'fast-check'
import { isJsonObject } from '../../../plugin/json/json-value.ts'
import { parseJson } from '../../../plugin/json/parse-json.ts'
import { plainKeys } from '../../../templates/escaped-keys.ts'
import { runs } from '../../support/property-runs.ts'

/** Another tenant's values: shapes that make V8 expect a key with a backslash (https://github.com/nodejs/node/issues/63785). */
before(() => {
  for (const text of [String.raw`{"h":[],"\\":0}`, String.raw`{"i":[],"a\\":0}`, String.raw`{"j":[],"\\b":0}`]) JSON.parse(text)
})

function keysOf(json: string): readonly string[] {
  const value = parseJson(json, 'float64')
  return isJsonObject(value) ? [...value.keys()] : []
}

describe('keys with escapes, after another tenant had keys with backslashes', () => {
  for (const [json, keys] of [
    [String.raw`{"h":1,"\n":2}`, ['h', '\n']],
    [String.raw`{"h":1,"\"":2}`, ['h', '"']],
    [String.raw`{"h":1,"\u0041" : 2}`, ['h', 'A']],
    [String.raw`{"h":1,"\\":2}`, ['h', '\\']],
    [String.raw`{"i":1,"a\n":2}`, ['i', 'a\n']],
    [String.raw`{"j":1,"\bb":2}`, ['j', '\bb']],
  ] as const) {
    test(json, () => assert.deepEqual(keysOf(json), keys))
  }

  test('the last of equal keys wins, however they are written', () => {
    const json = String.raw`{"a":1,"\u0061":2,"\"":1,"\u0022":3,"1":5,"\u0031":6,"k0:0":7,"\n":8,"a":4}`
    assert.deepEqual(
      parseJson(json, 'float64'),
      new Map([
        ['1', 6],
        ['a', 4],
        ['"', 3],
        ['k0:0', 7],
        ['\n', 8],
      ]),
    )
  })

  test('a half of a surrogate pair is what it was', () => {
    assert.deepEqual(keysOf(String.raw`{"\ud800":1,"\ud83d\ude00":2}`), ['\ufffd', '😀'])
  })
})

/** Objects whose keys are made of what is dangerous, nested. */
const nasty = fc.string({
  unit: fc.constantFrom('\\', '"', '\n', 'a', 'b', 'k', '0', ':', ' ', 'é', '\u0001', '/'),
  maxLength: 4,
})
const document = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.integer(), nasty, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.array(fc.tuple(nasty, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
})).object as fc.Arbitrary<ReadonlyMap<string, unknown>>

function written(value: unknown): string {
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}: ${written(member)}`).join(',')}}`
  return Array.isArray(value) ? `[${value.map(written).join(', ')}]` : JSON.stringify(value)
}

function sorted(value: unknown): unknown {
  if (value instanceof Map)
    return [...value]
      .map(([key, member]) => [key, sorted(member)])
      .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1))
  return Array.isArray(value) ? value.map(sorted) : value
}

test('what was written is read, whatever was read before', () => {
  fc.assert(
    fc.property(document, (value) => {
      assert.deepEqual(sorted(parseJson(written(value), 'float64')), sorted(value))
    }),
  )
})

test('a text that is no JSON stays none, and one that is stays one', () => {
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }
  const pieces = fc.array(
    fc.constantFrom('{', '}', '"', '\\', ':', ',', '[', ']', 'a', '1', ' ', '"\\n"', '"\\n":1', '\\u00', '\n'),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('')
      assert.equal(isJson(plainKeys(text).text), isJson(text))
    }),
    { numRuns: runs(2_000) },
  )
})
