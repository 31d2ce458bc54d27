import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isJsonList, isJsonMap, type JsonLike, type JsonLikeMap } from '../../../../templates/go-yaml/json-like.ts'
import { applyKeysAndValues, applyValue } from '../../../../templates/scopes/apply-to-object.ts'
import { ScopeError } from '../../../../templates/scopes/scope-error.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const asIs = (value: Uint8Array) => value

const spec = (members: Readonly<Record<string, JsonLike>>): JsonLikeMap => new Map([['spec', new Map(Object.entries(members))]])

function plain(value: JsonLike): unknown {
  if (isJsonMap(value)) return Object.fromEntries(Array.from(value, ([key, member]) => [key, plain(member)]))
  return isJsonList(value) ? value.map(plain) : value
}

describe('a value', () => {
  const applied = (target: string, text: string, object: JsonLikeMap = spec({})) =>
    plain(applyValue(object, target, 'key', bytes(text), asIs))

  test('goes under its key into data, labels, annotations and spec, as the text that it is', () => {
    assert.deepEqual(applied('DATA', '5'), { spec: {}, data: { key: '5' } })
    assert.deepEqual(applied('Labels', 'yes'), { spec: {}, metadata: { labels: { key: 'yes' } } })
    assert.deepEqual(applied('annotations', ''), { spec: {}, metadata: { annotations: { key: '' } } })
    assert.deepEqual(applied('Spec', '5', spec({ old: true })), { spec: { old: true, key: '5' } })
  })

  test('is put at a path as the YAML that it is, or as text', () => {
    assert.deepEqual(applied('spec.a', '5'), { spec: { a: 5n } })
    assert.deepEqual(applied('spec.a[1].b', 'x: 1.5'), { spec: { a: [null, { b: { x: 1.5 } }] } })
    assert.deepEqual(applied('spec.a', 'a: b: c'), { spec: { a: 'a: b: c' } })
    assert.deepEqual(applied('spec.a', ''), { spec: { a: null } })
  })

  test('is decoded first, under its key', () => {
    const decode = (value: Uint8Array, key: string) => bytes(`${key}=${new TextDecoder().decode(value)}`)
    assert.deepEqual(plain(applyValue(spec({}), 'data', 'k', bytes('v'), decode)), { spec: {}, data: { k: 'k=v' } })
  })

  test('does not replace what is in its way', () => {
    assert.throws(
      () => applied('spec.s.x', 'v', spec({ s: 'text' })),
      /^ScopeError: failed to apply to target: failed to set path spec\.s\.x: expected map at key "x" but found string$/,
    )
    assert.throws(() => applied('spec.n[0]', 'v', spec({ n: 1n })), /expected array at index 0 but found int64/)
  })
})

describe('keys and values', () => {
  const applied = (target: string, text: string, object: JsonLikeMap = spec({})) =>
    plain(applyKeysAndValues(object, target, bytes(text), asIs))

  test('go one by one into data, as texts', () => {
    assert.deepEqual(applied('Data', 'a: 0777\nb: yes'), { spec: {}, data: { a: '511', b: 'true' } })
  })

  test('replace what is at a path of one key, and are merged into what is deeper', () => {
    const object = spec({
      a: new Map<string, JsonLike>([
        ['keep', 1n],
        ['sub', new Map([['x', 1n]])],
      ]),
    })
    assert.deepEqual(applied('spec', 'a: 1', object), { spec: { a: 1n } })
    assert.deepEqual(applied('spec.a', 'sub: {z: 2}', object), { spec: { a: { keep: 1n, sub: { z: 2n } } } })
    assert.deepEqual(applied('spec.a', '[1]', object), { spec: { a: [1n] } })
  })

  test('must be YAML', () => {
    assert.throws(() => applied('spec.a', 'a: b: c'), /could not unmarshal template YAML: error converting YAML to JSON/)
    assert.throws(
      () => applied('data', '- a'),
      (thrown) =>
        thrown instanceof ScopeError &&
        thrown.safe &&
        thrown.message.startsWith("could not unmarshal template to 'map[string][]byte': "),
    )
  })
})

test('the object that was there stays what it was', () => {
  const object = spec({ a: new Map([['b', 1n]]) })
  applyValue(object, 'spec.a.b', 'k', bytes('2'), asIs)
  assert.deepEqual(plain(object), { spec: { a: { b: 1n } } })
})

test('a key named like a member of every object is a key', () => {
  const object = applyValue(new Map(), '__proto__.polluted', 'k', bytes('yes'), asIs)
  assert.deepEqual([...object.keys()], ['__proto__'])
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
})
