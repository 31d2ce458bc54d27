import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { nearestName } from '../../../plugin/api/nearest-name.ts'

const CASES: readonly (readonly [string, readonly string[], string | undefined])[] = [
  ['remoteref', ['secretKey', 'remoteRef'], 'remoteRef'],
  ['propery', ['key', 'property', 'version'], 'property'],
  ['nmae', ['name', 'kind'], 'name'],
  ['serviceAccountToken', ['secretRef', 'serviceAccountRef'], 'serviceAccountRef'],
  ['azure', ['aws', 'azurekv'], 'azurekv'],
  ['gcp', ['gcpsm', 'github'], 'gcpsm'],
  ['key', ['name', 'kind'], undefined],
  ['xyz', ['name', 'kind'], undefined],
  ['a', ['ab', 'b'], 'ab'],
  ['', ['name'], undefined],
  ['name', [], undefined],
]

for (const [name, candidates, expected] of CASES) {
  test(`the nearest of ${candidates.join(', ') || 'none'} to ${JSON.stringify(name)} is ${expected ?? 'none'}`, () =>
    assert.equal(nearestName(name, candidates), expected))
}

test('a name is nearest to itself', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (names) => {
      for (const name of names) assert.equal(nearestName(name, names), name)
    }),
  )
})

test('one typing mistake in a long name is always found', () => {
  const name = 'secretStoreRef'
  fc.assert(
    fc.property(fc.nat(name.length), fc.stringMatching(/^[A-Za-z]$/), (at, letter) => {
      assert.equal(nearestName(name.slice(0, at) + letter + name.slice(at), ['target', name, 'data']), name)
      assert.equal(nearestName(name.slice(0, at) + name.slice(at + 1), ['target', name, 'data']), name)
    }),
  )
})

test('a name that nobody can have meant has no nearest', () => {
  assert.equal(nearestName('a'.repeat(1_000_000), ['a']), undefined)
})
