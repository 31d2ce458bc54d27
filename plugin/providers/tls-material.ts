import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { SecretError } from '../model/secret-error.ts'
import type { CredentialSource } from './credential-source.ts'

const PEM = /-----BEGIN [A-Z ]*CERTIFICATE-----/

/**
 * The PEM text of a CA bundle given as PEM or as base64 of PEM; its first certificate must parse (external-secrets.md 5.3).
 * Throws SecretError InvalidSpec.
 */
function caPem(bundle: string, field: string): string {
  const pem = PEM.test(bundle) ? bundle : Buffer.from(bundle, 'base64').toString('utf8')
  if (!PEM.test(pem) || !certificateOf(pem)) {
    throw new SecretError('InvalidSpec', 'the CA bundle has no certificate that can be read', {
      place: { field },
      remedy: 'give PEM, or base64 of PEM',
    })
  }
  return pem
}

/** Where a store says whom to trust; a CA bundle wins over a CA provider (external-secrets.md 5.3). */
export interface TrustFields {
  readonly caBundle?: string | undefined
  readonly caProvider?:
    | {
        readonly type: 'Secret' | 'ConfigMap'
        readonly name: string
        readonly key?: string | undefined
        readonly namespace?: string | undefined
      }
    | undefined
}

/** PEM of the authorities that a store names, `undefined` where it names none. `prefix` is the path of its fields. Throws SecretError. */
export async function trustedCa(
  { caBundle, caProvider }: TrustFields,
  credentials: CredentialSource,
  prefix: string,
): Promise<string | undefined> {
  if (caBundle !== undefined && caBundle !== '') return caPem(caBundle, `${prefix}.caBundle`)
  if (!caProvider) return undefined
  const field = `${prefix}.caProvider`
  const { key } = caProvider
  if (key === undefined)
    throw new SecretError('InvalidSpec', 'the key of the authorities is missing', { place: { field: `${field}.key` } })
  return caPem(await credentials.caBundle({ ...caProvider, key }, field), field)
}

/** A client certificate and its key that belong together. Throws SecretError InvalidSpec. */
export function clientCertificate(cert: string, key: string, field: string): { readonly cert: string; readonly key: string } {
  const certificate = certificateOf(cert)
  const privateKey = privateKeyOf(key)
  if (!certificate || !privateKey || !certificate.checkPrivateKey(privateKey)) {
    const what = certificate
      ? privateKey
        ? 'the key is not that of the certificate'
        : 'the key cannot be read'
      : 'the certificate cannot be read'
    throw new SecretError('InvalidSpec', `no client certificate: ${what}`, {
      place: { field },
      remedy: 'give both as PEM, the key without a passphrase',
    })
  }
  return { cert, key }
}

/** Node's own error is dropped: it may quote what it could not read. */
function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
