import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import type { FetchedSecret } from '../../../../plugin/providers/secret-reader.ts'
import { vault } from '../../../../plugin/providers/vault/provider.ts'

const secretOf = (json: string): FetchedSecret => ({ value: SecretValue.fromText(json), version: '1' })
const text = (value: SecretValue | undefined): string | undefined => value && new TextDecoder().decode(value.reveal())

function select(json: string, property?: string): string | undefined {
  return text(vault.select(secretOf(json), { key: 'k', part: 'value', ...(property !== undefined && { property }) }))
}

function extract(json: string, property?: string): Record<string, string | undefined> {
  const members = vault.extract(secretOf(json), { key: 'k', part: 'value', ...(property !== undefined && { property }) })
  return Object.fromEntries(Array.from(members, ([key, value]) => [key, text(value)]))
}

/** external-secrets.md 3.5, 3.6 and 7.4. */
describe('what a property selects in a secret of Vault', () => {
  const json =
    '{"a.b":"literal","a":{"b":"nested","list":[1,"two"]},"big":12345678901234567890,"no":null,"ratio":1.50,"yes":true}'

  for (const [property, selected] of [
    ['', json],
    ['a.b', 'literal'],
    ['a', '{"b":"nested","list":[1,"two"]}'],
    ['a.list.1', 'two'],
    ['a.list.#', '2'],
    ['big', '12345678901234567890'],
    ['ratio', '1.50'],
    ['no', ''],
    ['yes', 'true'],
  ] as const) {
    test(property === '' ? 'no property is all of it' : property, () => assert.equal(select(json, property), selected))
  }

  test('without a property it is all of it', () => assert.equal(select(json), json))

  test('a number below the top is what gjson makes of it', () => assert.equal(select('{"a":{"n":1.50}}', 'a.n'), '1.5'))

  test('an object is written as Go writes it', () => {
    assert.equal(select('{"a":{"z":"<&>","b":1e2}}', 'a'), String.raw`{"b":1e2,"z":"\u003c\u0026\u003e"}`)
  })

  test('a property that is not there is NotFound, which is not the absence of the secret', () => {
    assert.throws(() => select(json, 'a.c'), { kind: 'NotFound' })
    assert.equal(vault.meansAbsent, undefined)
  })
})

describe('what dataFrom.extract makes of a secret of Vault', () => {
  test('every member is a value, typed ones as text', () => {
    assert.deepEqual(extract('{"s":"text","n":1.50,"t":true,"z":null,"o":{"b":[1.0,"<"]}}'), {
      s: 'text',
      n: '1.5',
      t: 'true',
      z: '',
      o: String.raw`{"b":[1,"\u003c"]}`,
    })
  })

  test('numbers go through a float64, as in ESO', () => {
    assert.deepEqual(extract('{"big":12345678901234567890,"huge":1e21,"tiny":1e-7}'), {
      big: '12345678901234567000',
      huge: '1000000000000000000000',
      tiny: '0.0000001',
    })
  })

  test('a property may select an object, also one that is kept as text', () => {
    assert.deepEqual(extract('{"a":{"b":"c"}}', 'a'), { b: 'c' })
    assert.deepEqual(extract(JSON.stringify({ a: JSON.stringify({ b: 'c' }) }), 'a'), { b: 'c' })
  })

  test('anything but an object is InvalidSpec', () => {
    for (const property of ['text', 'list', 'none']) {
      assert.throws(() => extract('{"text":"plain","list":[1],"none":null}', property), { kind: 'InvalidSpec' })
    }
  })

  test('a key that JavaScript has a meaning for is a key', () => {
    assert.deepEqual([...vault.extract(secretOf('{"__proto__":"x"}'), { key: 'k', part: 'value' }).keys()], ['__proto__'])
  })
})
