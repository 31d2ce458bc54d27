import { type ErrorDetails, SecretError } from '../model/secret-error.ts'
import type { HttpAnswer } from '../providers/http-client.ts'

/** What somebody can do about a refusal, as an imperative. */
export interface Remedies {
  /** The credentials are not taken, or lack a right. */
  readonly denied: string
  /** A name in the request means nothing to the party, or the request is invalid. */
  readonly invalid: string
}

interface Step {
  readonly doing: string
  readonly remedies: Remedies
}

/** Why `party` did not do it, from the status of its answer; its own words are not repeated (R18). */
export function partyFailure(party: string, step: Step, answer: HttpAnswer): SecretError {
  const { status } = answer
  const { doing, remedies } = step
  if (status >= 300 && status < 400) {
    return new SecretError(
      'Unavailable',
      `${party} sends to another address (status ${status}), which is not followed: cannot ${doing}`,
      {
        lasting: true,
        remedy: 'correct the URL: write the address that it sends to',
      },
    )
  }
  if (status === 429 || isRateLimit(answer)) {
    const remedy = 'refresh less often, or share one token'
    return new SecretError('Throttled', `${party} allows no more requests now (status ${status}): cannot ${doing}`, {
      remedy,
      ...retryAfter(answer),
    })
  }
  if (status === 401) {
    return new SecretError('AccessDenied', `${party} does not accept the credentials: cannot ${doing}`, {
      remedy: remedies.denied,
    })
  }
  if (status === 403) return new SecretError('AccessDenied', `${party} does not allow to ${doing}`, { remedy: remedies.denied })
  if (status === 404) return missing(party, step, answer)
  if (status === 400 || status === 409 || status === 422) {
    return new SecretError('InvalidSpec', `${party} calls the request invalid (status ${status}): cannot ${doing}`, {
      remedy: remedies.invalid,
    })
  }
  if (status >= 500 || status === 408) {
    return new SecretError('Unavailable', `${party} failed (status ${status}): cannot ${doing}`, {
      remedy: 'try again later',
      ...retryAfter(answer),
    })
  }
  return unexpected(party, step, answer)
}

/** An answer that says that all is well, and is none of the party's. */
export function notTheirs(party: string, { doing }: Step): SecretError {
  return new SecretError('Unavailable', `something that is not ${party} answered: cannot ${doing}`, {
    lasting: true,
    remedy: 'check the URL: a proxy or login page may stand in between',
  })
}

/** The JSON that an answer holds; `undefined` for anything else. */
export function jsonIn({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

/** A page of a proxy that says 404 does not mean that the party has nothing there. */
function missing(party: string, step: Step, answer: HttpAnswer): SecretError {
  if (jsonIn(answer) === undefined) return unexpected(party, step, answer)
  return new SecretError('NotFound', `${party} has no such thing, or does not show it: cannot ${step.doing}`, {
    remedy: step.remedies.invalid,
  })
}

function unexpected(party: string, { doing }: Step, { status }: HttpAnswer): SecretError {
  return new SecretError('Unavailable', `an unexpected answer in place of ${party}'s (status ${status}): cannot ${doing}`, {
    lasting: true,
    remedy: 'check the URL, and that no proxy answers in its place',
  })
}

/** GitHub refuses with 403 who has asked too often (REST API, "Rate limits"). */
function isRateLimit({ status, headers }: HttpAnswer): boolean {
  return status === 403 && (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0')
}

function retryAfter({ headers }: HttpAnswer): Pick<ErrorDetails, 'retryAfterMs'> {
  const seconds = Number(headers['retry-after'])
  return seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}
}
