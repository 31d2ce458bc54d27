import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { isJsonList, isJsonMap, type JsonLike } from '../../../templates/go-yaml/json-like.ts'
import { jsonToYaml } from '../../../templates/go-yaml/json-to-yaml.ts'
import { unmarshalAny, unmarshalObject, unmarshalTexts } from '../../../templates/go-yaml/unmarshal.ts'
import { YamlError } from '../../../templates/go-yaml/yaml-error.ts'
import { runs } from '../../support/property-runs.ts'
import { objectCases, textsCases, writtenCases } from './go-yaml-cases.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const written = (json: string) => jsonToYaml(bytes(json), () => {}).replace(/\n$/, '')

function plain(value: JsonLike): unknown {
  if (isJsonMap(value)) return Object.fromEntries(Array.from(value, ([key, item]) => [key, plain(item)]))
  return isJsonList(value) ? value.map(plain) : value
}

function errorOf(step: () => unknown): YamlError {
  try {
    step()
  } catch (thrown) {
    assert.ok(thrown instanceof YamlError)
    return thrown
  }
  return assert.fail('it did not fail')
}

describe('JSON is written as sigs.k8s.io/yaml writes it', () => {
  for (const [json, yaml] of writtenCases) test(json.slice(0, 40), () => assert.equal(written(json), yaml))
})

describe('an object is read as sigs.k8s.io/yaml reads it', () => {
  for (const [yaml, json, error] of objectCases) {
    test(JSON.stringify(yaml.slice(0, 40)), () => {
      if (json === undefined) assert.equal(errorOf(() => unmarshalObject(bytes(yaml))).message, error)
      else assert.deepEqual(plain(unmarshalObject(bytes(yaml))), JSON.parse(json))
    })
  }
})

describe('a map of texts is read as sigs.k8s.io/yaml reads it', () => {
  for (const [yaml, json, error] of textsCases) {
    test(JSON.stringify(yaml.slice(0, 40)), () => {
      if (json === undefined) assert.equal(errorOf(() => unmarshalTexts(bytes(yaml))).message, error)
      else assert.deepEqual(Object.fromEntries(unmarshalTexts(bytes(yaml))), JSON.parse(json))
    })
  }
})

test('any value: whole numbers that an int64 holds stay whole, whatever they were written as', () => {
  const value = unmarshalAny(bytes('[5, 1e3, 1.5, 9223372036854775807, 9223372036854775808, -0.0, "5", null, yes]'))
  assert.deepEqual(value, [5n, 1000n, 1.5, 9223372036854775807n, 9223372036854775808, 0n, '5', null, true])
})

test('bytes that are no UTF-8 and control characters are refused', () => {
  const messages = [[0xff], [0x61, 0xc3], [0xc3, 0x61], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x07], [0xef, 0xbf, 0xbf]].map(
    (text) => errorOf(() => unmarshalAny(new Uint8Array(text))).message.replace(/^.*yaml: /, ''),
  )
  assert.deepEqual(messages, [
    'invalid leading UTF-8 octet',
    'incomplete UTF-8 octet sequence',
    'invalid trailing UTF-8 octet',
    'invalid length of a UTF-8 sequence',
    'invalid Unicode character',
    'control characters are not allowed',
    'control characters are not allowed',
  ])
})

test('only messages that quote nothing of the text are safe', () => {
  const isSafe = (yaml: string) => errorOf(() => unmarshalTexts(bytes(yaml))).safe
  assert.deepEqual(['a: b: c', '- a', 'a: [b', 'a: .inf\nb: [.inf]'].map(isSafe), [true, true, true, true])
  assert.deepEqual(['a: *secret', 'a: !!int secret', '? [secret]\n: 1', '~: secret'].map(isSafe), [false, false, false, false])
})

test('what grows by aliases or nests without end is refused', () => {
  const bomb = ['a0: &a0 x', ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}, *a${n}]`)]
  assert.match(errorOf(() => unmarshalAny(bytes(bomb.join('\n')))).message, /document contains excessive aliasing/)
  for (const nesting of ['['.repeat(100_000), '- '.repeat(100_000)]) {
    assert.throws(() => unmarshalAny(bytes(nesting)), {
      name: 'FunctionError',
      message: 'the YAML nests deeper than 1000 levels',
    })
  }
})

test('names of a prototype are keys like others', () => {
  assert.deepEqual(
    [...unmarshalTexts(bytes('__proto__: a\nconstructor: b\n'))],
    [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ],
  )
})

/** Go escapes the two characters that end a line in YAML. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

test('what is written is read back', () => {
  const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll(/[\u007f-\u009f\ufffe\uffff]/g, '').toWellFormed())
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(
      text.filter((key) => key.length < 200),
      tie('value'),
      { maxKeys: 4 },
    ),
  }))
  fc.assert(
    fc.property(json.object, (value) => {
      const expected: unknown = JSON.parse(JSON.stringify(value))
      // Not `written`: toYaml cuts the last line break, which may belong to a text.
      const yaml = jsonToYaml(bytes(goJson(value)), () => {})
      assert.deepEqual(plain(unmarshalObject(bytes(yaml))), expected)
    }),
  )
})

test('any text is read or refused, and nothing else happens', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    ':',
    '- ',
    '\n',
    '\n  ',
    ' ',
    '\t',
    '#',
    '"',
    "'",
    '\\',
    '[',
    ']',
    '{',
    '}',
    ',',
    '?',
    '&a',
    '*a',
    '!',
    '!!str',
    '|',
    '>',
    '---',
    '%',
    '<<',
    '1',
    '~',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      try {
        unmarshalAny(bytes(pieces.join('')))
      } catch (thrown) {
        assert.ok(thrown instanceof YamlError)
      }
    }),
    { numRuns: runs(2000) },
  )
})

test('a text that begins with a byte order mark is escaped as a whole, as go-yaml does', () => {
  const yaml = written(JSON.stringify(['\ufeffé a"\n', 'a\ufeff b', { '\ufeffk': 'é' }]))
  assert.equal(yaml, '- "\\uFEFF\\xE9\\x20\\x61\\"\\n"\n- "a\\uFEFF b"\n- "\\uFEFF\\x6B": é')
})
