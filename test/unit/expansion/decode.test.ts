import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { decode, decodeMap } from '../../../plugin/expansion/decode.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { SecretValue } from '../../../plugin/model/secret-value.ts'

const bytes = fc.uint8Array({ maxLength: 40 })
const decoded = (strategy: string, encoded: string | Uint8Array) =>
  new Uint8Array(
    decode(strategy, typeof encoded === 'string' ? SecretValue.fromText(encoded) : new SecretValue(encoded)).reveal(),
  )

test('what was encoded comes back, in either alphabet and by Auto', () => {
  fc.assert(
    fc.property(bytes, (plain) => {
      const standard = Buffer.from(plain).toString('base64')
      const url = standard.replaceAll('+', '-').replaceAll('/', '_')
      assert.deepEqual(decoded('Base64', standard), plain)
      assert.deepEqual(decoded('Base64URL', url), plain)
      assert.deepEqual(decoded('Auto', standard), plain)
      assert.deepEqual(decoded('Auto', url), plain)
    }),
  )
})

test('line breaks inside the encoded text change nothing', () => {
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 8 }), (plain, width) => {
      const lines = Buffer.from(plain)
        .toString('base64')
        .replaceAll(new RegExp(`.{${width}}`, 'g'), '$&\r\n')
      assert.deepEqual(decoded('Base64', lines), plain)
    }),
  )
})

test('Auto never fails, and leaves alone what is in neither alphabet', () => {
  fc.assert(fc.property(bytes, (plain) => assert.ok(decoded('Auto', plain))))
  assert.deepEqual(decoded('Auto', 'pass word!'), new Uint8Array(Buffer.from('pass word!')))
})

test('None and no strategy give the same bytes, whatever they are', () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom('', 'None'), (plain, strategy) => assert.deepEqual(decoded(strategy, plain), plain)),
  )
})

test('an error names an offset and never the value', () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom('Base64', 'Base64URL'), (plain, strategy) => {
      try {
        decoded(strategy, plain)
      } catch (thrown) {
        assert.ok(thrown instanceof SecretError)
        assert.equal(thrown.kind, 'InvalidSpec')
        assert.match(thrown.message, /^illegal base64 data at input byte \d+$/)
      }
    }),
  )
})

test('an unknown strategy is refused with the known ones, its name escaped', () => {
  assert.throws(() => decode('a\nb', SecretValue.fromText('x')), {
    message: 'decoding strategy a\\u000ab is not supported',
    remedy: /Base64URL/,
  })
})

test('one value of a map that does not decode fails them all by its key', () => {
  const values = new Map([
    ['good', SecretValue.fromText('YQ==')],
    ['bad', SecretValue.fromText('canary!')],
  ])
  assert.throws(() => decodeMap('Base64', values), { message: 'failure decoding key bad: illegal base64 data at input byte 6' })
})
