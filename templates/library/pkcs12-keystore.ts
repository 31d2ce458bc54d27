import { keyStore } from './key-store.ts'
import type { TemplateShape } from './template-shape.ts'

export const pkcs12Keystore: TemplateShape = keyStore({
  name: 'pkcs12-keystore',
  doc: 'A PKCS#12 key store of certificates and key in PEM, and a trust store of the authorities if there are any, both with the same password; for Java among others.',
  password: 'password of the stores',
  extension: 'p12',
  keyStore: 'fullPemToPkcs12Pass (filterPEM "CERTIFICATE" .certificate | trim) (trim .key) .password',
  trustStore: 'pemTruststoreToPKCS12Pass (filterPEM "CERTIFICATE" .ca | trim) .password',
  begins: /^MII/,
})
