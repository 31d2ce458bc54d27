import { SecretError } from '../../../model/secret-error.ts'
import { SecretValue } from '../../../model/secret-value.ts'
import type { Purpose } from '../checked-answer.ts'
import { CLOUD_PLATFORM, type TokenSource } from './access-token.ts'
import { type GoogleHttp, noToken, postForToken } from './google-http.ts'

const EMAIL = /^[\w.+-]+@[\w.-]+$/

/**
 * Acts as the service account `email`, by a token of `caller` (IAM Credentials API, generateAccessToken).
 * Throws SecretError InvalidSpec when `email` is none.
 */
export function impersonatedTokens(google: GoogleHttp, email: string, caller: TokenSource): TokenSource {
  if (!EMAIL.test(email)) throw new SecretError('InvalidSpec', 'the service account to act as is not given by its e-mail address')
  const purpose: Purpose = {
    doing: `act as the service account ${email}`,
    remedy: 'grant roles/iam.workloadIdentityUser (or roles/iam.serviceAccountTokenCreator) on it to whoever logs in',
    of: 'login',
  }
  const url = `${google.endpoints.iamCredentials}/v1/projects/-/serviceAccounts/${encodeURIComponent(email)}:generateAccessToken`
  return {
    async obtain(signal) {
      const { token } = await caller.obtain(signal)
      const headers = { authorization: `Bearer ${new TextDecoder().decode(token.reveal())}` }
      const answer = await postForToken(google, { url, headers, body: { scope: [CLOUD_PLATFORM] } }, purpose, signal)
      const { accessToken, expireTime } = answer
      const expiresAt = Date.parse(String(expireTime))
      if (typeof accessToken !== 'string' || Number.isNaN(expiresAt)) throw noToken(purpose)
      return { token: SecretValue.fromText(accessToken), expiresAt }
    },
  }
}

/** The account in an impersonation URL of a credential file, if it is one of Google's; only the account is taken from it. */
export function impersonatedEmail(url: string, google: GoogleHttp): string {
  const parsed = URL.parse(url)
  const email = /\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(parsed?.pathname ?? '')?.[1]
  const isGoogles = parsed && (parsed.origin === google.endpoints.iamCredentials || isGoogleHost(parsed, 'iamcredentials'))
  if (email === undefined || !isGoogles) {
    throw new SecretError('InvalidSpec', 'the service_account_impersonation_url of the credential is none of Google')
  }
  return decodeURIComponent(email)
}

/** A service's global, regional or private host (Google Cloud, "Regional endpoints", "Private Service Connect"). */
export function isGoogleHost(url: URL, service: string): boolean {
  const host = new RegExp(`^${service}(\\.[a-z0-9-]+\\.rep)?\\.googleapis\\.com$|^${service}-[a-z0-9-]+\\.p\\.googleapis\\.com$`)
  return url.protocol === 'https:' && host.test(url.host)
}
