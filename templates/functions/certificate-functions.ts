import { type ByteText, byteText, textOf } from '../byte-text.ts'
import { parseCertificate } from '../certificates/certificate.ts'
import { createCertificate, type Signer } from '../certificates/create-certificate.ts'
import { generateDsaKey, generateEcKey, generateEd25519Key, generateRsaKey } from '../certificates/generate-key.ts'
import { addressBytes } from '../certificates/internet-address.ts'
import { keyPem, parseKeyPem } from '../certificates/key-pem.ts'
import { decodePem, encodePem } from '../certificates/pem.ts'
import type { PrivateKey } from '../certificates/private-key.ts'
import { standardBase64 } from '../certificates/standard-base64.ts'
import { FunctionError } from '../function-error.ts'
import { types } from '../go-type.ts'
import { prefixing } from '../prefix-error.ts'
import type { GoList } from '../value.ts'
import { CertificateValue, certificateType } from './certificate-value.ts'
import { goText } from './go-text.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'

const NAME: Parameter = { name: 'commonName', type: types.string }
const ADDRESSES: Parameter = { name: 'ips', type: types.anyList }
const DNS_NAMES: Parameter = { name: 'dnsNames', type: types.anyList }
const DAYS: Parameter = { name: 'days', type: types.int }
const AUTHORITY: Parameter = { name: 'ca', type: certificateType }
const KEY: Parameter = { name: 'key', type: types.string }

const KEY_EXAMPLE = '(genPrivateKey "ed25519")'
const AUTHORITY_EXAMPLE = `(genCAWithKey "ca" 1 ${KEY_EXAMPLE})`

const ARGUMENTS: ReadonlyMap<Parameter, string> = new Map([
  [NAME, '"a.example"'],
  [ADDRESSES, '(list "::1")'],
  [DNS_NAMES, '(list "a.example")'],
  [DAYS, '365'],
  [AUTHORITY, AUTHORITY_EXAMPLE],
  [KEY, KEY_EXAMPLE],
])

/** Keys and certificates that are made in a template: others at every render, since they hold the time and Node makes RSA keys itself. */
export const certificateFunctions: readonly TemplateFunction[] = [
  {
    name: 'genPrivateKey',
    parameters: [{ name: 'type', type: types.string }],
    returns: types.string,
    doc: 'A new private key in PEM: `rsa` (4,096 bits, also when the type is empty), `dsa`, `ecdsa` (P-256) or `ed25519`.',
    source: 'sprig',
    example: {
      go: '{{genPrivateKey "ed25519" | trunc 27}}',
      handlebars: '{{trunc 27 (genPrivateKey "ed25519")}}',
      gives: '-----BEGIN PRIVATE KEY-----',
    },
    safeMessage: false,
    random: 'unstable',
    goOnError: 'text',
    run: (call) => keyPem(generateKey(call, call.text(0))),
  },
  making('genCA', [NAME, DAYS], 'A certificate authority with a new RSA key of 2,048 bits', (call) =>
    authority(call, newKey(call)),
  ),
  making('genCAWithKey', [NAME, DAYS, KEY], 'A certificate authority with this key in PEM', (call) =>
    authority(call, givenKey(call, 2)),
  ),
  making(
    'genSelfSignedCert',
    [NAME, ADDRESSES, DNS_NAMES, DAYS],
    'A self-signed certificate with a new RSA key of 2,048 bits',
    (call) => endEntity(call, () => newKey(call)),
  ),
  making(
    'genSelfSignedCertWithKey',
    [NAME, ADDRESSES, DNS_NAMES, DAYS, KEY],
    'A self-signed certificate with this key in PEM',
    (call) => {
      const key = givenKey(call, 4)
      return endEntity(call, () => key)
    },
  ),
  making(
    'genSignedCert',
    [NAME, ADDRESSES, DNS_NAMES, DAYS, AUTHORITY],
    'A certificate with a new RSA key of 2,048 bits, signed by the authority',
    (call) => endEntity(call, () => newKey(call), signerOf(call)),
  ),
  making(
    'genSignedCertWithKey',
    [NAME, ADDRESSES, DNS_NAMES, DAYS, AUTHORITY, KEY],
    'A certificate with this key in PEM, signed by the authority',
    (call) => {
      const key = givenKey(call, 5)
      return endEntity(call, () => key, signerOf(call))
    },
  ),
  {
    name: 'buildCustomCert',
    parameters: [
      { name: 'certificate', type: types.string },
      { name: 'key', type: types.string },
    ],
    returns: certificateType,
    doc: 'A certificate and its key, both in PEM and then Base64, as one value with `.Cert` and `.Key`: an authority for `genSignedCert`.',
    source: 'sprig',
    example: {
      go: `{{with ${AUTHORITY_EXAMPLE}}}{{(buildCustomCert (b64enc .Cert) (b64enc .Key)).Cert | trunc 27}}{{end}}`,
      handlebars: `{{#with ${AUTHORITY_EXAMPLE} as |ca|}}{{#with (buildCustomCert (b64enc ca.Cert) (b64enc ca.Key)) as |made|}}{{trunc 27 made.Cert}}{{/with}}{{/with}}`,
      gives: '-----BEGIN CERTIFICATE-----',
    },
    safeMessage: false,
    run: (call) => customCertificate(call.text(0), call.text(1)),
  },
]

