import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compareSync } from 'bcryptjs'
import * as fc from 'fast-check'
import { byteText, byteTextOf } from '../../../../templates/byte-text.ts'
import { callFunction } from '../../../../templates/functions/call-function.ts'
import { cryptoFunctions } from '../../../../templates/functions/crypto-functions.ts'
import { GoInt, int } from '../../../../templates/go-number.ts'
import { types } from '../../../../templates/go-type.ts'
import { BudgetExceeded, Meter } from '../../../../templates/meter.ts'
import type { TemplateValue } from '../../../../templates/value.ts'
import { roomyBudget, roomySurroundings } from '../render-data.ts'
import { printed, valueOf } from './call-one.ts'

function give(name: string, ...args: readonly string[]): string {
  return printed(cryptoFunctions, name, args.map(byteTextOf))
}

describe('bcrypt', () => {
  test('a hash is one of its password, by Go’s own prefix and cost', () => {
    const hash = give('bcrypt', 'pässword')
    assert.match(hash, /^\$2a\$10\$/)
    assert.ok(compareSync('pässword', hash))
  })

  test('two hashes of one render’s stream are equal, so that a render repeats itself', () => {
    assert.equal(give('bcrypt', 'a'), give('bcrypt', 'a'))
  })

  test('72 bytes are the most', () => {
    assert.equal(give('bcrypt', 'é'.repeat(36)).length, 60)
    assert.equal(
      give('bcrypt', `${'é'.repeat(36)}x`),
      'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes',
    )
  })

  test('bytes that are no text are not hashed as others', () => {
    const failure = 'failed to encrypt string with bcrypt: the password is not UTF-8'
    assert.equal(printed(cryptoFunctions, 'bcrypt', ['\xff']), failure)
  })
})

describe('htpasswd', () => {
  test('the line has the hash that was asked for, bcrypt if it is an unknown one', () => {
    assert.equal(give('htpasswd', 'u', 'p', 'sha'), 'u:{SHA}UWuXg/ylF+7L0dBk2i0WUxCxl1k=')
    assert.match(give('htpasswd', 'u', 'p', 'md5'), /^u:\$2a\$10\$[./A-Za-z0-9]{53}$/)
  })

  test('a colon ends the name of the user and cannot be in it', () => {
    assert.equal(give('htpasswd', 'a:b', 'p', 'sha'), 'invalid username: a:b')
  })
})

/** Expectations come from sprig. */
describe('derivePassword', () => {
  const cases: readonly (readonly [counter: number, type: string, inputs: readonly string[], expected: string])[] = [
    [1, 'long', ['password', 'user', 'example.com'], 'ZedaFaxcZaso9*'],
    [2, 'long', ['password', 'user', 'example.com'], 'Fovi2@JifpTupx'],
    [1, 'maximum', ['password', 'user', 'example.com'], 'pf4zS1LjCg&LjhsZ7T2~'],
    [1, 'short', ['password', 'user', 'example.com'], 'Zed5'],
    [1, 'basic', ['password', 'user', 'example.com'], 'pIS54PLs'],
    [1, 'pin', ['password', 'user', 'example.com'], '6685'],
    [4_294_967_295, 'long', ['pässword', 'üser', '例え.jp'], 'BehuRijmZawo6&'],
    [1, 'none', ['p', 'u', 's'], 'cannot find password template none'],
  ]
  for (const [counter, type, inputs, expected] of cases) {
    test(`${type}, counter ${counter}`, () => {
      const args = [new GoInt(types.uint32, BigInt(counter)), type, ...inputs.map(byteTextOf)]
      assert.equal(printed(cryptoFunctions, 'derivePassword', args), expected)
    })
  }
})

describe('AES', () => {
  test('what was encrypted comes back, whatever the key', () => {
    const bytes = fc.uint8Array().map(byteText)
    fc.assert(
      fc.property(bytes, bytes, (key, text) => {
        const encrypted = valueOf(cryptoFunctions, 'encryptAES', [key, text])
        assert.equal(valueOf(cryptoFunctions, 'decryptAES', [key, encrypted]), text)
      }),
    )
  })

  const broken: readonly (readonly [encrypted: string, why: string])[] = [
    ['not base64!', '!illegal base64 data at input byte 3'],
    ['YWJj', '!runtime error: slice bounds out of range [:16] with capacity 3'],
    ['YWJj\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n', '!runtime error: slice bounds out of range [16:3]'],
    ['MDEyMzQ1Njc4OWFiY2RlZjEyMw==', '!crypto/cipher: input not full blocks'],
    ['MDEyMzQ1Njc4OWFiY2RlZg==', '!runtime error: index out of range [-1]'],
  ]
  for (const [encrypted, why] of broken) {
    test(`${JSON.stringify(encrypted)} is refused in Go's words`, () => {
      assert.equal(give('decryptAES', 'k', encrypted), why)
    })
  }
})

describe('random bytes', () => {
  test('as many as asked for', () => {
    assert.equal(printed(cryptoFunctions, 'randBytes', [int(6)]), 'AAECAwQF')
    assert.equal(printed(cryptoFunctions, 'randBytes', [int(-1)]), '!runtime error: makeslice: len out of range')
    assert.throws(() => valueOf(cryptoFunctions, 'randBytes', [int(10 ** 12)]), BudgetExceeded)
  })

  test('a UUID says its version and variant', () => {
    assert.equal(give('uuidv4'), '00010203-0405-4607-8809-0a0b0c0d0e0f')
  })
})

test('slow functions have a budget of their own', () => {
  const meter = new Meter({ ...roomyBudget, heavyCalls: 2 })
  const counter = new GoInt(types.uint32, 1n)
  const call = (name: string, ...args: readonly TemplateValue[]): TemplateValue => {
    const fn = cryptoFunctions.find((candidate) => candidate.name === name)
    assert.ok(fn)
    return callFunction(fn, args, { meter, surroundings: roomySurroundings }, '1:1')
  }
  call('derivePassword', counter, 'pin', 'p', 'u', 's')
  assert.throws(() => call('bcrypt', 'p'), BudgetExceeded)
  assert.throws(() => call('htpasswd', 'u', 'p', 'bcrypt'), BudgetExceeded)
  assert.throws(() => call('derivePassword', counter, 'pin', 'p', 'u', 's'), BudgetExceeded)
})
