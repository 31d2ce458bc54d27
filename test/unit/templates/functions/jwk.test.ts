import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'
import { describe, test } from 'node:test'
import { call, failureOf } from './call.ts'

const pairs: readonly (readonly [name: string, goType: string, pair: KeyPairKeyObjectResult])[] = [
  ['RSA', '*rsa', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['P-256', '*ecdsa', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['P-384', '*ecdsa', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['P-521', '*ecdsa', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ['Ed25519', 'ed25519', generateKeyPairSync('ed25519')],
  ['X25519', '*ecdh', generateKeyPairSync('x25519')],
]

for (const [name, goType, { publicKey, privateKey }] of pairs) {
  describe(`a JSON Web Key of the kind ${name}`, () => {
    const publicJwk = JSON.stringify(publicKey.export({ format: 'jwk' }))
    const privateJwk = JSON.stringify(privateKey.export({ format: 'jwk' }))

    test('is written in PEM as OpenSSL does', () => {
      assert.equal(call('jwkPublicKeyPem', publicJwk), publicKey.export({ format: 'pem', type: 'spki' }))
      assert.equal(call('jwkPrivateKeyPem', privateJwk), privateKey.export({ format: 'pem', type: 'pkcs8' }))
    })

    test('is not turned from private into public', () => {
      assert.equal(failureOf('jwkPublicKeyPem', privateJwk), `x509: unsupported public key type: ${goType}.PrivateKey`)
      assert.equal(
        failureOf('jwkPrivateKeyPem', publicJwk),
        `x509: unknown key type while marshaling PKCS#8: ${goType}.PublicKey`,
      )
    })
  })
}

test('an RSA key does without what can be worked out', () => {
  const [[, , { privateKey }] = assert.fail()] = pairs
  const { dp, dq, qi, ...rest } = privateKey.export({ format: 'jwk' })
  assert.ok(dp && dq && qi)
  assert.equal(call('jwkPrivateKeyPem', JSON.stringify(rest)), privateKey.export({ format: 'pem', type: 'pkcs8' }))
})

test('octets are a key of neither kind', () => {
  const jwk = '{"kty":"oct","k":"AyM1"}'
  assert.equal(failureOf('jwkPublicKeyPem', jwk), 'x509: unsupported public key type: []uint8')
  assert.equal(failureOf('jwkPrivateKeyPem', jwk), 'x509: unknown key type while marshaling PKCS#8: []uint8')
})

describe('what is no key is an error that does not quote it', () => {
  const cases: readonly (readonly [what: string, json: string])[] = [
    ['no JSON', 'hunter2'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '["hunter2"]'],
    ['an empty object', '{}'],
    ['an unknown type', '{"kty":"hunter2"}'],
    ['an unknown curve', '{"kty":"EC","crv":"hunter2","x":"AA","y":"AA"}'],
    ['a point beside the curve', '{"kty":"EC","crv":"P-256","x":"hunter2A","y":"AAAA"}'],
    ['a number that is none', '{"kty":"RSA","n":"hunter2!","e":"AQAB"}'],
    ['numbers that are no RSA key', '{"kty":"RSA","n":"AQAB","e":"AQAB","d":"hunter2A","p":"Aw","q":"BQ"}'],
    ['a key of the wrong length', '{"kty":"OKP","crv":"Ed25519","x":"hunter2A"}'],
  ]
  for (const [what, json] of cases) {
    test(what, () => {
      for (const name of ['jwkPublicKeyPem', 'jwkPrivateKeyPem']) {
        assert.match(failureOf(name, json), /^(?:failed to parse JWK|crypto\/rsa|x509): (?!.*hunter2)/)
      }
    })
  }
})