function making(
  name: string,
  parameters: readonly Parameter[],
  what: string,
  run: (call: FunctionCall) => CertificateValue,
): TemplateFunction {
  const made = `(${[name, ...parameters.map((parameter) => ARGUMENTS.get(parameter))].join(' ')})`
  return {
    name,
    parameters,
    returns: certificateType,
    doc: `${what}, valid for so many days from now; \`.Cert\` and \`.Key\` are in PEM.`,
    source: 'sprig',
    example: {
      go: `{{${made}.Cert | trunc 27}}`,
      handlebars: `{{#with ${made} as |made|}}{{trunc 27 made.Cert}}{{/with}}`,
      gives: '-----BEGIN CERTIFICATE-----',
    },
    safeMessage: false,
    random: 'unstable',
    run,
  }
}

/** Of a 4096-bit RSA key, and of a DSA key with new parameters. */
const SLOW_KEY_WEIGHT = 4

function generateKey(call: FunctionCall, type: ByteText): PrivateKey {
  call.heavy(type === '' || type === 'rsa' || type === 'dsa' ? SLOW_KEY_WEIGHT : 1)
  switch (type) {
    case '':
    case 'rsa':
      return generateRsaKey(4096)
    case 'dsa':
      return generateDsaKey()
    case 'ecdsa':
      return generateEcKey(call.random)
    case 'ed25519':
      return generateEd25519Key(call.random)
    default:
      throw new FunctionError(`Unknown type ${type}`)
  }
}

function newKey(call: FunctionCall): PrivateKey {
  call.heavy()
  return generateRsaKey(2048)
}

/** One of 4096 bits has less; signing with one of 16384 takes many times as long. */
const PEM_PER_WEIGHT = 4096

function givenKey(call: FunctionCall, index: number): PrivateKey {
  call.heavy(1 + Math.floor(call.text(index).length / PEM_PER_WEIGHT))
  return prefixing('parsing private key', () => parseKeyPem(call.text(index)))
}

function authority(call: FunctionCall, key: PrivateKey): CertificateValue {
  return issue(call, key, { addresses: [], dnsNames: [], role: 'authority', days: call.integer(1) })
}

/** A new key is only made when nothing else is wrong. */
function endEntity(call: FunctionCall, key: () => PrivateKey, signer?: Signer): CertificateValue {
  const addresses = call.list(1).items.map((item) => {
    if (typeof item !== 'string') throw new FunctionError(`error parsing ip: ${goText(item)} is not a string`)
    const bytes = addressBytes(item)
    if (!bytes) throw new FunctionError(`error parsing ip: ${item}`)
    return bytes
  })
  const names = dnsNames(call.list(2))
  return issue(call, key(), { addresses, dnsNames: names, role: 'end entity', days: call.integer(3) }, signer)
}

function dnsNames(list: GoList): readonly string[] {
  return list.items.map((item) => {
    if (typeof item === 'string') return item
    throw new FunctionError(`error processing alternate dns name: ${goText(item)} is not a string`)
  })
}

interface Issue {
  readonly addresses: readonly Uint8Array[]
  readonly dnsNames: readonly string[]
  readonly role: 'authority' | 'end entity'
  readonly days: bigint
}

const SERIAL_BYTES = 16
const NANOSECONDS_OF_DAY = 86_400_000_000_000n

/** A duration wraps around as Go's does, after 292 years. */
function issue(call: FunctionCall, key: PrivateKey, { days, ...request }: Issue, signer?: Signer): CertificateValue {
  const serial = call.random.bytes(SERIAL_BYTES)
  const notBefore = call.now()
  const notAfter = notBefore + Number(BigInt.asIntN(64, days * NANOSECONDS_OF_DAY) / 1_000_000n)
  const commonName = textOf(call.text(0))
  const der = prefixing('error creating certificate', () =>
    createCertificate({ ...request, commonName, serial, notBefore, notAfter }, key, signer),
  )
  return new CertificateValue(encodePem('CERTIFICATE', der), keyPem(key))
}

function signerOf(call: FunctionCall): Signer {
  const made = call.object(4)
  if (!(made instanceof CertificateValue)) throw new TypeError('not a certificate')
  const { block } = decodePem(made.certificate)
  if (!block) throw new FunctionError('unable to decode certificate', true)
  const certificate = prefixing('error parsing certificate: decodedSignerCert.Bytes', () => parseCertificate(block.bytes))
  return { certificate, key: prefixing('error parsing private key', () => parseKeyPem(made.key)) }
}

function customCertificate(certificate: ByteText, key: ByteText): CertificateValue {
  const certificateBytes = standardBase64(certificate)
  if (!certificateBytes) throw new FunctionError('unable to decode base64 certificate', true)
  const keyBytes = standardBase64(key)
  if (!keyBytes) throw new FunctionError('unable to decode base64 private key', true)
  const made = new CertificateValue(byteText(certificateBytes), byteText(keyBytes))
  const { block } = decodePem(made.certificate)
  if (!block) throw new FunctionError('unable to decode certificate', true)
  prefixing('error parsing certificate: decodedCert.Bytes', () => parseCertificate(block.bytes))
  prefixing('error parsing private key', () => parseKeyPem(made.key))
  return made
}
