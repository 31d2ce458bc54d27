import { keyStore } from './key-store.ts'
import type { TemplateShape } from './template-shape.ts'

export const jksKeystore: TemplateShape = keyStore({
  name: 'jks-keystore',
  doc: "A key store in Java's old format, of certificates and key in PEM, with the alias `certificate`, and a trust store of the authorities if there are any, with the aliases `ca`, `ca-2` and so on; both and the key have the same password, which Java's tools want six characters of. Its encryption is weak: prefer pkcs12-keystore, which Java has read since version 8.",
  password: 'password of the stores and of the key',
  extension: 'jks',
  keyStore: 'pemToJks (filterPEM "CERTIFICATE" .certificate) .key .password',
  trustStore: 'pemTruststoreToJks (filterPEM "CERTIFICATE" .ca) .password',
  begins: /^\/u3\+7Q/,
})
