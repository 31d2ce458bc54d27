import { X509Certificate } from 'node:crypto'
import { type Request, Router } from 'express'
import { answerPage, attributesOf, nameIsGood, tagsOf } from './vault-answers.ts'
import { badParameter, disabled, failWith, notFound } from './vault-failures.ts'
import type { NewProperties, VaultObjects, Version } from './vault-objects.ts'

export interface CertificateContent {
  /** DER. */
  readonly der: Uint8Array
}

/** Key Vault's certificates, as far as reading and importing them goes ("Azure Key Vault REST API reference", Certificates). */
export function certificateRoutes(certificates: VaultObjects<CertificateContent>, vaultUrl: () => string): Router {
  const router = Router()
  const bundle = (name: string, version: Version<CertificateContent>): object => certificateBundle(vaultUrl(), name, version)

  router.get('/certificates', (request, response) => {
    const items = certificates.names().map((name) => ({ id: `${vaultUrl()}/certificates/${name}` }))
    answerPage(request, response, vaultUrl(), items)
  })
  router.get(
    ['/certificates/:name', '/certificates/:name/:version'],
    (request: Request<{ name: string; version?: string }>, response) => {
      const { name, version } = request.params
      const found = certificates.get(name, version)
      if (!found) return failWith(response, notFound('Certificate', name))
      if (!found.properties.enabled) return failWith(response, disabled('Certificate'))
      response.json(bundle(name, found))
    },
  )
  router.post('/certificates/:name/import', (request: Request<{ name: string }>, response) => {
    const { name } = request.params
    const { value, ...properties } = (request.body ?? {}) as NewProperties & { value?: string }
    const der = value === undefined ? undefined : derOf(value)
    if (!nameIsGood(name) || !der) return failWith(response, badParameter('The certificate cannot be read'))
    response.json(bundle(name, certificates.put(name, { der }, properties)))
  })
  return router
}

/** The first certificate of a PEM text. */
export function derOf(pem: string): Uint8Array | undefined {
  try {
    return new X509Certificate(pem).raw
  } catch {
    return undefined
  }
}

function certificateBundle(url: string, name: string, { version, content, properties }: Version<CertificateContent>): object {
  const certificate = new X509Certificate(content.der)
  return {
    id: `${url}/certificates/${name}/${version}`,
    kid: `${url}/keys/${name}/${version}`,
    sid: `${url}/secrets/${name}/${version}`,
    x5t: Buffer.from(certificate.fingerprint.replaceAll(':', ''), 'hex').toString('base64url'),
    cer: Buffer.from(content.der).toString('base64'),
    attributes: attributesOf(properties),
    ...tagsOf(properties),
    policy: {
      id: `${url}/certificates/${name}/policy`,
      key_props: { exportable: true, kty: 'RSA', key_size: 2048, reuse_key: false },
      secret_props: { contentType: 'application/x-pem-file' },
      x509_props: { subject: certificate.subject.replaceAll('\n', ', '), validity_months: 12 },
      issuer: { name: 'Unknown' },
    },
  }
}
