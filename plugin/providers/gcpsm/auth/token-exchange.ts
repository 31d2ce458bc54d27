import type { Purpose } from '../checked-answer.ts'
import { type AccessToken, CLOUD_PLATFORM } from './access-token.ts'
import { bearerToken, type GoogleHttp, postForToken } from './google-http.ts'

/** RFC 8693, as Google's STS takes it (IAM, "Security Token Service API", method token). */
export interface TokenExchange {
  readonly url: string
  /** The provider of a workload identity pool. */
  readonly audience: string
  readonly subjectToken: string
  readonly subjectTokenType: string
  /** Only of a workforce pool: the project that the calls are counted for. */
  readonly userProject?: string | undefined
  /** Only of a workforce pool: the OAuth client, as a header. */
  readonly authorization?: string | undefined
}

export const JWT_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:jwt'
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

const purpose: Purpose = {
  doing: 'exchange the token at the Security Token Service',
  remedy:
    "check the audience, and the issuer, allowed audiences and attribute condition of the workload identity pool's provider",
  of: 'login',
}

export async function exchangeToken(google: GoogleHttp, exchange: TokenExchange, signal: AbortSignal): Promise<AccessToken> {
  const form = new URLSearchParams({
    grant_type: GRANT_TYPE,
    audience: exchange.audience,
    scope: CLOUD_PLATFORM,
    requested_token_type: ACCESS_TOKEN_TYPE,
    subject_token: exchange.subjectToken,
    subject_token_type: exchange.subjectTokenType,
  })
  if (exchange.userProject !== undefined) form.set('options', JSON.stringify({ userProject: exchange.userProject }))
  const headers = exchange.authorization === undefined ? {} : { authorization: exchange.authorization }
  return bearerToken(
    await postForToken(google, { url: exchange.url, headers, body: form }, purpose, signal),
    google.clock,
    purpose,
  )
}

const binding: Purpose = {
  doing: 'exchange the token of the ServiceAccount for one of Google',
  remedy: 'enable Workload Identity on the cluster, and check clusterProjectID, clusterLocation and clusterName',
  of: 'login',
}

/** The exchange that GKE's own metadata server does for its Pods; `pool` is `<project>.svc.id.goog`. */
export async function exchangeClusterToken(
  google: GoogleHttp,
  pool: string,
  cluster: string,
  subjectToken: string,
  signal: AbortSignal,
): Promise<AccessToken> {
  const body = {
    grant_type: GRANT_TYPE,
    subject_token_type: JWT_TOKEN_TYPE,
    requested_token_type: ACCESS_TOKEN_TYPE,
    subject_token: subjectToken,
    audience: `identitynamespace:${pool}:${cluster}`,
    scope: CLOUD_PLATFORM,
  }
  const url = `${google.endpoints.secureToken}/v1/identitybindingtoken`
  return bearerToken(await postForToken(google, { url, body }, binding, signal), google.clock, binding)
}
