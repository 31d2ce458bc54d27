import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { objectName } from '../../../plugin/api/object-name.ts'

const CASES: readonly (readonly [string, unknown, string])[] = [
  [
    'a namespaced object',
    { kind: 'ExternalSecret', metadata: { namespace: 'default', name: 'db' } },
    'ExternalSecret default/db',
  ],
  ['an object without a namespace', { kind: 'SecretStore', metadata: { name: 'aws' } }, 'SecretStore aws'],
  ['an object without a name', { kind: 'SecretStore', metadata: {} }, 'SecretStore without a name'],
  ['an object without a kind', { metadata: { name: 'x' } }, 'object x'],
  ['something else', [], 'object without a name'],
  ['a name with control characters', { kind: 'SecretStore', metadata: { name: 'a\u001b[2J' } }, 'SecretStore "a\\u001b[2J"'],
]

for (const [what, value, expected] of CASES) {
  test(`${what} is called ${JSON.stringify(expected)}`, () => assert.equal(objectName(value), expected))
}

test('no name brings a control character or a new line into a message', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, namespace) => {
      assert.doesNotMatch(objectName({ kind: name, metadata: { name, namespace } }), /\p{Cc}/u)
    }),
  )
})
