import type { Clock } from '../../../model/clock.ts'
import { SecretError } from '../../../model/secret-error.ts'
import type { HttpAnswer, HttpClient } from '../../http-client.ts'
import { retryAfterMsOf } from '../azure-headers.ts'
import type { Login } from './access-token.ts'
import { accessToken } from './token-answer.ts'

/** The link-local address of the Instance Metadata Service ("How to use managed identities on an Azure VM to acquire an access token"). */
const IMDS = 'http://169.254.169.254'

export interface ManagedIdentity {
  /** The resource, without `/.default`. */
  readonly resource: string
  /** Client id of a user-assigned identity; the system-assigned one without it. */
  readonly identityId: string | undefined
}

/** `http` must not go through a proxy: the endpoints are this machine's own. */
export interface ManagedIdentityPorts {
  readonly http: HttpClient
  readonly environment: ReadonlyMap<string, string>
  readonly clock: Clock
}

/**
 * The token of the machine's identity: from App Service's endpoint when the environment names one, else from IMDS, whose host
 * `AZURE_POD_IDENTITY_AUTHORITY_HOST` replaces as in the SDKs.
 */
export function managedIdentityLogin(identity: ManagedIdentity, { http, environment, clock }: ManagedIdentityPorts): Login {
  return async (signal) => {
    const { url, headers } = tokenRequest(identity, environment)
    const answer = await http.send({ method: 'GET', url, headers, signal })
    if (answer.status !== 200) throw managedIdentityError(answer, url.host, identity)
    return accessToken(answer, clock, url.host)
  }
}

function tokenRequest(
  { resource, identityId }: ManagedIdentity,
  environment: ReadonlyMap<string, string>,
): { readonly url: URL; readonly headers: Readonly<Record<string, string>> } {
  const [endpoint, header] = [environment.get('IDENTITY_ENDPOINT'), environment.get('IDENTITY_HEADER')]
  const appService = endpoint && header
  const imds = `${(environment.get('AZURE_POD_IDENTITY_AUTHORITY_HOST') || IMDS).replace(/\/+$/, '')}/metadata/identity/oauth2/token`
  const url = URL.parse(appService ? endpoint : imds)
  if (!url) {
    const variable = appService ? 'IDENTITY_ENDPOINT' : 'AZURE_POD_IDENTITY_AUTHORITY_HOST'
    throw new SecretError('InvalidSpec', `${variable} is not a URL`, { remedy: 'correct it in the environment of this process' })
  }
  url.searchParams.set('api-version', appService ? '2019-08-01' : '2018-02-01')
  url.searchParams.set('resource', resource)
  if (identityId) url.searchParams.set('client_id', identityId)
  return { url, headers: appService ? { 'X-IDENTITY-HEADER': header } : { Metadata: 'true' } }
}

/** IMDS says 400 for an identity that it does not have; 404, 410, 429 and 5xx are to be tried again (same page, "Retry guidance"). */
function managedIdentityError(answer: HttpAnswer, host: string, { identityId }: ManagedIdentity): SecretError {
  const { status } = answer
  const retryAfterMs = retryAfterMsOf(answer)
  const details = {
    remedy: 'see that this machine has a managed identity, and render again',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
  if (status === 429) return new SecretError('Throttled', `${host} has too many requests for tokens (HTTP 429)`, details)
  if (status >= 500 || status === 404 || status === 410) {
    return new SecretError('Unavailable', `${host} gave no token (HTTP ${status})`, details)
  }
  return new SecretError(
    'AccessDenied',
    `${host} refused a token of the ${identityId ? 'user' : 'system'}-assigned identity (HTTP ${status})`,
    {
      remedy: identityId
        ? 'assign the identity to this machine, and check that identityId is its client id'
        : 'give this machine a system-assigned identity, or name a user-assigned one by identityId',
    },
  )
}
