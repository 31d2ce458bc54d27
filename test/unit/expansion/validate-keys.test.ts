import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkNullBytes } from '../../../plugin/expansion/null-bytes.ts'
import { validateKeys } from '../../../plugin/expansion/validate-keys.ts'
import { SecretValue } from '../../../plugin/model/secret-value.ts'

test('an empty key is dropped, the map given stays as it was', () => {
  const given = new Map([
    ['', 1],
    ['a', 2],
  ])
  assert.deepEqual([...validateKeys(given, '')], [['a', 2]])
  assert.equal(given.size, 2)
})

test('253 bytes are allowed, 254 are not, and the message is cut at 200 characters', () => {
  assert.equal(validateKeys(new Map([['k'.repeat(253), 1]]), '').size, 1)
  assert.throws(() => validateKeys(new Map([['k'.repeat(254), 1]]), ''), {
    kind: 'InvalidSpec',
    message: `key has length 254 but max is 253: (following is truncated): ${'k'.repeat(200)}…`,
  })
})

test('length is counted in bytes', () => {
  assert.throws(() => validateKeys(new Map([['é'.repeat(127), 1]]), ''), /^SecretError: key has length 254 /)
})

test('a character that no key may hold is named, escaped when it is a control character', () => {
  assert.throws(() => validateKeys(new Map([['a\u202eb', 1]]), ''), {
    message: "key has invalid character \\u202e, only alphanumeric, '-', '.' and '_' are allowed: a\\u202eb",
  })
})

test('a byte 0 is refused under nullBytePolicy Fail only, without the value', () => {
  const value = SecretValue.fromText('canary\0')
  checkNullBytes('Ignore', 'k', value)
  checkNullBytes('Fail', 'k', SecretValue.fromText('canary'))
  assert.throws(() => checkNullBytes('Fail', 'k', value), {
    kind: 'InvalidSpec',
    message: 'fetched secret value for key "k" contains null bytes',
  })
})
