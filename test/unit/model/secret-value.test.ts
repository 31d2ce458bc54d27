import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { SecretValue } from '../../../plugin/model/secret-value.ts'

const secret = SecretValue.fromText('hunter2')

test('a secret prints as [secret] wherever it lands', () => {
  const printed = [
    String(secret),
    ''.concat(String(secret)),
    JSON.stringify({ secret }),
    inspect(secret),
    inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
  ]
  for (const text of printed) {
    assert.match(text, /\[secret\]/)
    assert.doesNotMatch(text, /hunter2|104, ?117/)
  }
})

test('a secret has no enumerable way to its bytes', () => {
  assert.doesNotMatch(JSON.stringify(Object.entries(secret)), /hunter2/)
  assert.equal(secret.byteLength, 7)
  assert.equal(new TextDecoder().decode(secret.reveal()), 'hunter2')
})
