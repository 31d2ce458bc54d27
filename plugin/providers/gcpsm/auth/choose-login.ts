import { SecretError } from '../../../model/secret-error.ts'
import type { CredentialSource } from '../../credential-source.ts'
import type { GcpSmConfig } from '../config.ts'
import { defaultLogin } from './default-credentials.ts'
import { federationTokens } from './federation.ts'
import type { GoogleHttp } from './google-http.ts'
import { parseCredentialFile } from './json-file.ts'
import type { Login } from './login.ts'
import { serviceAccountTokens } from './service-account-key.ts'
import { workloadIdentityTokens } from './workload-identity.ts'

/**
 * The login of a store: the first that is there of secretRef, workloadIdentity, workloadIdentityFederation, Application Default Credentials
 * (external-secrets.md 7.3). `auth` without a usable method means the default (R4). Throws SecretError.
 */
export async function chooseLogin(
  google: GoogleHttp,
  config: GcpSmConfig,
  credentials: CredentialSource,
  environment: ReadonlyMap<string, string>,
): Promise<Login> {
  const { secretRef, workloadIdentity, workloadIdentityFederation } = config.auth ?? {}
  if (secretRef?.secretAccessKeySecretRef) return keyLogin(google, secretRef.secretAccessKeySecretRef, credentials)
  if (workloadIdentity) {
    const source = await workloadIdentityTokens(google, workloadIdentity, config.projectID, credentials)
    return { source, project: workloadIdentity.clusterProjectID, quotaProject: undefined }
  }
  if (workloadIdentityFederation) {
    const source = await federationTokens(google, workloadIdentityFederation, credentials, environment)
    return { source, project: undefined, quotaProject: undefined }
  }
  return defaultLogin(google, environment)
}

type KeyRef = NonNullable<NonNullable<NonNullable<GcpSmConfig['auth']>['secretRef']>['secretAccessKeySecretRef']>

async function keyLogin(google: GoogleHttp, { key, ...ref }: KeyRef, credentials: CredentialSource): Promise<Login> {
  const field = 'spec.provider.gcpsm.auth.secretRef.secretAccessKeySecretRef'
  if (key === undefined) {
    throw new SecretError('InvalidSpec', 'the key of the Secret is missing', { place: { field: `${field}.key` } })
  }
  const value = await credentials.secretKey({ ...ref, key }, field)
  const file = parseCredentialFile(new TextDecoder().decode(value.reveal()), 'the key of the service account', field)
  return {
    source: serviceAccountTokens(google, file, field),
    project: file.optionalText('project_id'),
    quotaProject: undefined,
  }
}
