import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { Clock } from '../../../model/clock.ts'
import { quoteName } from '../../../model/quote-name.ts'
import { SecretError } from '../../../model/secret-error.ts'
import { SecretValue } from '../../../model/secret-value.ts'
import { CLOUD_PLATFORM, type TokenSource } from './access-token.ts'
import type { CredentialFile } from './json-file.ts'

/** AIP-4111: a self-signed JWT lives for an hour at most. */
const LIFETIME_SECONDS = 3600

/**
 * Logs in with a service account's key, without asking anybody: APIs of Google's take a JWT that the key signed (AIP-4111).
 * With the scope instead of an audience, as the official client does, so that it is good for regional endpoints too. `token_uri` is never used (R4).
 * Throws SecretError InvalidSpec for a file of another type or a key that cannot be read.
 */
export function serviceAccountTokens(file: CredentialFile, clock: Clock, field?: string): TokenSource {
  const place = field === undefined ? {} : { place: { field } }
  if (file.type !== 'service_account') {
    throw new SecretError('InvalidSpec', 'the credential is no key of a service account (type: service_account)', {
      ...place,
      remedy: 'create one by: gcloud iam service-accounts keys create',
    })
  }
  const universe = file.optionalText('universe_domain') ?? 'googleapis.com'
  if (universe !== 'googleapis.com') {
    throw new SecretError(
      'InvalidSpec',
      `the universe ${quoteName(universe)} of the service account is known, not implemented`,
      place,
    )
  }
  const email = file.text('client_email')
  const keyId = file.optionalText('private_key_id')
  const key = privateKey(file.text('private_key'))
  if (!key) {
    throw new SecretError('InvalidSpec', 'the "private_key" of the service account is no RSA key in PEM', place)
  }
  return {
    async obtain() {
      const issuedAt = Math.floor(clock.now() / 1000)
      const expiresAt = issuedAt + LIFETIME_SECONDS
      const header = { alg: 'RS256', typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) }
      const claims = { iss: email, sub: email, scope: CLOUD_PLATFORM, iat: issuedAt, exp: expiresAt }
      return { token: SecretValue.fromText(signedJwt(header, claims, key)), expiresAt: expiresAt * 1000 }
    },
  }
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
