import { type ByteText, bytesOf } from '../byte-text.ts'
import { type Certificate, parseCertificate } from '../certificates/certificate.ts'
import { orderChain } from '../certificates/certificate-chain.ts'
import { parseAnyPrivateKey } from '../certificates/parse-private-key.ts'
import { decodePem, encodePem, type PemBlock } from '../certificates/pem.ts'
import { pkcs8Of } from '../certificates/private-key.ts'
import { FunctionError } from '../function-error.ts'
import { types } from '../go-type.ts'
import type { SpendIterations } from '../pkcs12/key-derivation.ts'
import { readPkcs12 } from '../pkcs12/read-pkcs12.ts'
import { type WriteContext, writeKeyStore, writeTrustStore } from '../pkcs12/write-pkcs12.ts'
import { prefixing } from '../prefix-error.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'

const PASSWORD: Parameter = { name: 'password', type: types.string }
const FILE: Parameter = { name: 'file', type: types.string }
const CERTIFICATE: Parameter = { name: 'certificate', type: types.string }
const CERTIFICATES: Parameter = { name: 'certificates', type: types.string }
const KEY: Parameter = { name: 'key', type: types.string }

/** How a key store starts in Base64; what follows is random. */
const STORE = /^MII[A-Za-z0-9+/]+=*$/

/** PKCS#12 key stores and trust stores, and what is in them. The files are bytes to read and Base64 where they are made. */
export const pkcs12Functions: readonly TemplateFunction[] = [
  reading('pkcs12key', [FILE], 'The private key of a PKCS#12 file without a password, as PKCS#8 in PEM.', (call) =>
    keyOf(call, '', call.text(0)),
  ),
  reading('pkcs12keyPass', [PASSWORD, FILE], 'The private key of a PKCS#12 file, as PKCS#8 in PEM.', (call) =>
    keyOf(call, call.text(0), call.text(1)),
  ),
  reading(
    'pkcs12cert',
    [FILE],
    'The certificates of a PKCS#12 file without a password, in PEM, from the leaf to the root; in their own order if they are not one chain.',
    (call) => certificatesOf(call, '', call.text(0)),
  ),
  reading(
    'pkcs12certPass',
    [PASSWORD, FILE],
    'The certificates of a PKCS#12 file, in PEM, from the leaf to the root; in their own order if they are not one chain.',
    (call) => certificatesOf(call, call.text(0), call.text(1)),
  ),
  writing(
    'pemToPkcs12',
    [CERTIFICATE, KEY],
    'A key store without a password, of the first certificate and the key in PEM.',
    (call) => keyStoreOf(call, call.text(1), [firstBlock(call.text(0)).block], ''),
  ),
  writing('pemToPkcs12Pass', [CERTIFICATE, KEY, PASSWORD], 'A key store of the first certificate and the key in PEM.', (call) =>
    keyStoreOf(call, call.text(1), [firstBlock(call.text(0)).block], call.text(2)),
  ),
  writing(
    'fullPemToPkcs12',
    [CERTIFICATES, KEY],
    'A key store without a password, of all certificates and the key in PEM.',
    (call) => keyStoreOf(call, call.text(1), allBlocks(call.text(0)), ''),
  ),
  writing(
    'fullPemToPkcs12Pass',
    [CERTIFICATES, KEY, PASSWORD],
    'A key store of all certificates and the key in PEM, the leaf first.',
    (call) => keyStoreOf(call, call.text(1), allBlocks(call.text(0)), call.text(2)),
  ),
  writing(
    'pemTruststoreToPKCS12',
    [CERTIFICATES],
    'A trust store without a password, for Java, of the certificates in PEM.',
    (call) => trustStoreOf(call, call.text(0), ''),
  ),
  writing('pemTruststoreToPKCS12Pass', [CERTIFICATES, PASSWORD], 'A trust store, for Java, of the certificates in PEM.', (call) =>
    trustStoreOf(call, call.text(0), call.text(1)),
  ),
]

type Run = (call: FunctionCall) => ByteText

