import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { gcpsm } from '../../../../plugin/providers/gcpsm/provider.ts'
import type { FetchedSecret } from '../../../../plugin/providers/secret-reader.ts'

const secret = (payload: string): FetchedSecret => ({
  value: SecretValue.fromText(payload),
  version: 'projects/1/secrets/k/versions/1',
})
const text = (value: SecretValue | undefined): string => new TextDecoder().decode(value?.reveal())
const ref = (property?: string): Parameters<typeof gcpsm.select>[1] => ({
  key: 'k',
  part: 'value',
  ...(property !== undefined && { property }),
})

test('without a property the payload comes back, whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const selected = gcpsm.select({ ...secret(''), value: new SecretValue(bytes) }, ref())
      assert.deepEqual(selected.reveal(), bytes)
    }),
  )
})

for (const [property, expected] of [
  ['plain', 'p'],
  ['a.b', 'literal'],
  ['deep.inner', 'x'],
  ['list.#', '2'],
  ['number', '12345678901234567890'],
  ['nothing', ''],
  ['object', '{ "kept": 1.0 }'],
] as const) {
  test(`the property ${property} is found`, () => {
    const payload =
      '{"plain":"p","a.b":"literal","a":{"b":"path"},"deep":{"inner":"x"},"list":[1,2],"number":12345678901234567890,"nothing":null,"object":{ "kept": 1.0 }}'
    assert.equal(text(gcpsm.select(secret(payload), ref(property))), expected)
  })
}

test('a dotted property is taken for a key before it is taken for a path', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^[a-z]{1,5}$/), (first, second) => {
      const both = secret(JSON.stringify({ [first]: { [second]: 'path' }, [`${first}.${second}`]: 'key' }))
      const nested = secret(JSON.stringify({ [first]: { [second]: 'path' } }))
      assert.equal(text(gcpsm.select(both, ref(`${first}.${second}`))), 'key')
      assert.equal(text(gcpsm.select(nested, ref(`${first}.${second}`))), 'path')
    }),
  )
})

test('a property that is not there is NotFound and does not mean that the secret is absent', () => {
  assert.throws(() => gcpsm.select(secret('{"a":1}'), ref('b')), { kind: 'NotFound' })
  assert.equal(gcpsm.meansAbsent?.(ref('b'), 'select', 'data'), false)
  assert.equal(gcpsm.meansAbsent?.(ref('b'), 'fetch', 'data'), true)
})

test('a property of what is no JSON is InvalidSpec, without a word of the payload', () => {
  assert.throws(
    () => gcpsm.select(secret('plain-canary'), ref('a')),
    (thrown: Error & { kind?: string }) => thrown.kind === 'InvalidSpec' && !thrown.message.includes('plain-canary'),
  )
})

test('extract gives strings unquoted and everything else as it was written', () => {
  const extracted = gcpsm.extract(secret('{"s":"text","n":1.0,"o":{ "a":1 },"z":null}'), ref())
  assert.deepEqual(
    Array.from(extracted, ([name, value]) => [name, text(value)]),
    [
      ['s', 'text'],
      ['n', '1.0'],
      ['o', '{ "a":1 }'],
      ['z', ''],
    ],
  )
  assert.deepEqual([...gcpsm.extract(secret('{"o":{"a":"b"}}'), ref('o')).keys()], ['a'])
})

test('extract of what is no object is InvalidSpec', () => {
  assert.throws(() => gcpsm.extract(secret('[1]'), ref()), { kind: 'InvalidSpec' })
})
