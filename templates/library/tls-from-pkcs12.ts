import { EXAMPLE_CERTIFICATE, EXAMPLE_KEY, EXAMPLE_PASSWORD, EXAMPLE_PKCS12 } from './example-certificate.ts'
import { optional, required, type TemplateShape } from './template-shape.ts'

/** DER starts with the bytes 30 82 or 30 80, its Base64 with MI: no file is taken for the other. */
const FILE = '{{- $file := .pkcs12 }}{{ if hasPrefix "MI" $file }}{{ $file = nospace $file | b64dec }}{{ end -}}'
const PASSWORD = '(index . "password" | default "")'

export const tlsFromPkcs12: TemplateShape = {
  name: 'tls-from-pkcs12',
  doc: 'The certificates and the key of a PKCS#12 file in PEM. The file may come as bytes or in Base64, as certificate stores export it.',
  inputs: [
    required('pkcs12', 'PKCS#12 file, also in Base64', 'bytes'),
    optional('password', 'password of the file; the empty one without it', 'text'),
  ],
  type: 'kubernetes.io/tls',
  data: [
    { key: 'tls.crt', text: `${FILE}{{ pkcs12certPass ${PASSWORD} $file }}` },
    { key: 'tls.key', text: `${FILE}{{ pkcs12keyPass ${PASSWORD} $file }}` },
  ],
  example: {
    values: { pkcs12: EXAMPLE_PKCS12, password: EXAMPLE_PASSWORD },
    gives: { 'tls.crt': EXAMPLE_CERTIFICATE, 'tls.key': EXAMPLE_KEY },
  },
}
