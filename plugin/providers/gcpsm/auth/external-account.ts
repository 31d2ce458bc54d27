import { readFile, realpath } from 'node:fs/promises'
import { NOT_IMPLEMENTED } from '../../../model/not-implemented.ts'
import { SecretError } from '../../../model/secret-error.ts'
import { checkedAnswer } from '../checked-answer.ts'
import type { TokenSource } from './access-token.ts'
import { ambientAwsIdentity, awsSubjectTokens } from './aws-subject-token.ts'
import type { GoogleHttp } from './google-http.ts'
import { impersonatedEmail, impersonatedTokens, isGoogleHost } from './impersonation.ts'
import { type CredentialFile, credentialFile } from './json-file.ts'
import type { SubjectTokenSource } from './subject-token.ts'
import { exchangeToken } from './token-exchange.ts'

/** What the writer of an external_account file may make this process do. */
export interface ExternalAccountRules {
  readonly environment: ReadonlyMap<string, string>
  /** Checks `credential_source.url`; throws SecretError. */
  checkUrl(url: string): void
  /** Checks `credential_source.file`, symbolic links followed; throws SecretError. */
  checkFile(path: string): void
}

/**
 * Logs in by a file of `type: external_account` (AIP-4117): a token from a file, a URL or AWS is exchanged at Google's STS.
 * Only Google's own hosts get the token, whatever the file says. Throws SecretError InvalidSpec.
 */
export function externalAccountTokens(google: GoogleHttp, file: CredentialFile, rules: ExternalAccountRules): TokenSource {
  const audience = file.text('audience')
  const url = stsUrl(file.text('token_url'), google)
  const subject = subjectTokens(google, file, audience, rules)
  const federated: TokenSource = {
    async obtain(signal) {
      const { text, type } = await subject(signal)
      const exchange = { url, audience, subjectToken: text, subjectTokenType: type, ...workforce(file) }
      return exchangeToken(google, exchange, signal)
    },
  }
  const impersonation = file.optionalText('service_account_impersonation_url')
  return impersonation === undefined ? federated : impersonatedTokens(google, impersonatedEmail(impersonation, google), federated)
}

function stsUrl(text: string, google: GoogleHttp): string {
  const url = URL.parse(text)
  if (url?.origin === 'https://sts.googleapis.com' || url?.origin === google.endpoints.sts)
    return google.endpoints.sts + url.pathname
  if (url && isGoogleHost(url, 'sts')) return url.href
  throw new SecretError('InvalidSpec', 'the token_url of the external_account credential is not the one of Google', {
    remedy: 'use https://sts.googleapis.com/v1/token',
  })
}

/** Files of a workforce pool name an OAuth client or the project that pays. */
function workforce(file: CredentialFile): { readonly userProject?: string; readonly authorization?: string } {
  const client = file.optionalText('client_id')
  if (client !== undefined) {
    const pair = `${client}:${file.optionalText('client_secret') ?? ''}`
    return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
  }
  const userProject = file.optionalText('workforce_pool_user_project')
  return userProject === undefined ? {} : { userProject }
}

function subjectTokens(
  google: GoogleHttp,
  file: CredentialFile,
  audience: string,
  rules: ExternalAccountRules,
): SubjectTokenSource {
  const type = file.text('subject_token_type')
  const invalid = (problem: string): SecretError =>
    new SecretError('InvalidSpec', `the credential_source of the external_account credential ${problem}`)
  const object = file.optionalObject('credential_source')
  if (!object) throw invalid('is missing')
  const source = credentialFile({ type: 'credential_source', ...object }, invalid)
  if (source.optionalText('environment_id') !== undefined)
    return awsSubjectTokens(audience, ambientAwsIdentity(google, source, rules.environment))
  const format = formatOf(source, invalid)
  const path = source.optionalText('file')
  if (path !== undefined) return async () => ({ type, text: format(await fileText(path, rules)) })
  const url = source.optionalText('url')
  if (url === undefined) throw invalid(`is of a kind (executable or certificate) that ${NOT_IMPLEMENTED}`)
  rules.checkUrl(url)
  return async (signal) => ({ type, text: format(await urlText(google, url, source, signal)) })
}

async function fileText(path: string, rules: ExternalAccountRules): Promise<string> {
  const real = await realpath(path).catch(() => path)
  rules.checkFile(real)
  try {
    return await readFile(real, 'utf8')
  } catch {
    throw new SecretError('InvalidSpec', 'the credential_source.file of the external_account credential cannot be read')
  }
}

async function urlText(google: GoogleHttp, text: string, source: CredentialFile, signal: AbortSignal): Promise<string> {
  const url = URL.parse(text)
  if (!url) throw new SecretError('InvalidSpec', 'the credential_source.url of the external_account credential is no URL')
  const purpose = {
    doing: `get the subject token from ${url.host}`,
    remedy: 'check the credential_source of the external_account credential',
    of: 'login' as const,
  }
  const given = Object.entries(source.optionalObject('headers') ?? {})
  const headers = Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
  return new TextDecoder().decode(checkedAnswer(await google.http.send({ method: 'GET', url, headers, signal }), purpose).body)
}

/** How the token lies in what the source gives: as the text, or as a member of a JSON object. */
function formatOf(source: CredentialFile, invalid: (problem: string) => SecretError): (text: string) => string {
  const format = source.optionalObject('format')
  if (!format || (format['type'] ?? 'text') === 'text') return (text) => text.trim()
  const member = format['subject_token_field_name']
  if (format['type'] !== 'json' || typeof member !== 'string') throw invalid('has a format that is not known')
  return (text) => {
    const token = memberOf(text, member)
    if (token !== undefined) return token
    throw new SecretError('Unavailable', 'the credential_source of the external_account credential gives no subject token', {
      lasting: true,
    })
  }
}

function memberOf(text: string, member: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    const value: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, member) : undefined
    return typeof value === 'string' && value !== '' ? value : undefined
  } catch {
    return undefined
  }
}
