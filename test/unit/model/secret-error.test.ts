import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorPolicy } from '../../../plugin/model/error-policy.ts'
import { asSecretError, SecretError } from '../../../plugin/model/secret-error.ts'

test('an error of ours stays itself', () => {
  const error = new SecretError('NotFound', 'no such secret')
  assert.equal(asSecretError(error), error)
})

test('any other failure is a bug that says where it was thrown and withholds its text', () => {
  const error = asSecretError(new TypeError('hunter2\n    at hunter2 (hunter2.ts:1:2)'))
  assert.equal(error.kind, 'Bug')
  assert.match(error.message, /TypeError at secret-error\.test\.ts:\d+:\d+/)
  assert.doesNotMatch(error.message, /hunter2/)
})

test('a place that is known already is kept, what is missing is added', () => {
  const error = new SecretError('NotFound', 'no', { place: { field: 'spec.a' }, remedy: 'look', lasting: true, retryAfterMs: 5 })
  const placed = error.at({ file: 'a.yaml', line: 3, field: 'spec' })
  assert.deepEqual(placed.place, { file: 'a.yaml', line: 3, field: 'spec.a' })
  assert.deepEqual([placed.kind, placed.remedy, placed.lasting, placed.retryAfterMs], ['NotFound', 'look', true, 5])
})

test('only what may pass by itself is retried or bridged by an old value', () => {
  const retried = Object.entries(errorPolicy).flatMap(([kind, { retryCall }]) => (retryCall ? [kind] : []))
  const bridged = Object.entries(errorPolicy).flatMap(([kind, { staleAllowed }]) => (staleAllowed ? [kind] : []))
  assert.deepEqual(retried, ['Throttled', 'Unavailable', 'Timeout'])
  assert.deepEqual(bridged, retried)
})
