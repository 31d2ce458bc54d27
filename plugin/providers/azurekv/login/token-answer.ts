import type { Clock } from '../../../model/clock.ts'
import { SecretError } from '../../../model/secret-error.ts'
import { SecretValue } from '../../../model/secret-value.ts'
import type { HttpAnswer } from '../../http-client.ts'
import type { AccessToken } from './access-token.ts'

/** The fields of an OAuth answer; of an error only `error` and `error_codes` are ever looked at. */
export type TokenFields = Readonly<Record<string, unknown>>

/** `undefined` when the body is not a JSON object. */
export function tokenFields({ body }: HttpAnswer): TokenFields | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body))
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined
  } catch {
    return undefined
  }
}

/**
 * The token of a good answer. Entra ID gives `expires_in`, a machine's endpoint gives it or `expires_on`, as numbers or texts.
 * Throws SecretError Unavailable when the answer has none; `host` is who answered.
 */
export function accessToken(answer: HttpAnswer, clock: Clock, host: string): AccessToken {
  const fields = tokenFields(answer)
  const token = fields?.['access_token']
  const expiresInSeconds = Number(fields?.['expires_in'])
  const expiresAtMs = Number.isFinite(expiresInSeconds)
    ? clock.now() + expiresInSeconds * 1000
    : Number(fields?.['expires_on']) * 1000
  if (typeof token !== 'string' || token === '' || !Number.isFinite(expiresAtMs)) throw notUnderstood(host)
  return { value: SecretValue.fromText(token), expiresAtMs }
}

export function notUnderstood(host: string): SecretError {
  return new SecretError('Unavailable', `${host} does not answer like a token endpoint`, {
    lasting: true,
    remedy: 'check AZURE_AUTHORITY_HOST and environmentType, and that no proxy answers in its place',
  })
}
