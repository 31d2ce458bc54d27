import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { NOT_IMPLEMENTED } from '../../../model/not-implemented.ts'
import { quoteName } from '../../../model/quote-name.ts'
import { SecretError } from '../../../model/secret-error.ts'
import { SecretValue } from '../../../model/secret-value.ts'
import type { Purpose } from '../checked-answer.ts'
import { type AccessToken, CLOUD_PLATFORM, type TokenSource } from './access-token.ts'
import { bearerToken, type GoogleHttp, postForToken } from './google-http.ts'
import type { CredentialFile } from './json-file.ts'

/** AIP-4111: a self-signed JWT lives for an hour at most. */
const LIFETIME_SECONDS = 3600

/**
 * Logs in with a service account's key, without asking anybody unless a token of Google's own is needed: APIs of Google's take a JWT that the key
 * signed (AIP-4111).
 * With the scope instead of an audience, as the official client does, so that it is good for regional endpoints too. `token_uri` is never used (R4).
 * Throws SecretError InvalidSpec for a file of another type or a key that cannot be read.
 */
export function serviceAccountTokens(google: GoogleHttp, file: CredentialFile, field?: string): TokenSource {
  const place = field === undefined ? {} : { place: { field } }
  if (file.type !== 'service_account') {
    throw new SecretError('InvalidSpec', 'the credential is no key of a service account (type: service_account)', {
      ...place,
      remedy: 'create one by: gcloud iam service-accounts keys create',
    })
  }
  const universe = file.optionalText('universe_domain') ?? 'googleapis.com'
  if (universe !== 'googleapis.com') {
    throw new SecretError('InvalidSpec', `the universe ${quoteName(universe)} of the service account ${NOT_IMPLEMENTED}`, place)
  }
  const email = file.text('client_email')
  const keyId = file.optionalText('private_key_id')
  const key = privateKey(file.text('private_key'))
  if (!key) {
    throw new SecretError('InvalidSpec', 'the "private_key" of the service account is no RSA key in PEM', place)
  }
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) }
  const signed = (audience: object): AccessToken => {
    const issuedAt = Math.floor(google.clock.now() / 1000)
    const expiresAt = issuedAt + LIFETIME_SECONDS
    const claims = { iss: email, sub: email, scope: CLOUD_PLATFORM, ...audience, iat: issuedAt, exp: expiresAt }
    return { token: SecretValue.fromText(signedJwt(header, claims, key)), expiresAt: expiresAt * 1000 }
  }
  return {
    obtain: async (signal) => (google.tokensOfGoogle ? exchanged(google, signed({ aud: TOKEN_AUDIENCE }), signal) : signed({})),
  }
}

/** Of assertions, wherever the endpoint is reached (Google Identity, "Using OAuth 2.0 for Server to Server Applications"). */
const TOKEN_AUDIENCE = 'https://oauth2.googleapis.com/token'

const exchange: Purpose = {
  doing: 'exchange what the key of the service account signed for a token',
  remedy: 'check that the account is enabled and the key still there, and the clock of this machine',
  of: 'login',
}

async function exchanged(google: GoogleHttp, { token }: AccessToken, signal: AbortSignal): Promise<AccessToken> {
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: new TextDecoder().decode(token.reveal()),
  })
  const answer = await postForToken(google, { url: `${google.endpoints.oauth2}/token`, body }, exchange, signal)
  return bearerToken(answer, google.clock, exchange)
}

/** Node's errors about keys are dropped: they may quote. */
function privateKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'rsa' ? key : undefined
  } catch {
    return undefined
  }
}

function signedJwt(header: object, claims: object, key: KeyObject): string {
  const content = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`
}
