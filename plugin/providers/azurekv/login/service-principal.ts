import { SecretError } from '../../../model/secret-error.ts'
import type { SecretKeySelector } from '../../credential-source.ts'
import type { OpenContext } from '../../provider.ts'
import type { AzureKvConfig } from '../config.ts'
import { clientAssertion } from './client-assertion.ts'
import { parseClientCertificate } from './client-certificate.ts'
import { type Application, ASSERTION_TYPE } from './entra-id.ts'

/** `S{}` as a store may have it; {@link azureKvConfig} has refused those without a key. */
type StoreSelector = Omit<SecretKeySelector, 'key'> & { readonly key?: string | undefined }

export const AUTH_FIELD = 'spec.provider.azurekv.authSecretRef'

/** An application that proves itself by a secret or a certificate (`authType: ServicePrincipal`). Throws SecretError. */
export async function servicePrincipal(config: AzureKvConfig, context: OpenContext): Promise<Application> {
  const { clientId, clientSecret, clientCertificate } = config.authSecretRef ?? {}
  const id = await credentialText(clientId, 'clientId', context)
  const tenantId = config.tenantId ?? ''
  if (clientCertificate) {
    const field = `${AUTH_FIELD}.clientCertificate`
    const certificate = parseClientCertificate(
      await context.credentials.secretKey(withKey(clientCertificate, field), field),
      field,
    )
    return {
      tenantId,
      clientId: id,
      proof: async (endpoint) => ({
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: clientAssertion(certificate, id, endpoint, context),
      }),
    }
  }
  const secret = await credentialText(clientSecret, 'clientSecret', context)
  return { tenantId, clientId: id, proof: async () => ({ client_secret: secret }) }
}

/** A key of a Secret as text, without the line break that an editor leaves at its end. */
export async function credentialText(
  selector: StoreSelector | undefined,
  name: 'clientId' | 'tenantId' | 'clientSecret',
  { credentials }: OpenContext,
): Promise<string> {
  const field = `${AUTH_FIELD}.${name}`
  const value = await credentials.secretKey(withKey(selector, field), field)
  const text = new TextDecoder().decode(value.reveal()).replace(/[\r\n]+$/, '')
  if (text === '')
    throw new SecretError('InvalidSpec', `the ${name} is empty`, { place: { field }, remedy: 'put it into the Secret' })
  return text
}

function withKey(selector: StoreSelector | undefined, field: string): SecretKeySelector {
  const key = selector?.key
  if (!selector || !key)
    throw new SecretError('InvalidSpec', 'no key of a Secret is named', { place: { field }, remedy: 'name the key' })
  return { ...selector, key }
}
