import { EXAMPLE_CERTIFICATE, EXAMPLE_KEY, EXAMPLE_PASSWORD } from './example-certificate.ts'
import { optional, required, type TemplateShape } from './template-shape.ts'

/** What one format of key stores has that another has not. */
export interface KeyStoreFormat {
  readonly name: string
  readonly doc: string
  /** What the password is of. */
  readonly password: string
  /** Of the files' names. */
  readonly extension: string
  /** Templates of the stores, in base64. */
  readonly keyStore: string
  readonly trustStore: string
  /** How a store begins, in base64. */
  readonly begins: RegExp
}

/** The shape of a key store of certificates and key, and of a trust store where authorities are given. */
export function keyStore({ name, doc, password, extension, keyStore: keys, trustStore, begins }: KeyStoreFormat): TemplateShape {
  const files = { keys: `keystore.${extension}`, trust: `truststore.${extension}` }
  return {
    name,
    doc,
    inputs: [
      required('certificate', 'certificates in PEM, the leaf first', 'certificate'),
      required('key', 'private key in PEM', 'private key'),
      required('password', password, 'line'),
      optional('ca', 'certificates of the authorities in PEM', 'certificate'),
    ],
    data: [
      { key: files.keys, text: `{{ ${keys} | b64dec }}` },
      { key: files.trust, text: `{{ ${trustStore} | b64dec }}`, onlyWith: 'ca' },
      { key: 'password', text: '{{ .password }}' },
    ],
    example: {
      values: { certificate: EXAMPLE_CERTIFICATE, key: EXAMPLE_KEY, password: EXAMPLE_PASSWORD, ca: EXAMPLE_CERTIFICATE },
      gives: { [files.keys]: begins, [files.trust]: begins, password: EXAMPLE_PASSWORD },
    },
  }
}
