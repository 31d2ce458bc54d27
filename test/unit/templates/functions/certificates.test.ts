import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describe, test } from 'node:test'
import { CertificateValue } from '../../../../templates/functions/certificate-value.ts'
import { int } from '../../../../templates/go-number.ts'
import { BudgetExceeded } from '../../../../templates/meter.ts'
import { listOfAny, type TemplateValue } from '../../../../templates/value.ts'
import { roomySurroundings } from '../render-data.ts'
import { type CallOptions, call, callValues, failureOf } from './call.ts'
import { goCertificates } from './go-certificates.ts'

const NOTHING = listOfAny([])
const KEY = String(call('genPrivateKey', 'ed25519'))
const OTHER_KEY = String(call('genPrivateKey', 'ecdsa'))

function made(name: string, args: readonly TemplateValue[], options: CallOptions = {}): CertificateValue {
  const value = callValues(name, args, options)
  assert.ok(value instanceof CertificateValue)
  return value
}

function authority(name = 'ca.example', key = KEY): CertificateValue {
  return made('genCAWithKey', [name, int(10), key])
}

describe('genPrivateKey', () => {
  for (const [type, start] of [
    ['ecdsa', '-----BEGIN EC PRIVATE KEY-----\n'],
    ['ed25519', '-----BEGIN PRIVATE KEY-----\n'],
  ] as const) {
    test(`makes a key of the type ${type} that OpenSSL reads`, () => {
      const pem = String(call('genPrivateKey', type))
      assert.ok(pem.startsWith(start))
      assert.equal(createPrivateKey(pem).asymmetricKeyType, type === 'ecdsa' ? 'ec' : type)
    })

    test(`makes the same key of the type ${type} of the same random bytes, and another of others`, () => {
      const keyOf = (byte: number): TemplateValue =>
        callValues('genPrivateKey', [type], { random: { bytes: (count) => new Uint8Array(count).fill(byte) } })
      assert.equal(keyOf(0), keyOf(0))
      assert.notEqual(keyOf(0), keyOf(0xff))
    })
  }

  test('knows no other types', () => assert.equal(failureOf('genPrivateKey', 'nope'), 'Unknown type nope'))

  test('has a budget of its own', () => {
    assert.throws(() => callValues('genPrivateKey', ['ed25519'], { budget: { heavyCalls: 0 } }), BudgetExceeded)
    assert.throws(() => callValues('genCA', ['a', int(1)], { budget: { heavyCalls: 0 } }), BudgetExceeded)
    assert.throws(() => callValues('genCAWithKey', ['a', int(1), KEY], { budget: { heavyCalls: 0 } }), BudgetExceeded)
  })
})

describe('certificates', () => {
  test('an authority may sign, is valid for its days and keeps its key', () => {
    const ca = authority()
    const certificate = new X509Certificate(ca.certificate)
    assert.equal(certificate.subject, 'CN=ca.example')
    assert.equal(certificate.ca, true)
    assert.ok(certificate.verify(certificate.publicKey))
    assert.equal(certificate.validFromDate.toISOString(), new Date(roomySurroundings.now()).toISOString())
    assert.equal(certificate.validToDate.toISOString(), new Date(roomySurroundings.now() + 10 * 86_400_000).toISOString())
    assert.equal(ca.key, KEY)
    assert.ok(certificate.checkPrivateKey(createPrivateKey(ca.key)))
  })

  test('a self-signed one has the names that it was given', () => {
    const names = [listOfAny(['::1', '10.0.0.1', '::ffff:1.2.3.4']), listOfAny(['a.example', '*.b.example'])]
    const { certificate } = made('genSelfSignedCertWithKey', ['a', ...names, int(1), OTHER_KEY])
    const parsed = new X509Certificate(certificate)
    assert.equal(parsed.ca, false)
    assert.ok(parsed.verify(parsed.publicKey))
    assert.deepEqual(call('certSANs', certificate), ['a.example', '*.b.example', '::1', '10.0.0.1', '1.2.3.4'])
  })

  test('a signed one is issued by its authority', () => {
    const ca = authority()
    const { certificate } = made('genSignedCertWithKey', ['child', NOTHING, NOTHING, int(1), ca, OTHER_KEY])
    const [child, parent] = [new X509Certificate(certificate), new X509Certificate(ca.certificate)]
    assert.ok(child.checkIssued(parent))
    assert.ok(child.verify(parent.publicKey))
  })

  test('of the same random bytes, time and key the same is made', () => {
    assert.equal(authority().certificate, authority().certificate)
  })

  test('without a key a new one of RSA is made', () => {
    const { certificate, key } = made('genSelfSignedCert', ['a', NOTHING, NOTHING, int(1)])
    assert.ok(key.startsWith('-----BEGIN RSA PRIVATE KEY-----\n'))
    const details = new X509Certificate(certificate).publicKey.asymmetricKeyDetails
    assert.deepEqual(details, { modulusLength: 2048, publicExponent: 65537n })
  })

  test('its fields are Cert and Key', () => {
    const ca = authority()
    assert.deepEqual(
      [...ca.fields()],
      [
        ['Cert', ca.certificate],
        ['Key', ca.key],
      ],
    )
    assert.ok(ca.equals(authority()))
    assert.ok(!ca.equals(authority('other')))
  })

  test('buildCustomCert takes one that exists', () => {
    const ca = authority()
    const [certificate, key] = [ca.certificate, ca.key].map((text) => Buffer.from(text, 'latin1').toString('base64'))
    assert.ok(ca.equals(made('buildCustomCert', [certificate, key])))
  })
})

