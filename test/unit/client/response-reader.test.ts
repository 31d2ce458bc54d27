import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { createResponseReader, type HttpAnswer } from '../../../plugin/client/response-reader.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'

function read(pieces: readonly Uint8Array[], maxBytes = 1000): HttpAnswer | undefined {
  const reader = createResponseReader(maxBytes)
  return pieces.reduce<HttpAnswer | undefined>((_, piece) => reader.push(Buffer.from(piece)), undefined)
}

function answer(body: Uint8Array, status = 200): Uint8Array {
  const head = `HTTP/1.1 ${status} Whatever\r\nDate: today\r\nContent-Length: ${body.byteLength}\r\nConnection: close\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

test('an answer is read whatever the pieces it comes in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat({ max: 300 }), { maxLength: 6 }), (body, cuts) => {
      const whole = answer(body, 503)
      const places = [0, ...cuts.map((cut) => Math.min(cut, whole.byteLength)), whole.byteLength].toSorted((a, b) => a - b)
      const pieces = places.slice(1).map((end, index) => whole.subarray(places[index], end))
      const got = read(pieces.filter((piece) => piece.byteLength > 0))
      assert.deepEqual([got?.status, [...(got?.body ?? [])]], [503, [...body]])
    }),
  )
})

test('an answer that is not whole yet is none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(), (body, cut) => {
      const whole = answer(body)
      assert.equal(read([whole.subarray(0, cut % whole.byteLength)]), undefined)
    }),
  )
})

for (const [what, text] of [
  ['more than it announced', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy'],
  ['no length', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ['chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: 0x10\r\n\r\n'],
  ['a length over the limit', 'HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n'],
  ['an interim status', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['another protocol', 'HTTP/2 200\r\nContent-Length: 1\r\n\r\n'],
  ['an endless head', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`],
] as const)
  test(`${what} is no answer`, () => {
    assert.throws(
      () => read([Buffer.from(text)]),
      (thrown) => thrown instanceof SecretError && thrown.kind === 'Unavailable',
    )
  })
