import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { byteText } from '../../../../templates/byte-text.ts'
import { decodePem, encodePem } from '../../../../templates/certificates/pem.ts'
import { FunctionError } from '../../../../templates/function-error.ts'
import { runs } from '../../../support/property-runs.ts'
import { call, callValues, failureOf } from './call.ts'
import { brokenCertificates, goCertificates } from './go-certificates.ts'

const { root, intermediate, leaf, key } = goCertificates
const block = '-----BEGIN FOO-----\nQUJD\n-----END FOO-----\n'

describe('filterPEM', () => {
  const cases: readonly (readonly [what: string, type: string, text: string, expected: string])[] = [
    ['picks a type whatever its case', 'certificate', key + leaf + key + root, leaf + root],
    ['passes over what stands before the first block, on its line even', 'FOO', `junk${block}`, block],
    ['passes over what stands between blocks', 'FOO', `${block}junk\n${block}`, block + block],
    ['passes over what stands behind the last block if one was found', 'FOO', `${block}junk`, block],
    ['does not see a block that does not start a line', 'FOO', `${block}junk${block}${block}`, block + block],
    [
      'writes lines of 64 characters with line feeds',
      'FOO',
      `-----BEGIN FOO-----\r\n${'QUJD'.repeat(17)}\r\n-----END FOO-----\r\n`,
      `-----BEGIN FOO-----\n${'QUJD'.repeat(16)}\nQUJD\n-----END FOO-----\n`,
    ],
    ['takes spaces and tabs within the Base64', 'FOO', '-----BEGIN FOO-----\n Q U\tJD \n-----END FOO-----', block],
    [
      'keeps headers, Proc-Type first and the others sorted',
      'A',
      '-----BEGIN A-----\nb : 2\nProc-Type: 4\na: 1\n\nQUJD\n-----END A-----\n',
      '-----BEGIN A-----\nProc-Type: 4\na: 1\nb: 2\n\nQUJD\n-----END A-----\n',
    ],
    [
      'takes a block without bytes',
      'FOO',
      '-----BEGIN FOO-----\n-----END FOO-----\n',
      '-----BEGIN FOO-----\n-----END FOO-----\n',
    ],
    ['gives nothing for nothing', 'FOO', '', ''],
    ['gives nothing where all blocks are of other types', 'BAR', block, ''],
  ]
  for (const [what, type, text, expected] of cases) test(what, () => assert.equal(call('filterPEM', type, text), expected))

  const junk = [
    '---junk---',
    '-----BEGIN FOO-----\n!!!!\n-----END FOO-----\n',
    '-----BEGIN FOO-----\nQUJD\n-----END BAR-----\n',
    '-----BEGIN FOO-----\nQUJD\n',
    '-----BEGIN FOO-----QUJD-----END FOO-----',
    '  -----BEGIN FOO-----\n  QUJD\n  -----END FOO-----',
    '-----BEGIN FOO-----\nQUJ\n-----END FOO-----\n',
    '-----BEGIN BAR-----\nQUJD\n-----END BAR-----\ntrailing',
  ]
  for (const text of junk) {
    test(`${JSON.stringify(text)} is junk`, () =>
      assert.equal(failureOf('filterPEM', 'FOO', text), 'error filtering pem: found junk'))
  }

  test('what is encoded is decoded again, and what follows it is the rest', () => {
    const type = fc.string({ unit: fc.constantFrom('A', 'B', ' ', '1'), maxLength: 8 }).map((text) => text.trim())
    fc.assert(
      fc.property(type, fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'grapheme-ascii' }), (name, bytes, rest) => {
        const decoded = decodePem(encodePem(name, bytes) + rest)
        assert.deepEqual(
          [decoded.block?.type, decoded.block && byteText(decoded.block.bytes), decoded.rest],
          [name, byteText(bytes), rest],
        )
      }),
    )
  })
})

describe('filterCertChain', () => {
  const chain = [leaf, intermediate, root]
  const parts: readonly (readonly [part: string, certificates: readonly string[], expected: string])[] = [
    ['leaf', chain, leaf],
    ['intermediate', chain, intermediate],
    ['root', chain, root],
    ['leaf', [root], ''],
    ['root', [root], root],
    ['root', [leaf, intermediate], ''],
    ['intermediate', [leaf], ''],
    ['Leaf', chain, ''],
  ]
  for (const [part, certificates, expected] of parts) {
    test(`finds the ${part} of ${certificates.length}, whatever their order`, () => {
      fc.assert(
        fc.property(fc.shuffledSubarray([...certificates], { minLength: certificates.length }), (shuffled) =>
          assert.equal(call('filterCertChain', part, shuffled.join('')), expected),
        ),
      )
    })
  }

  const errors: readonly (readonly [what: string, text: string, message: string])[] = [
    ['nothing', '', 'no leaf certificate found'],
    ['a gap', leaf + root, 'found multiple leaf or disjunct certificates'],
    ['the same twice', leaf + leaf + intermediate, 'found multiple leaf or disjunct certificates'],
    ['a key', key, 'x509: malformed tbs certificate'],
    ['something else', block, 'x509: malformed certificate'],
  ]
  for (const [what, text, message] of errors) {
    test(`refuses ${what}`, () => assert.equal(failureOf('filterCertChain', 'leaf', text), message))
  }
})

describe('certSANs', () => {
  test('gives DNS names, addresses, e-mail addresses and URIs of the first certificate', () => {
    assert.deepEqual(call('certSANs', `junk${leaf}${root}`), [
      'b.example',
      '*.a.example',
      '2001:db8::1:0:0:1',
      '10.1.2.3',
      'x@example.com',
      'spiffe://example.org/ns/x',
    ])
  })

  test('gives an empty list where there are none', () => assert.deepEqual(call('certSANs', root), []))

  test('refuses what is no certificate', () => {
    assert.equal(failureOf('certSANs', 'nothing'), 'failed to decode PEM block')
    assert.equal(failureOf('certSANs', key), 'failed to parse certificate: x509: malformed tbs certificate')
  })

  for (const { error, certificate } of brokenCertificates) {
    test(`refuses a certificate as Go does: ${error}`, () => {
      const text = encodePem('CERTIFICATE', Buffer.from(certificate, 'base64'))
      assert.throws(() => callValues('certSANs', [text]), { message: `failed to parse certificate: ${error}` })
    })
  }

  test('a certificate with wrong bytes is read or refused, never more', () => {
    const { block: der } = decodePem(leaf)
    assert.ok(der)
    const change = fc.tuple(fc.nat(der.bytes.length - 1), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const broken = Buffer.from(der.bytes)
        for (const [at, byte] of changes) broken[at] = byte
        try {
          callValues('certSANs', [encodePem('CERTIFICATE', broken)])
        } catch (error) {
          assert.ok(error instanceof FunctionError, String(error))
        }
      }),
      { numRuns: runs(1000) },
    )
  })
})
