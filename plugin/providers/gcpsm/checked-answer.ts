import { SecretError } from '../../model/secret-error.ts'
import type { HttpAnswer } from '../http-client.ts'
import { NotAllowed } from './not-allowed.ts'

/** What a refused call was for: names the right that its caller lacks. */
export interface Purpose {
  /** A verb phrase: `read the value of projects/p/secrets/s`. */
  readonly doing: string
  /** What to do about a missing right; where a login is asked for, about all that is refused. */
  readonly remedy: string
  /** What is asked for. Only of a secret does NOT_FOUND mean that there is none: a missing account or project must never cost a Secret its keys (R7). */
  readonly of: 'secret' | 'project' | 'login'
}

/** RFC 6749 5.2 and RFC 8693 2.2.2: what a token endpoint says of credentials that it does not take. */
const OAUTH_REFUSALS = new Set<unknown>([
  'invalid_grant',
  'invalid_client',
  'invalid_request',
  'invalid_target',
  'invalid_scope',
  'unauthorized_client',
])
const CHECK_LOGIN = 'check that the account or key of the store still exists, and the clock of this machine'
const CHECK_NAMES = 'check the key and the version, and the project and location of the store'
const ENABLE_SERVICE = 'enable the API in the project: gcloud services enable secretmanager.googleapis.com'

/**
 * The answer, if it is one. What Google's APIs mean by a status is in google/rpc/code.proto and AIP-193; of a failure's body only its
 * `status` is looked at, never its message. Throws SecretError.
 */
export function checkedAnswer(answer: HttpAnswer, purpose: Purpose): HttpAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer
  throw failure(answer, purpose)
}

/** The JSON object in the answer, or SecretError Unavailable: a proxy's page is no answer of Google's. */
export function jsonOf(answer: HttpAnswer, purpose: Purpose): Readonly<Record<string, unknown>> {
  const parsed = parseObject(answer.body)
  if (parsed) return parsed
  throw new SecretError('Unavailable', `the answer is not Google's: cannot ${purpose.doing}`, {
    lasting: true,
    remedy: 'check the endpoint and the proxy of this process',
  })
}

function failure(answer: HttpAnswer, purpose: Purpose): SecretError {
  const { status } = answer
  const { doing, remedy } = purpose
  const code = googleStatus(answer)
  if (status === 404 && code === 'NOT_FOUND') return notFound(purpose)
  if (status === 401) {
    const asked = purpose.of === 'login' ? remedy : CHECK_LOGIN
    return new SecretError('AccessDenied', `Google does not accept the credentials: cannot ${doing}`, { remedy: asked })
  }
  if (status === 403) {
    return new NotAllowed(`not allowed to ${doing}`, isServiceOff(answer) ? ENABLE_SERVICE : remedy)
  }
  if (status === 429) {
    return new SecretError('Throttled', `a quota of Google's is used up: cannot ${doing}`, {
      remedy: 'ask for a higher quota of Secret Manager, or render less often',
      ...retryAfter(answer),
    })
  }
  if (status === 400 && OAUTH_REFUSALS.has(code)) {
    return new SecretError('AccessDenied', `Google does not accept the credentials (${String(code)}): cannot ${doing}`, {
      remedy,
    })
  }
  if (status === 400 && code === 'INVALID_ARGUMENT') {
    const asked = purpose.of === 'login' ? remedy : CHECK_NAMES
    return new SecretError('InvalidSpec', `Google calls the request invalid: cannot ${doing}`, { remedy: asked })
  }
  // 408 comes from proxies and load balancers.
  if (status >= 500 || status === 408) {
    return new SecretError('Unavailable', `Google answers ${status}: cannot ${doing}`, {
      remedy: 'try again later; status.cloud.google.com tells of outages',
      ...retryAfter(answer),
    })
  }
  return new SecretError('Unavailable', `an unexpected answer (${status}): cannot ${doing}`, {
    lasting: true,
    remedy: 'check the endpoint and the proxy of this process',
  })
}

function notFound({ doing, remedy, of }: Purpose): SecretError {
  if (of === 'login') return new SecretError('AccessDenied', `Google knows no such account: cannot ${doing}`, { remedy })
  if (of === 'project') {
    return new SecretError('InvalidSpec', `Google knows no such project or location: cannot ${doing}`, {
      remedy: 'check projectID and location of the store',
    })
  }
  return new SecretError('NotFound', `Google knows no such secret or version: cannot ${doing}`, { remedy: CHECK_NAMES })
}

/** Seconds (RFC 9110 10.2.3); Google's front ends send no dates. */
function retryAfter(answer: HttpAnswer): { readonly retryAfterMs?: number } {
  const seconds = Number(answer.headers['retry-after'])
  return seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}
}

/** `error.status` of AIP-193, or `error` of OAuth 2; undefined for everything else. */
export function googleStatus(answer: HttpAnswer): unknown {
  const error = parseObject(answer.body)?.['error']
  return isObject(error) ? error['status'] : error
}

/** google.rpc.ErrorInfo in the details of a failure: the API is not enabled in the project. */
function isServiceOff(answer: HttpAnswer): boolean {
  const error = parseObject(answer.body)?.['error']
  const details = isObject(error) ? error['details'] : undefined
  return Array.isArray(details) && details.some((detail) => isObject(detail) && detail['reason'] === 'SERVICE_DISABLED')
}

function parseObject(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body))
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
