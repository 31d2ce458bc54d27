import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataHash, objectVersion, textHash } from '../../../plugin/refresh/object-hash.ts'

/** external-secrets.md 10 */
const dataVectors = [
  [{ foo: 'bar' }, 'f2a604b87eb0cf673761e8cfea850f901fe73a3d1b2f338802107f36'],
  [{}, '74a974446e359fb3e6baff9bd0058950e6edd0f040888d9989b0a11b'],
  [{ foo: 'bar', a: '', b: '' }, '1667e6f7b0e8bf1b25528fbd7cedf83eafc41a392ea301faaa048526'],
] as const

for (const [data, hash] of dataVectors) {
  test(`the data hash of ${Object.keys(data).length} keys is that of ESO`, () => {
    const bytes = new Map(Object.entries(data).map(([key, text]) => [key, new TextEncoder().encode(text)]))
    assert.equal(dataHash(bytes), hash)
  })
}

test('the hash of a name is that of ESO', () => {
  assert.equal(textHash('default/my-es'), 'b8464376b5fe3535e690594280bfe59b60be2603cb6cbb6d6c8bcbb4')
  assert.equal(textHash('a-very-long-external-secret-name-x'), '72da01815e49519d3112f470c527df4e1f80b5da8cfe5ffe632cdc66')
})

test('the version of an object is that of ESO', () => {
  assert.equal(objectVersion({ generation: 1 }), '1-f47fe3c0b255b6dd8047cdffa772587bb829efe7a1cb70febeda2eb2')
  assert.equal(
    objectVersion({ generation: 2, annotations: { x: '1' } }),
    '2-eca6d19ed2c87d3d5f5fd4c6d177e013dc7e71b1847780c8abd83d84',
  )
})

test('any label changes the version, and the order of labels does not', () => {
  const one = objectVersion({ generation: 1, labels: { a: '1', b: '2' } })
  assert.equal(objectVersion({ generation: 1, labels: { b: '2', a: '1' } }), one)
  assert.notEqual(objectVersion({ generation: 1, labels: { a: '1', b: '3' } }), one)
})