describe('what certificates are not made of', () => {
  const tags =
    "asn1: structure error: tags don't match (16 vs {class:1 tag:1 length:98 isCompound:true}) {optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}"
  const cases: readonly (readonly [name: string, args: readonly unknown[], message: string])[] = [
    ['genSelfSignedCert', ['a', ['nowhere'], null, 1], 'error parsing ip: nowhere'],
    ['genSelfSignedCert', ['a', ['fe80::1%eth0'], null, 1], 'error parsing ip: fe80::1%eth0'],
    ['genSelfSignedCert', ['a', [1], null, 1], 'error parsing ip: 1 is not a string'],
    ['genSelfSignedCert', ['a', null, [5], 1], 'error processing alternate dns name: 5 is not a string'],
    [
      'genSelfSignedCertWithKey',
      ['a', null, ['é'], 1, KEY],
      'error creating certificate: x509: "é" cannot be encoded as an IA5String',
    ],
    ['genCAWithKey', ['a', 1, 'nothing'], 'parsing private key: no PEM data in input'],
    ['genCAWithKey', ['a', 1, goCertificates.root], 'parsing private key: no private key data in PEM block of type CERTIFICATE'],
    [
      'genCAWithKey',
      ['a', 1, '-----BEGIN X PRIVATE KEY-----\nYWJj\n-----END X PRIVATE KEY-----\n'],
      'parsing private key: invalid private key type X PRIVATE KEY',
    ],
    [
      'genCAWithKey',
      ['a', 1, '-----BEGIN RSA PRIVATE KEY-----\nYWJj\n-----END RSA PRIVATE KEY-----\n'],
      `parsing private key: parsing RSA private key from PEM: ${tags} pkcs1PrivateKey @2`,
    ],
    [
      'genCAWithKey',
      ['a', 1, '-----BEGIN PRIVATE KEY-----\nYWJj\n-----END PRIVATE KEY-----\n'],
      `parsing private key: decoding PEM as PKCS#8: ${tags} pkcs8 @2`,
    ],
    ['buildCustomCert', ['!', ''], 'unable to decode base64 certificate'],
    ['buildCustomCert', ['', '!'], 'unable to decode base64 private key'],
    ['buildCustomCert', ['', ''], 'unable to decode certificate'],
  ]
  for (const [name, args, message] of cases) {
    test(`${name}: ${message.slice(0, 70)}`, () => {
      const values = args.map((arg) => (arg === null ? NOTHING : arg))
      assert.equal(messageOf(name, values), message)
    })
  }

  test('another key than that of the authority cannot sign', () => {
    const ca = new CertificateValue(authority().certificate, OTHER_KEY)
    assert.throws(() => callValues('genSignedCertWithKey', ['a', NOTHING, NOTHING, int(1), ca, KEY]), {
      message: "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
    })
  })

  function messageOf(name: string, args: readonly unknown[]): string {
    return failureOf(name, ...args.map((arg) => (arg === NOTHING ? [] : arg)))
  }
})
