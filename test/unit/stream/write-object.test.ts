import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml'
import { parse } from 'yaml'
import { readYamlValue } from '../../../plugin/stream/read-yaml-value.ts'
import { writeJson } from '../../../plugin/stream/write-json.ts'
import { writeObject } from '../../../plugin/stream/write-object.ts'
import { runs } from '../../support/property-runs.ts'

/** Everybody who may read what we print. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'our own': readYamlValue,
  'yaml, version 1.1': (text) => parse(text, { version: '1.1' }) as unknown,
  'yaml, version 1.2': (text) => parse(text, { version: '1.2' }) as unknown,
  'js-yaml, core schema': (text) => load(text, { schema: CORE_SCHEMA }),
  'js-yaml, 1.1 schema': (text) => load(text, { schema: YAML11_SCHEMA }),
}

const tricky = [
  '',
  ' ',
  'yes',
  'No',
  'y',
  'n',
  'on',
  'OFF',
  'true',
  'null',
  '~',
  'Null',
  '<<',
  '=',
  '-',
  '--',
  '---',
  '...',
  '?',
  ':',
  '- a',
  '? a',
  'a: b',
  'a #b',
  '0',
  '0123',
  '0o17',
  '0b11',
  '0x1F',
  '1_000',
  '1e3',
  '1.5',
  '.5',
  '.inf',
  '-.INF',
  '.nan',
  '12:30:45',
  '1:20',
  '2001-01-01',
  '2001-12-14t21:59:43.10-05:00',
  '|',
  '>',
  '%x',
  '@x',
  '`x',
  '!x',
  '&x',
  '*x',
  '#x',
  '{',
  ']',
  ',',
  '"',
  "'",
  "it's",
  '\\',
  'a\\nb',
  'a\nb',
  'a\r\nb',
  '\ttab',
  'trailing ',
  '\0',
  '\u0007',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\ufffe',
  '\uffff',
  'é',
  '日本',
  '😀',
  'a'.repeat(2000),
  'word '.repeat(300),
  '/',
  '+a',
  'dGVzdA==',
]

const text = fc.oneof(
  fc.constantFrom(...tricky),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }).map((value) => value.toWellFormed()),
)
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
)
const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null))
const { object } = fc.letrec<{ object: Record<string, unknown>; value: unknown }>((tie) => ({
  object: fc.dictionary(text, tie('value'), { maxKeys: 6 }),
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
}))

/** Made of plain objects and arrays alone: fast-check makes some objects without a prototype. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

for (const [name, read] of Object.entries(readers)) {
  test(`what is written is read back as the same object by ${name}`, () => {
    fc.assert(
      fc.property(object, (written) => {
        assert.deepEqual(plain(read(writeObject(written))), plain(written))
      }),
      { numRuns: runs(200) },
    )
  })

  test(`every text that looks like something else stays a text for ${name}`, () => {
    for (const value of tricky) {
      assert.deepEqual(read(writeObject({ value, list: [value, [value]], map: { [value]: 1 } })), {
        value,
        list: [value, [value]],
        map: { [value]: 1 },
      })
    }
  })
}

describe('a written object', () => {
  test('is block style with the keys in the order given and quotes where they are needed', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', labels: { on: 'yes', 'app.kubernetes.io/name': 'shop' }, annotations: {}, finalizers: [] },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': 'LS0tLS1CRUdJTg==', pin: 'MDEyMw==', '1': '5Xk9' },
      list: [{ a: 1, b: [true, null] }, [2, [3]], 'x: y'],
      missing: undefined,
    }
    assert.equal(
      writeObject(secret),
      `apiVersion: v1
kind: Secret
metadata:
  name: db
  labels:
    "on": "yes"
    app.kubernetes.io/name: shop
  annotations: {}
  finalizers: []
type: kubernetes.io/tls
data:
  "1": "5Xk9"
  tls.crt: LS0tLS1CRUdJTg==
  pin: MDEyMw==
list:
  - a: 1
    b:
      - true
      - null
  - - 2
    - - 3
  - "x: y"
`,
    )
  })

  test('has integers of any size and floats as numbers', () => {
    const numbers = { a: 18446744073709551615n, b: -9223372036854775808n, c: 1e21, d: 1e-7, e: -1.5e300, f: 9007199254740991 }
    assert.deepEqual(readYamlValue(writeObject(numbers)), numbers)
    assert.equal(
      writeJson(numbers),
      '{"a":18446744073709551615,"b":-9223372036854775808,"c":1e+21,"d":1e-7,"e":-1.5e+300,"f":9007199254740991}',
    )
  })

  test('without content is an empty mapping', () => {
    assert.equal(writeObject({}), '{}\n')
    assert.equal(writeObject({ a: undefined }), '{}\n')
  })

  test('has no half of a surrogate pair, which no UTF-8 can hold', () => {
    assert.deepEqual(readYamlValue(writeObject({ a: 'x\ud83d' })), { a: 'x\ufffd' })
    assert.equal(writeJson({ a: 'x\ud83d' }), '{"a":"x\ufffd"}')
  })

  test('cannot hold a function', () => {
    assert.throws(() => writeObject({ a: () => 1 }), { name: 'SecretError', kind: 'Bug' })
  })
})

test('what is written as JSON is what JSON.stringify writes', () => {
  fc.assert(fc.property(object, (written) => assert.equal(writeJson(written), JSON.stringify(written))))
})
