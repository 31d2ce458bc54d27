import { type ByteText, byteTextOf } from '../byte-text.ts'
import { type Certificate, parseCertificate } from '../certificates/certificate.ts'
import { certificatesOfPem, isRoot, orderChain } from '../certificates/certificate-chain.ts'
import { decodeAllPem, decodePem, encodePem } from '../certificates/pem.ts'
import { FunctionError } from '../function-error.ts'
import { types } from '../go-type.ts'
import { prefixing } from '../prefix-error.ts'
import { listOfTexts } from '../value.ts'
import type { TemplateFunction } from './template-function.ts'

const PEM = '-----BEGIN A-----\nAAAA\n-----END A-----\n'
const PEM_ESCAPED = PEM.replaceAll('\n', '\\n')
const CHAIN = '(genCAWithKey "ca.example" 1 (genPrivateKey "ed25519"))'

/** PEM blocks picked and looked into. No certificate is verified. */
export const pemFunctions: readonly TemplateFunction[] = [
  {
    name: 'filterPEM',
    parameters: [
      { name: 'type', type: types.string },
      { name: 'text', type: types.string },
    ],
    returns: types.string,
    doc: 'The PEM blocks of this type, such as `CERTIFICATE`, upper and lower case being the same.',
    source: 'External Secrets',
    example: { go: `{{filterPEM "A" "${PEM_ESCAPED}"}}`, handlebars: `{{filterPEM "A" "${PEM}"}}`, gives: PEM },
    safeMessage: true,
    run: (call) => filterPem(call.text(0), call.text(1)),
  },
  {
    name: 'filterCertChain',
    parameters: [
      { name: 'part', type: types.string },
      { name: 'text', type: types.string },
    ],
    returns: types.string,
    doc: 'The `leaf`, the `intermediate` certificates or the `root` of a chain in PEM, whatever its order; nothing where the chain has none.',
    source: 'External Secrets',
    example: {
      go: `{{filterCertChain "root" ${CHAIN}.Cert | trunc 27}}`,
      handlebars: `{{#with ${CHAIN} as |ca|}}{{trunc 27 (filterCertChain "root" ca.Cert)}}{{/with}}`,
      gives: '-----BEGIN CERTIFICATE-----',
    },
    safeMessage: false,
    run: (call) => pemOf(partOf(call.text(0), orderChain(certificatesOfPem(call.text(1))))),
  },
  {
    name: 'certSANs',
    parameters: [{ name: 'text', type: types.string }],
    returns: types.stringList,
    doc: 'The names of the first certificate in PEM: DNS names, then IP addresses, e-mail addresses and URIs.',
    source: 'External Secrets',
    example: {
      go: '{{join "," (certSANs (genSelfSignedCertWithKey "a" (list "::1") (list "a.example") 1 (genPrivateKey "ed25519")).Cert)}}',
      handlebars:
        '{{#with (genSelfSignedCertWithKey "a" (list "::1") (list "a.example") 1 (genPrivateKey "ed25519")) as |made|}}{{join "," (certSANs made.Cert)}}{{/with}}',
      gives: 'a.example,::1',
    },
    safeMessage: false,
    run: (call) => listOfTexts(namesOf(call.text(0))),
  },
]

/** What stands before the first block is passed over, even where the block does not start a line. */
function withoutStart(text: ByteText): ByteText {
  return text.slice(Math.max(0, text.indexOf('-----BEGIN')))
}

function filterPem(type: ByteText, text: ByteText): ByteText {
  const { blocks, rest } = decodeAllPem(withoutStart(text))
  const wanted = blocks.filter((block) => block.type.toLowerCase() === type.toLowerCase())
  if (wanted.length === 0 && rest !== '') throw new FunctionError('error filtering pem: found junk', true)
  return wanted.map((block) => encodePem(block.type, block.bytes, block.headers)).join('')
}

function partOf(part: ByteText, chain: readonly Certificate[]): readonly Certificate[] {
  const [first, ...others] = chain
  const last = chain.at(-1)
  if (part === 'leaf') return first && !isRoot(first) ? [first] : []
  if (part === 'root') return last && isRoot(last) ? [last] : []
  const root = others.findIndex(isRoot)
  return part === 'intermediate' ? others.slice(0, root < 0 ? undefined : root) : []
}

function pemOf(certificates: readonly Certificate[]): ByteText {
  return certificates.map(({ bytes }) => encodePem('CERTIFICATE', bytes)).join('')
}

function namesOf(text: ByteText): readonly ByteText[] {
  const { block } = decodePem(withoutStart(text))
  if (!block) throw new FunctionError('failed to decode PEM block', true)
  const { names } = prefixing('failed to parse certificate', () => parseCertificate(block.bytes))
  return [...names.dns, ...names.addresses, ...names.emails, ...names.uris].map(byteTextOf)
}
