import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentHash, goText } from '../../../plugin/refresh/content-hash.ts'

test('the hash of a ConfigMap is the one that External Secrets Operator writes', () => {
  assert.equal(contentHash({ data: { k: 'v' } }), '91bf3dec87055bc57b9c9edafd051023c7314b7c15724a0882143dc6')
})

test('spec goes before data, and of an object with neither there is none', () => {
  assert.equal(contentHash({ spec: { k: 'v' }, data: { other: 'x' } }), contentHash({ data: { k: 'v' } }))
  assert.equal(contentHash({ spec: null, data: { k: 'v' } }), contentHash({ data: { k: 'v' } }))
  assert.equal(contentHash({}), undefined)
})

for (const [value, text] of [
  [{ b: { k2: 'v2', k: 'v' }, a: ['a', 'b'] }, 'map[a:[a b] b:map[k:v k2:v2]]'],
  [null, '<nil>'],
  [{ a: null }, 'map[a:<nil>]'],
  [true, 'true'],
  [3, '3'],
  [1_000_000, '1000000'],
  [-42, '-42'],
  [0.5, '0.5'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [0.000_012_5, '1.25e-05'],
  [999_999.5, '999999.5'],
  [1_234_567.5, '1.2345675e+06'],
  [-1.5e30, '-1.5e+30'],
  ['', ''],
  [[], '[]'],
  [{}, 'map[]'],
] as const) {
  test(`Go prints ${JSON.stringify(value)} as ${text}`, () => assert.equal(goText(value), text))
}
