import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { byteTextOf, textOf } from '../../../templates/byte-text.ts'
import { jsonSyntaxError } from '../../../templates/json-syntax.ts'

/** What Go 1.26's encoding/json says. */
const cases: readonly (readonly [json: string, error: string])[] = [
  ['', 'unexpected end of JSON input'],
  ['{"a":1', 'unexpected end of JSON input'],
  ['"a', 'unexpected end of JSON input'],
  ['[1,', 'unexpected end of JSON input'],
  ['x', "invalid character 'x' looking for beginning of value"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['{} y', "invalid character 'y' after top-level value"],
  ['"\n"', String.raw`invalid character '\n' in string literal`],
  [String.raw`"\q"`, "invalid character 'q' in string escape code"],
  [String.raw`"\u12'"`, String.raw`invalid character '\'' in \u hexadecimal character escape`],
  ['-x', "invalid character 'x' in numeric literal"],
  ['1.', "invalid character ' ' after decimal point in numeric literal"],
  ['1e+', "invalid character ' ' in exponent of numeric literal"],
  ['nul', "invalid character ' ' in literal null (expecting 'l')"],
  ['trüe', "invalid character 'Ã' in literal true (expecting 'u')"],
  ['01', "invalid character '1' after top-level value"],
]

describe('a text that is no JSON is explained in the words of Go', () => {
  for (const [json, error] of cases) {
    test(JSON.stringify(json), () => assert.equal(textOf(jsonSyntaxError(byteTextOf(json)) ?? ''), error))
  }
})

test('every JSON document is one', () => {
  fc.assert(fc.property(fc.json(), (json) => assert.equal(jsonSyntaxError(byteTextOf(json)), undefined)))
})

test('no depth overflows the stack', () => {
  assert.equal(jsonSyntaxError('['.repeat(9000) + ']'.repeat(9000)), undefined)
  assert.equal(jsonSyntaxError('['.repeat(1_000_000)), 'exceeded max depth')
})
