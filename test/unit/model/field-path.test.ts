import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { fieldName, fieldPath } from '../../../plugin/model/field-path.ts'

test('a field is named as its author would write it', () => {
  assert.equal(fieldName(['spec', 'data', 1, 'remoteRef', 'key']), 'spec.data[1].remoteRef.key')
  assert.equal(fieldName(['spec', 'target', 'template', 'data', 'tls.crt']), 'spec.target.template.data[tls.crt]')
  assert.equal(fieldName([]), '')
})

test('the name of a field leads back to its path', () => {
  const part = fc.oneof(fc.nat(1000), fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]*$/))
  fc.assert(fc.property(fc.array(part), (path) => assert.deepEqual(fieldPath(fieldName(path)), path)))
})
