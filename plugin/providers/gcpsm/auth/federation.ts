import { SecretError } from '../../../model/secret-error.ts'
import type { CredentialSource } from '../../credential-source.ts'
import type { Federation } from '../config.ts'
import type { AwsIdentity } from '../sdk-aws-identity.ts'
import type { TokenSource } from './access-token.ts'
import { awsSubjectTokens } from './aws-subject-token.ts'
import { type ExternalAccountRules, externalAccountTokens } from './external-account.ts'
import type { GoogleHttp } from './google-http.ts'
import { impersonatedTokens } from './impersonation.ts'
import { parseCredentialFile } from './json-file.ts'
import type { SubjectTokenSource } from './subject-token.ts'
import { exchangeToken, JWT_TOKEN_TYPE } from './token-exchange.ts'
import { ACT_AS_ANNOTATION } from './workload-identity.ts'

const FIELD = 'spec.provider.gcpsm.auth.workloadIdentityFederation'

/** `auth.workloadIdentityFederation` (external-secrets.md 7.3): exactly one source. Throws SecretError InvalidSpec. */
export async function federationTokens(
  google: GoogleHttp,
  config: Federation,
  credentials: CredentialSource,
  environment: ReadonlyMap<string, string>,
): Promise<TokenSource> {
  const { credConfig, serviceAccountRef, awsSecurityCredentials } = config
  if ([credConfig, serviceAccountRef, awsSecurityCredentials].filter(Boolean).length !== 1) {
    throw problem(FIELD, 'exactly one of credConfig, serviceAccountRef and awsSecurityCredentials must be set')
  }
  if (credConfig) return configured(google, config, credConfig, credentials, environment)
  const audience = audienceOf(config)
  if (serviceAccountRef) {
    const field = `${FIELD}.serviceAccountRef`
    const annotations = await credentials.serviceAccountAnnotations(serviceAccountRef, field)
    const selector = { ...serviceAccountRef, audiences: [audience, ...(serviceAccountRef.audiences ?? [])] }
    const subject: SubjectTokenSource = async () => ({
      text: new TextDecoder().decode((await credentials.serviceAccountToken(selector, field)).reveal()).trim(),
      type: JWT_TOKEN_TYPE,
    })
    return actingAs(
      google,
      config.gcpServiceAccountEmail || annotations?.get(ACT_AS_ANNOTATION),
      exchanged(google, audience, subject),
    )
  }
  const subject = awsSubjectTokens(audience, () => awsIdentity(awsSecurityCredentials, credentials))
  return actingAs(google, config.gcpServiceAccountEmail, exchanged(google, audience, subject))
}

function audienceOf({ audience }: Federation): string {
  if (audience) return audience
  throw problem(`${FIELD}.audience`, 'the audience is needed for serviceAccountRef and awsSecurityCredentials')
}

function exchanged(google: GoogleHttp, audience: string, subject: SubjectTokenSource): TokenSource {
  return {
    async obtain(signal) {
      const { text, type } = await subject(signal)
      const exchange = { url: `${google.endpoints.sts}/v1/token`, audience, subjectToken: text, subjectTokenType: type }
      return exchangeToken(google, exchange, signal)
    },
  }
}

function actingAs(google: GoogleHttp, email: string | undefined, caller: TokenSource): TokenSource {
  return email ? impersonatedTokens(google, email, caller) : caller
}

/** The external_account configuration that a ConfigMap holds. */
async function configured(
  google: GoogleHttp,
  config: Federation,
  credConfig: NonNullable<Federation['credConfig']>,
  credentials: CredentialSource,
  environment: ReadonlyMap<string, string>,
): Promise<TokenSource> {
  const field = `${FIELD}.credConfig`
  // A CA bundle is the text of a ConfigMap's key, looked up by the same rules.
  const text = await credentials.caBundle({ type: 'ConfigMap', ...credConfig }, field)
  const file = parseCredentialFile(text, 'the credential configuration', field)
  if (file.type !== 'external_account') throw problem(field, 'the credential configuration is not of type external_account')
  return actingAs(google, config.gcpServiceAccountEmail, externalAccountTokens(google, file, storeRules(config, environment)))
}

/** Who writes a store's configuration is not who runs this process: its own token is no source, and the URL is said twice. */
function storeRules(config: Federation, environment: ReadonlyMap<string, string>): ExternalAccountRules {
  return {
    environment,
    checkUrl(url) {
      if (url === config.externalTokenEndpoint) return
      throw problem(`${FIELD}.externalTokenEndpoint`, 'externalTokenEndpoint and the credential_source.url must be the same')
    },
    checkFile(path) {
      if (!/^(\/var)?\/run\/secrets\//.test(path)) return
      throw problem(`${FIELD}.credConfig`, "the credential_source.file is this process's own token, which is no source", {
        remedy: 'use serviceAccountRef',
      })
    },
  }
}

/** The key names are those of external-secrets.io/v1, AwsCredentialsConfig. */
async function awsIdentity(config: Federation['awsSecurityCredentials'], credentials: CredentialSource): Promise<AwsIdentity> {
  if (!config) throw problem(FIELD, 'awsSecurityCredentials is missing')
  const field = `${FIELD}.awsSecurityCredentials.awsCredentialsSecretRef`
  const read = async (key: string): Promise<string> => {
    const value = await credentials.secretKey({ ...config.awsCredentialsSecretRef, key }, field)
    return new TextDecoder().decode(value.reveal()).trim()
  }
  return {
    region: config.region,
    accessKeyId: await read('aws_access_key_id'),
    secretAccessKey: await read('aws_secret_access_key'),
    sessionToken: await read('aws_session_token').catch(absent),
  }
}

/** Long-lived keys have no session token. */
function absent(thrown: unknown): undefined {
  if (thrown instanceof SecretError && thrown.kind === 'InvalidSpec') return undefined
  throw thrown
}

function problem(field: string, message: string, details: { readonly remedy?: string } = {}): SecretError {
  return new SecretError('InvalidSpec', message, { place: { field }, ...details })
}
