import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findMember } from '../../../plugin/json/find-member.ts'
import { isJsonObject } from '../../../plugin/json/json-value.ts'
import { jwtClaims, jwtExpiration } from '../../../plugin/json/jwt-claims.ts'
import { parseJson } from '../../../plugin/json/parse-json.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'

const token = (payload: string) => `h.${Buffer.from(payload).toString('base64url')}.s`

test('the claims of a token and when it expires', () => {
  const claims = jwtClaims(token('{"sub":"ada","exp":1700000000.5}'))
  assert.deepEqual(
    [...claims],
    [
      ['sub', 'ada'],
      ['exp', 1700000000.5],
    ],
  )
  assert.equal(jwtExpiration(token('{"exp":1700000000}')), 1700000000)
  assert.equal(jwtClaims(token('null')).size, 0)
})

test('what is no token is refused, and nothing of it is told', () => {
  const refused = ['a.b', 'a.!!.c', 'a.eyJhIjoxfQ==.c', 'a.YWJjY.c', token('s3cret'), token('["s3cret"]')]
  for (const text of refused) {
    assert.throws(
      () => jwtClaims(text),
      (thrown) => thrown instanceof SecretError && thrown.kind === 'InvalidSpec' && !thrown.message.includes('s3cret'),
    )
  }
  assert.throws(() => jwtExpiration(token('{"exp":"soon"}')), SecretError)
})

test('a member is found however deep it is', () => {
  const object = parseJson('{"a":{"b":{"wanted":1}},"c":{"wanted":2}}', 'float64')
  assert.ok(isJsonObject(object))
  assert.equal(findMember(object, 'wanted'), 1)
  assert.equal(findMember(object, 'missing'), undefined)
})
