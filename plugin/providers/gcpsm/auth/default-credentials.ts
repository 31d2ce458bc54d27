import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { NOT_IMPLEMENTED } from '../../../model/not-implemented.ts'
import { SecretError } from '../../../model/secret-error.ts'
import type { Purpose } from '../checked-answer.ts'
import type { TokenSource } from './access-token.ts'
import { externalAccountTokens } from './external-account.ts'
import { bearerToken, type GoogleHttp, postForToken } from './google-http.ts'
import { impersonatedEmail, impersonatedTokens } from './impersonation.ts'
import { type CredentialFile, credentialFile, parseCredentialFile } from './json-file.ts'
import type { Login } from './login.ts'
import { metadataTokens } from './metadata-server.ts'
import { serviceAccountTokens } from './service-account-key.ts'

const VARIABLE = 'GOOGLE_APPLICATION_CREDENTIALS'

/**
 * Application Default Credentials (AIP-4110): the file that GOOGLE_APPLICATION_CREDENTIALS names, else the one that
 * `gcloud auth application-default login` left, else the metadata server. Throws SecretError InvalidSpec.
 */
export async function defaultLogin(google: GoogleHttp, environment: ReadonlyMap<string, string>): Promise<Login> {
  const quotaProject = environment.get('GOOGLE_CLOUD_QUOTA_PROJECT') || undefined
  const text = await credentialText(environment)
  if (text === undefined) return { source: metadataTokens(google), project: undefined, quotaProject }
  const file = parseCredentialFile(text, 'the file of Application Default Credentials')
  return {
    source: fileTokens(google, file, environment),
    project: file.optionalText('project_id'),
    quotaProject: quotaProject ?? file.optionalText('quota_project_id'),
  }
}

async function credentialText(environment: ReadonlyMap<string, string>): Promise<string | undefined> {
  const named = environment.get(VARIABLE)
  if (named) {
    const text = await textOf(named)
    if (text !== undefined) return text
    throw new SecretError('InvalidSpec', `the file that ${VARIABLE} names cannot be read`)
  }
  const home = environment.get('HOME')
  const folder = environment.get('CLOUDSDK_CONFIG') || (home && path.join(home, '.config', 'gcloud'))
  return folder ? textOf(path.join(folder, 'application_default_credentials.json')) : undefined
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}

/** The administrator's own file: it may say where its tokens come from (R4). */
function fileTokens(google: GoogleHttp, file: CredentialFile, environment: ReadonlyMap<string, string>): TokenSource {
  switch (file.type) {
    case 'service_account':
      return serviceAccountTokens(google, file)
    case 'authorized_user':
      return userTokens(google, file)
    case 'external_account':
      return externalAccountTokens(google, file, { environment, checkUrl() {}, checkFile() {} })
    case 'impersonated_service_account':
      return impersonated(google, file, environment)
    default:
      throw new SecretError('InvalidSpec', `the type of the Application Default Credentials ${NOT_IMPLEMENTED}`, {
        remedy: 'use service_account, authorized_user, external_account or impersonated_service_account',
      })
  }
}

function impersonated(google: GoogleHttp, file: CredentialFile, environment: ReadonlyMap<string, string>): TokenSource {
  const invalid = (problem: string): SecretError =>
    new SecretError('InvalidSpec', `the source_credentials of the Application Default Credentials ${problem}`)
  const source = credentialFile(file.optionalObject('source_credentials') ?? {}, invalid)
  if (source.type === 'impersonated_service_account') throw invalid('are impersonated themselves')
  const email = impersonatedEmail(file.text('service_account_impersonation_url'), google)
  return impersonatedTokens(google, email, fileTokens(google, source, environment))
}

/** A user's refresh token (RFC 6749 6). */
function userTokens(google: GoogleHttp, file: CredentialFile): TokenSource {
  const purpose: Purpose = {
    doing: 'refresh the token of the user who is logged in to gcloud',
    remedy: 'log in again: gcloud auth application-default login',
    of: 'login',
  }
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: file.text('client_id'),
    client_secret: file.text('client_secret'),
    refresh_token: file.text('refresh_token'),
  })
  return {
    async obtain(signal) {
      const answer = await postForToken(google, { url: `${google.endpoints.oauth2}/token`, body }, purpose, signal)
      return bearerToken(answer, google.clock, purpose)
    },
  }
}
