import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { extract, select } from '../../../../plugin/providers/azurekv/select.ts'

const holding = (text: string): { value: SecretValue; version: string } => ({ value: SecretValue.fromText(text), version: 'v' })
const text = (value: SecretValue): string => new TextDecoder().decode(value.reveal())
const texts = (values: ReadonlyMap<string, SecretValue>): Record<string, string> =>
  Object.fromEntries([...values].map(([key, value]) => [key, text(value)]))

describe('a property of a value', () => {
  const json = holding('{"a":{"b":"inner"},"a.b":"outer","c.d":"dotted","n":1.50,"o":{"x": 1}}')
  const property = (name: string, key = 'name'): string => text(select(json, { key, part: 'value', property: name }))

  test('is found as a path first, then as one name with its dots', () => {
    assert.equal(property('a.b'), 'inner')
    assert.equal(property('c.d'), 'dotted')
    assert.equal(property('n'), '1.5')
    assert.equal(property('o'), '{"x": 1}')
  })

  test('of a key is one of its JSON Web Key; of a certificate it is nothing', () => {
    assert.equal(property('n', 'key/name'), '1.5')
    assert.equal(property('n', 'cert/name'), text(json.value))
  })

  test('that is missing is NotFound, also where the value is not JSON', () => {
    assert.throws(() => property('z'), { kind: 'NotFound', message: 'no property "z" in "name"' })
    assert.throws(() => select(holding('plain'), { key: 'name', part: 'value', property: 'z' }), { kind: 'NotFound' })
  })

  test('without one the bytes are as they are', () => {
    assert.equal(text(select(holding('{"a": 1}\n'), { key: 'name', part: 'value' })), '{"a": 1}\n')
  })
})

describe('extract', () => {
  test('takes the keys of the value, or of a property of it', () => {
    const value = holding('{"a":"x","n":1.0,"z":null,"inner":{"b":"y"}}')
    assert.deepEqual(texts(extract(value, { key: 'name', part: 'value' })), { a: 'x', n: '1.0', z: '', inner: '{"b":"y"}' })
    assert.deepEqual(texts(extract(value, { key: 'name', part: 'value', property: 'inner' })), { b: 'y' })
  })

  test('of what is not an object is refused without quoting it', () => {
    assert.throws(
      () => extract(holding('canary'), { key: 'name', part: 'value' }),
      (thrown: Error) => !thrown.message.includes('canary'),
    )
  })

  for (const key of ['key/name', 'cert/name']) {
    test(`of ${key} is a mistake of its author`, () => {
      for (const part of ['value', 'metadata'] as const) {
        assert.throws(() => extract(holding('{}'), { key, part }), { kind: 'InvalidSpec' })
      }
    })
  }
})

describe('tags', () => {
  const metadata = holding(
    '{"attribute.created":"2026-01-01T00:00:00Z","json":"{\\"a\\":\\"x\\",\\"b.c\\":\\"y\\"}","mixed":"{\\"a\\":1}","nothing":"null","team":"blue","x.y":"dotted"}',
  )
  const tag = (property: string): string => text(select(metadata, { key: 'secret/name', part: 'metadata', property }))

  test('are selected by their exact name, then by a path into their JSON', () => {
    assert.deepEqual(
      [tag('team'), tag('x.y'), tag('json.a'), tag('attribute.created')],
      ['blue', 'dotted', 'x', '2026-01-01T00:00:00Z'],
    )
  })

  test('that are missing are NotFound', () => {
    for (const missing of ['z', 'json.z', 'team.z', '.team']) assert.throws(() => tag(missing), { kind: 'NotFound' })
  })

  test('are extracted under the name of the secret, objects of strings flattened, attributes left out', () => {
    assert.deepEqual(texts(extract(metadata, { key: 'secret/name', part: 'metadata' })), {
      name_json_a: 'x',
      'name_json_b.c': 'y',
      name_mixed: '{"a":1}',
      name_team: 'blue',
      'name_x.y': 'dotted',
    })
  })

  test('one of them is extracted under the key as it was written', () => {
    assert.deepEqual(texts(extract(metadata, { key: 'name', part: 'metadata', property: 'team' })), { name_team: 'blue' })
  })
})