/** The example makes the file that it reads. */
function reading(name: string, parameters: readonly Parameter[], doc: string, run: Run): TemplateFunction {
  const hasPassword = parameters.includes(PASSWORD)
  const [pass, twin] = hasPassword ? [' "pw"', 'Pass'] : ['', '']
  const made = 'genCAWithKey "a" 1 (genPrivateKey "ed25519")'
  const file = (of: string): string => `(b64dec (pemToPkcs12${twin} ${of}.Cert ${of}.Key${pass}))`
  return {
    name,
    parameters,
    returns: types.string,
    doc,
    source: 'External Secrets',
    example: {
      go: `{{with ${made}}}{{${name}${pass} ${file('')} | trunc 16}}{{end}}`,
      handlebars: `{{#with (${made}) as |made|}}{{trunc 16 (${name}${pass} ${file('made')})}}{{/with}}`,
      gives: name.includes('key') ? '-----BEGIN PRIVA' : '-----BEGIN CERTI',
    },
    safeMessage: false,
    run,
  }
}

function writing(name: string, parameters: readonly Parameter[], doc: string, run: Run): TemplateFunction {
  const made = 'genCAWithKey "a" 1 (genPrivateKey "ed25519")'
  const args = (of: string): string =>
    parameters.map((parameter) => (parameter === PASSWORD ? '"pw"' : `${of}.${parameter === KEY ? 'Key' : 'Cert'}`)).join(' ')
  return {
    name,
    parameters,
    returns: types.string,
    doc: `${doc.replace(/\.$/, '')}; in Base64.`,
    source: 'External Secrets',
    example: {
      go: `{{with ${made}}}{{${name} ${args('')}}}{{end}}`,
      handlebars: `{{#with (${made}) as |made|}}{{${name} ${args('made')}}}{{/with}}`,
      gives: STORE,
    },
    safeMessage: false,
    random: 'seeded',
    run,
  }
}

function keyOf(call: FunctionCall, password: ByteText, file: ByteText): ByteText {
  const { key } = prefixing('unable to decode pkcs12 with password', () => readPkcs12(bytesOf(file), password, spending(call)))
  return encodePem('PRIVATE KEY', pkcs8Of(key))
}

function certificatesOf(call: FunctionCall, password: ByteText, file: ByteText): ByteText {
  const { certificate, authorities } = prefixing('unable to decode pkcs12 certificate with password', () =>
    readPkcs12(bytesOf(file), password, spending(call)),
  )
  return ordered([certificate, ...authorities])
    .map(({ bytes }) => encodePem('CERTIFICATE', bytes))
    .join('')
}

function ordered(certificates: readonly Certificate[]): readonly Certificate[] {
  try {
    return orderChain(certificates)
  } catch (error) {
    if (error instanceof FunctionError) return certificates
    throw error
  }
}

function keyStoreOf(call: FunctionCall, key: ByteText, blocks: readonly PemBlock[], password: ByteText): ByteText {
  const [certificate, ...authorities] = blocks.map(({ bytes }) => parseCertificate(bytes))
  if (!certificate) throw nilPointer()
  const { block } = firstBlock(key)
  return base64(writeKeyStore(parseAnyPrivateKey(block.bytes), certificate, authorities, password, writeContext(call)))
}

function trustStoreOf(call: FunctionCall, certificates: ByteText, password: ByteText): ByteText {
  const parsed = certificates === '' ? [] : allBlocks(certificates).map(({ bytes }) => parseCertificate(bytes))
  return base64(writeTrustStore(parsed, password, writeContext(call)))
}

function base64(bytes: Uint8Array): ByteText {
  return Buffer.from(bytes).toString('base64')
}

/** Where there is no block, Go dereferences a nil pointer. */
function firstBlock(text: ByteText): { readonly block: PemBlock; readonly rest: ByteText } {
  const { block, rest } = decodePem(text)
  if (!block) throw nilPointer()
  return { block, rest }
}

/** Anything behind the last block, a line break even, is to Go a block that is missing. */
function allBlocks(text: ByteText): readonly PemBlock[] {
  const blocks: PemBlock[] = []
  let { block, rest } = firstBlock(text)
  blocks.push(block)
  while (rest !== '') {
    ;({ block, rest } = firstBlock(rest))
    blocks.push(block)
  }
  return blocks
}

function nilPointer(): FunctionError {
  return new FunctionError('runtime error: invalid memory address or nil pointer dereference', true)
}

function writeContext(call: FunctionCall): WriteContext {
  return { random: call.random, spend: spending(call) }
}

/** An iteration of a key derivation is a step. */
function spending(call: FunctionCall): SpendIterations {
  return (iterations) => {
    call.step(iterations * 64)
    call.checkTime()
  }
}
