import type { Clock } from '../../../model/clock.ts'
import { SecretError } from '../../../model/secret-error.ts'
import { SecretValue } from '../../../model/secret-value.ts'
import type { HttpClient } from '../../http-client.ts'
import { checkedAnswer, jsonOf, type Purpose } from '../checked-answer.ts'
import type { Endpoints } from '../endpoints.ts'
import type { AccessToken } from './access-token.ts'

/** What every login needs: the transport, the places, the time. */
export interface GoogleHttp {
  readonly http: HttpClient
  /** Without a proxy: a metadata server is at a link-local address that a proxy cannot reach, and its tokens are no proxy's business. */
  readonly direct: HttpClient
  readonly endpoints: Endpoints
  readonly clock: Clock
  /** The token is for somebody who asks Google about it: one that a key of a service account signed by itself will not do. */
  readonly tokensOfGoogle?: true
}

export interface TokenPost {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** A form is sent as one, an object as JSON. */
  readonly body: URLSearchParams | object
}

/** Posts to a token endpoint and gives the object that it answers. Throws SecretError. */
export async function postForToken(
  { http }: GoogleHttp,
  { url, headers, body }: TokenPost,
  purpose: Purpose,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const isForm = body instanceof URLSearchParams
  const answer = await http.send({
    method: 'POST',
    url: new URL(url),
    headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json', ...headers },
    body: isForm ? body.toString() : JSON.stringify(body),
    signal,
  })
  return jsonOf(checkedAnswer(answer, purpose), purpose)
}

/** An OAuth 2 token answer (RFC 6749 5.1). A missing lifetime is taken for short. */
export function bearerToken(answer: Readonly<Record<string, unknown>>, clock: Clock, purpose: Purpose): AccessToken {
  const { access_token: token, expires_in: seconds } = answer
  if (typeof token !== 'string' || token === '') throw noToken(purpose)
  const lifetime = typeof seconds === 'number' ? seconds : DEFAULT_LIFETIME_SECONDS
  return { token: SecretValue.fromText(token), expiresAt: clock.now() + lifetime * 1000 }
}

const DEFAULT_LIFETIME_SECONDS = 60

export function noToken({ doing }: Purpose): SecretError {
  return new SecretError('Unavailable', `the answer has no token: cannot ${doing}`, { lasting: true })
}
