import type { ByteText } from '../byte-text.ts'
import { type Certificate, parseCertificate } from '../certificates/certificate.ts'
import { parseAnyPrivateKey } from '../certificates/parse-private-key.ts'
import { decodeAllPem } from '../certificates/pem.ts'
import type { Pkcs8Key } from '../certificates/private-key.ts'
import { FunctionError } from '../function-error.ts'
import { types } from '../go-type.ts'
import { jksPassword } from '../jks/jks-password.ts'
import { writeJksKeyStore, writeJksTrustStore } from '../jks/write-jks.ts'
import type { FunctionCall, Parameter, TemplateFunction } from './template-function.ts'

const CERTIFICATES: Parameter = { name: 'certificates', type: types.string }
const KEY: Parameter = { name: 'key', type: types.string }
const PASSWORD: Parameter = { name: 'password', type: types.string }

/** Aliases as cert-manager gives them, so that one keeps the settings of the programs that read the file. */
const KEY_ALIAS = 'certificate'
const AUTHORITY_ALIAS = 'ca'

const MADE = 'genCAWithKey "a" 1 (genPrivateKey "ed25519")'
/** How a JKS file starts in Base64. */
const STORE = /^\/u3\+7QAAAAI[A-Za-z0-9+/]+=*$/

/** Java's old key store format. External Secrets has no functions for it: these are ours. */
export const jksFunctions: readonly TemplateFunction[] = [
  {
    name: 'pemToJks',
    parameters: [CERTIFICATES, KEY, PASSWORD],
    returns: types.string,
    doc: `A JKS key store of the certificates and the key in PEM, the leaf first, with the alias \`${KEY_ALIAS}\`, in Base64. External Secrets Operator does not know it.`,
    source: 'argocd-external-secrets',
    example: {
      go: `{{with ${MADE}}}{{pemToJks .Cert .Key "changeit"}}{{end}}`,
      handlebars: `{{#with (${MADE}) as |made|}}{{pemToJks made.Cert made.Key "changeit"}}{{/with}}`,
      gives: STORE,
    },
    safeMessage: false,
    random: 'seeded',
    run: (call) => {
      const key = keyOf(call, 1)
      const password = jksPassword(call.text(2))
      const chain = certificatesOf(call, 0)
      return base64(writeJksKeyStore(KEY_ALIAS, key, chain, password, call.random))
    },
  },
  {
    name: 'pemTruststoreToJks',
    parameters: [CERTIFICATES, PASSWORD],
    returns: types.string,
    doc: `A JKS trust store of the certificates in PEM, with the aliases \`${AUTHORITY_ALIAS}\`, \`${AUTHORITY_ALIAS}-2\` and so on, in Base64. External Secrets Operator does not know it.`,
    source: 'argocd-external-secrets',
    example: {
      go: `{{with ${MADE}}}{{pemTruststoreToJks .Cert "changeit"}}{{end}}`,
      handlebars: `{{#with (${MADE}) as |made|}}{{pemTruststoreToJks made.Cert "changeit"}}{{/with}}`,
      gives: STORE,
    },
    safeMessage: false,
    run: (call) => {
      const aliased = certificatesOf(call, 0).map((certificate, index) => [aliasOf(index), certificate] as const)
      return base64(writeJksTrustStore(new Map(aliased), jksPassword(call.text(1))))
    },
  },
]

function aliasOf(index: number): string {
  return index === 0 ? AUTHORITY_ALIAS : `${AUTHORITY_ALIAS}-${index + 1}`
}

/** OpenSSL writes the parameters of an EC key before it. */
function keyOf(call: FunctionCall, index: number): Pkcs8Key {
  const { blocks } = decodeAllPem(call.text(index))
  const block = blocks.find(({ type }) => type.endsWith('PRIVATE KEY')) ?? fail('there is no private key in PEM')
  call.step(block.bytes.length)
  return parseAnyPrivateKey(block.bytes)
}

function certificatesOf(call: FunctionCall, index: number): readonly Certificate[] {
  const { blocks } = decodeAllPem(call.text(index))
  if (blocks.length === 0) fail('there is no certificate in PEM')
  return blocks.map(({ bytes }) => {
    call.step(bytes.length)
    return parseCertificate(bytes)
  })
}

function base64(bytes: Uint8Array): ByteText {
  return Buffer.from(bytes).toString('base64')
}

function fail(message: string): never {
  throw new FunctionError(message, true)
}
