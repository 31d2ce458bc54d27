import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { crc32c } from '../../../../plugin/providers/gcpsm/crc32c.ts'
import { crc32c as bitwise } from '../../../support/emulators/gcp/crc32c.ts'

test('the CRC-32C of the usual check string is the published one', () => {
  assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283)
})

test('the table gives what dividing bit by bit gives', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => crc32c(bytes) === bitwise(bytes)))
})
