import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { SecretError } from '../../../model/secret-error.ts'
import type { SecretValue } from '../../../model/secret-value.ts'
import { looksLikePkcs12, type Pkcs12, parsePkcs12 } from './pkcs12.ts'

/** A certificate of an application and its private key. */
export interface ClientCertificate {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g
const PEM_KEY = /-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]+?-----END (?:RSA )?PRIVATE KEY-----/

/**
 * The certificate and key in PEM text or in a PKCS#12 file without a password, also in base64 as Key Vault hands it out; of several
 * certificates (a chain) the one that the key belongs to. Throws SecretError InvalidSpec that says what is missing and quotes nothing.
 */
export function parseClientCertificate(value: SecretValue, field: string): ClientCertificate {
  const { key, certificates } = readFile(value.reveal())
  if (!key) throw unusable('has no readable private key', field)
  if (key.asymmetricKeyType !== 'rsa') throw unusable('has a key that is not RSA, which Entra ID does not take', field)
  if (certificates.length === 0) throw unusable('has no readable certificate', field)
  const certificate = certificates.find((one) => one.checkPrivateKey(key))
  if (!certificate) throw unusable('has no certificate that its private key belongs to', field)
  return { certificate, key }
}

function readFile(bytes: Uint8Array): Pkcs12 {
  const text = new TextDecoder().decode(bytes)
  const file = looksLikePkcs12(bytes) ? bytes : Buffer.from(text, 'base64')
  if (looksLikePkcs12(file)) return parsed(() => parsePkcs12(file)) ?? { key: undefined, certificates: [] }
  return {
    key: parsed(() => createPrivateKey(PEM_KEY.exec(text)?.[0] ?? '')),
    certificates: (text.match(PEM_CERTIFICATE) ?? []).flatMap((pem) => parsed(() => new X509Certificate(pem)) ?? []),
  }
}

/** Node's own errors may quote what they could not read. */
function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}

function unusable(what: string, field: string): SecretError {
  return new SecretError('InvalidSpec', `the client certificate ${what}`, {
    place: { field },
    remedy: 'store the certificate and its unencrypted private key as PEM, one after the other, or as PKCS#12 without a password',
  })
}
