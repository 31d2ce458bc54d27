import { type ErrorKind, SecretError } from '../../model/secret-error.ts'
import type { HttpAnswer, HttpClient } from '../http-client.ts'
import type { WebhookRequest } from './request.ts'

/** What statuses mean beside those of their hundred (external-secrets.md 7.7; RFC 9110). */
const BY_STATUS: ReadonlyMap<number, readonly [ErrorKind, string]> = new Map([
  [401, ['AccessDenied', "check what the store's headers, secrets or auth.ntlm log in with"]],
  [403, ['AccessDenied', "check what the store's headers, secrets or auth.ntlm log in with"]],
  [404, ['NotFound', 'check the key, and the url of the store']],
  [408, ['Unavailable', 'see why the server is slow']],
  [429, ['Throttled', 'ask less often, or have its limit raised']],
])

/**
 * Sends a request; gives the body of a success. Throws SecretError: NotFound for 404 alone, else by the status; it names the host and the status,
 * never a word of the answer, nor more of the URL, which a Secret may be part of.
 */
export async function sendRequest(
  { method, url, headers, body }: WebhookRequest,
  http: Pick<HttpClient, 'send'>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const answer = await http.send({ method, url, headers, ...(body && { body }), signal })
  if (answer.status >= 200 && answer.status < 300) return answer.body
  throw failureOf(answer, url.host)
}

function failureOf({ status, headers }: HttpAnswer, host: string): SecretError {
  const message = `${host} answered with status ${status}`
  if (status >= 300 && status < 400) {
    const remedy = 'let url be the address that it sends to'
    return new SecretError('Unavailable', `${message}, and where it sends to is not followed`, { lasting: true, remedy })
  }
  const [kind, remedy] = BY_STATUS.get(status) ?? ofHundred(status)
  const seconds = Number(headers['retry-after'])
  return new SecretError(kind, message, { remedy, ...(seconds > 0 && { retryAfterMs: seconds * 1000 }) })
}

function ofHundred(status: number): readonly [ErrorKind, string] {
  return status >= 400 && status < 500
    ? ['InvalidSpec', "check the store's url, method, headers and body"]
    : ['Unavailable', 'see the log of the server']
}
