import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { byteText, byteTextOf } from '../../../../templates/byte-text.ts'
import { FunctionError } from '../../../../templates/function-error.ts'
import { BudgetExceeded } from '../../../../templates/meter.ts'
import type { TemplateValue } from '../../../../templates/value.ts'
import { runs } from '../../../support/property-runs.ts'
import { call, callValues, failureOf } from './call.ts'
import { goCertificates } from './go-certificates.ts'

const { root, intermediate, leaf, key, files, trustStore } = goCertificates
const chain = leaf + intermediate + root

function binary(base64: string): string {
  return byteText(Buffer.from(base64, 'base64'))
}

function textOf(value: TemplateValue): string {
  assert.ok(typeof value === 'string')
  return value
}

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof FunctionError) return thrown.message
    throw thrown
  }
  throw new Error('did not fail')
}

describe('a key store is read', () => {
  for (const { name, password, file } of files) {
    test(name, () => {
      const args = [byteTextOf(password), binary(file)]
      assert.equal(callValues('pkcs12keyPass', args), key)
      assert.equal(callValues('pkcs12certPass', args), chain, 'from the leaf to the root, whatever the order of the file')
    })

    test(`${name}: with another password it is not`, () => {
      const why = name.startsWith('without') ? 'no MAC in data' : 'decryption password incorrect'
      assert.equal(
        messageOf(() => callValues('pkcs12keyPass', ['other', binary(file)])),
        `unable to decode pkcs12 with password: pkcs12: ${why}`,
      )
      assert.equal(
        messageOf(() => callValues('pkcs12certPass', ['other', binary(file)])),
        `unable to decode pkcs12 certificate with password: pkcs12: ${why}`,
      )
    })
  }

  test('without a password by the functions that take none', () => {
    const file = files.find(({ password }) => password === '')
    assert.ok(file)
    assert.equal(callValues('pkcs12key', [binary(file.file)]), key)
    assert.equal(callValues('pkcs12cert', [binary(file.file)]), chain)
  })

  test('and its certificates keep their order where they are no chain', () => {
    const file = textOf(callValues('fullPemToPkcs12', [leaf + root, key]))
    assert.equal(callValues('pkcs12cert', [binary(file)]), leaf + root)
  })

  test('but not a trust store, which has no key', () => {
    assert.equal(
      messageOf(() => callValues('pkcs12certPass', ['changeit', binary(trustStore)])),
      'unable to decode pkcs12 certificate with password: pkcs12: private key missing',
    )
  })

  test('and whatever else it is given is an error of the function', () => {
    const file = Buffer.from(files[2]!.file, 'base64')
    const change = fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const broken = Buffer.from(file)
        for (const [at, byte] of changes) broken[at] = byte
        try {
          callValues('pkcs12keyPass', [byteTextOf('pässwörd'), byteText(broken)])
        } catch (error) {
          assert.ok(error instanceof FunctionError || error instanceof BudgetExceeded, String(error))
        }
      }),
      { numRuns: runs(200) },
    )
    assert.match(failureOf('pkcs12cert', files[2]!.file), /^unable to decode .*: pkcs12: error reading P12 data: asn1: /)
  })
})

describe('a store is written to the byte as go-pkcs12 writes it', () => {
  const random = { bytes: (count: number) => Uint8Array.from({ length: count }, (_, index) => index) }

  test('a key store', () => {
    const written = callValues('fullPemToPkcs12Pass', [leaf + root + intermediate, key, byteTextOf('pässwörd')], { random })
    assert.equal(written, files.find(({ name }) => name.startsWith('AES, as'))?.file)
  })

  test('a trust store', () => {
    assert.equal(callValues('pemTruststoreToPKCS12Pass', [root + leaf, 'changeit'], { random }), trustStore)
  })

  test('and is read again, whatever the password', () => {
    const password = fc.string({ unit: 'binary' }).filter((text) => !/[\u{10000}-\u{10ffff}\0]/u.test(text))
    fc.assert(
      fc.property(password, (text) => {
        const file = textOf(callValues('pemToPkcs12Pass', [leaf, key, byteTextOf(text)]))
        assert.equal(callValues('pkcs12keyPass', [byteTextOf(text), binary(file)]), key)
      }),
      { numRuns: runs(10) },
    )
  })

  test('with a password of emoji it is not', () => {
    assert.equal(
      failureOf('pemToPkcs12Pass', leaf, key, '😀'),
      'pkcs12: string contains characters that cannot be encoded in UCS-2',
    )
  })
})

describe('what a store is made of', () => {
  test('pemToPkcs12 takes the first certificate alone', () => {
    assert.equal(callValues('pkcs12cert', [binary(String(call('pemToPkcs12', chain, key)))]), leaf)
  })

  test('a trust store may be empty', () => {
    assert.match(String(call('pemTruststoreToPKCS12', '')), /^MII?[A-Za-z0-9+/]+=*$/)
  })

  const nilPointer = 'runtime error: invalid memory address or nil pointer dereference'
  const cases: readonly (readonly [what: string, name: string, args: readonly string[], message: string])[] = [
    ['no certificate', 'pemToPkcs12', ['nothing', key], nilPointer],
    ['no key', 'pemToPkcs12', [leaf, 'nothing'], nilPointer],
    ['a line break too many behind the chain', 'fullPemToPkcs12', [`${chain}\n`, key], nilPointer],
    ['a trust store of a key', 'pemTruststoreToPKCS12', [key], 'x509: malformed tbs certificate'],
    ['a certificate for the key', 'pemToPkcs12', [leaf, leaf], 'unable to parse private key type'],
    ['a key for the certificate', 'pemToPkcs12', [key, key], 'x509: malformed tbs certificate'],
  ]
  for (const [what, name, args, message] of cases)
    test(`${what} is an error`, () => assert.equal(failureOf(name, ...args), message))
})

test('deriving keys uses up the budget of steps', () => {
  const budget = { steps: 3000 }
  assert.throws(() => callValues('pkcs12keyPass', [byteTextOf('pässwörd'), binary(files[2]!.file)], { budget }), BudgetExceeded)
  assert.throws(() => callValues('pemToPkcs12', [leaf, key], { budget }), BudgetExceeded)
})
