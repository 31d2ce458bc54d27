import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto'
import { describe, test } from 'node:test'
import { byteText, byteTextOf } from '../../../../templates/byte-text.ts'
import { BudgetExceeded } from '../../../../templates/meter.ts'
import { call, callValues, failureOf } from './call.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pkcs8 = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const pkcs1 = privateKey.export({ format: 'pem', type: 'pkcs1' }).toString()

function encrypted(plain: Uint8Array, oaepHash: string, oaepLabel?: Uint8Array): string {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return byteText(publicEncrypt({ key: publicKey, padding, oaepHash, ...(oaepLabel ? { oaepLabel } : {}) }, plain))
}

describe('rsaDecrypt', () => {
  const plain = Buffer.from('00fffe01', 'hex')
  const hashes: readonly (readonly [name: string, openssl: string])[] = [
    ['SHA1', 'sha1'],
    ['SHA256', 'sha256'],
    ['SHA512', 'sha512'],
    ['None', 'sha256'],
    ['sha1', 'sha256'],
  ]
  for (const [name, openssl] of hashes) {
    test(`${name} is ${openssl}, and the bytes may be any`, () => {
      for (const key of [pkcs8, pkcs1]) {
        assert.equal(callValues('rsaDecrypt', ['RSA-OAEP', name, encrypted(plain, openssl), key]), byteText(plain))
      }
    })
  }

  test('gives nothing for encrypted nothing', () => {
    assert.equal(callValues('rsaDecrypt', ['RSA-OAEP', 'SHA1', encrypted(Buffer.alloc(0), 'sha1'), pkcs8]), '')
  })

  test('the scheme None gives what it got', () => assert.equal(call('rsaDecrypt', 'None', 'x', 'plain', 'key'), 'plain'))

  const weak = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey.export({ format: 'pem', type: 'pkcs1' }).toString()
  const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const wrong = 'error decrypting data with RSA: crypto/rsa: decryption error'
  const errors: readonly (readonly [what: string, args: readonly string[], message: string])[] = [
    ['another scheme', ['rsa-oaep', '', 'x', pkcs8], 'decryption scheme rsa-oaep is not supported'],
    ['no key', ['RSA-OAEP', '', 'x', 'nothing'], 'failed to decode PEM block'],
    [
      'no private key',
      ['RSA-OAEP', '', 'x', '-----BEGIN A-----\nQUJD\n-----END A-----\n'],
      'could not parse private key: unable to parse private key type',
    ],
    ['a key of another kind', ['RSA-OAEP', '', 'x', ed25519], 'could not parse RSA private key'],
    ['what was not encrypted', ['RSA-OAEP', '', 'not encrypted', pkcs8], wrong],
    ['more bytes than the key has', ['RSA-OAEP', '', 'x'.repeat(257), pkcs8], wrong],
    [
      'a key of 512 bits',
      ['RSA-OAEP', '', 'x', weak],
      'error decrypting data with RSA: crypto/rsa: 512-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)',
    ],
  ]
  for (const [what, args, message] of errors)
    test(`refuses ${what}`, () => assert.equal(failureOf('rsaDecrypt', ...args), message))

  test('refuses another hash and a label alike', () => {
    for (const text of [encrypted(plain, 'sha1'), encrypted(plain, 'sha256', Buffer.from('label'))]) {
      assert.throws(() => callValues('rsaDecrypt', ['RSA-OAEP', 'SHA256', text, pkcs8]), { message: wrong })
    }
  })

  test('counts for what it costs', () => {
    const args = ['RSA-OAEP', 'SHA1', encrypted(plain, 'sha1'), pkcs8].map((text) => byteTextOf(text))
    assert.throws(() => callValues('rsaDecrypt', args, { budget: { steps: 1000 } }), BudgetExceeded)
  })
})
