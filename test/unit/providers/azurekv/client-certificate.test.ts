import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { type ClientCertificate, parseClientCertificate } from '../../../../plugin/providers/azurekv/login/client-certificate.ts'

const file = (name: string): Buffer => readFileSync(new URL(`pkcs12/${name}.p12`, import.meta.url))
const parse = (bytes: Uint8Array): ClientCertificate => parseClientCertificate(new SecretValue(bytes), 'field')

describe('a client certificate in PKCS#12', () => {
  for (const tool of ['openssl3', 'aes128', 'windows', 'plain']) {
    test(`is read as written by ${tool}, raw and in base64`, () => {
      for (const bytes of [file(tool), Buffer.from(`${file(tool).toString('base64')}\n`)]) {
        const { certificate, key } = parse(bytes)
        assert.equal(certificate.subject, 'CN=pkcs12')
        assert.ok(certificate.checkPrivateKey(key))
      }
    })
  }

  for (const [what, name] of [
    ['a password', 'password'],
    ['an encryption that nobody should use', 'rc2'],
    ['more iterations than any tool writes', 'many-iterations'],
  ] as const) {
    test(`with ${what} is a mistake of its author`, () => {
      assert.throws(() => parse(file(name)), {
        kind: 'InvalidSpec',
        message: /no readable private key/,
        place: { field: 'field' },
      })
    })
  }

  test('that is damaged is a mistake of its author, wherever the damage is', () => {
    const good = file('plain')
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const damaged = cut ? good.subarray(0, at) : Buffer.from(good)
        if (!cut) damaged[at] = byte
        try {
          const { certificate, key } = parse(damaged)
          assert.ok(certificate.checkPrivateKey(key))
        } catch (thrown) {
          assert.equal((thrown as { kind?: string }).kind, 'InvalidSpec')
        }
      }),
    )
  })

  test('any bytes at all are read or refused, never more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        const bytes = Uint8Array.of(0x30, 0x80 | 2, tail.length >> 8, tail.length & 0xff, ...tail)
        assert.throws(() => parse(bytes), { kind: 'InvalidSpec' })
      }),
    )
  })
})
