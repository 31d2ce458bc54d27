import { quoteName } from '../../../model/quote-name.ts'
import { type ErrorKind, SecretError } from '../../../model/secret-error.ts'
import type { HttpAnswer } from '../../http-client.ts'
import { requestIdOf, retryAfterMsOf } from '../azure-headers.ts'
import { notUnderstood, tokenFields } from './token-answer.ts'

interface Meaning {
  readonly kind: ErrorKind
  readonly remedy: string
}

const ROTATED: Meaning = { kind: 'AccessDenied', remedy: 'put a current client secret of the application into the Secret' }
const UNTRUSTED: Meaning = {
  kind: 'AccessDenied',
  remedy: 'add a federated credential for this issuer, subject and audience to the application',
}
const CERTIFICATE: Meaning = {
  kind: 'AccessDenied',
  remedy: 'upload the certificate to the application, and check that its key belongs to it',
}

/** "Microsoft Entra authentication and authorization error codes": those that a client with a mistake in its set-up meets. */
const MEANINGS: ReadonlyMap<number, Meaning> = new Map([
  [90002, { kind: 'InvalidSpec', remedy: 'correct the tenant, or the cloud (environmentType) that it is in' }],
  [900023, { kind: 'InvalidSpec', remedy: 'correct the tenant: its id or a domain of it' }],
  [900021, { kind: 'InvalidSpec', remedy: 'correct the tenant: its id or a domain of it' }],
  [700016, { kind: 'AccessDenied', remedy: 'correct the client id, or the tenant that the application is registered in' }],
  [70011, { kind: 'InvalidSpec', remedy: 'check environmentType and customCloudConfig' }],
  [500011, { kind: 'InvalidSpec', remedy: 'check environmentType and customCloudConfig: this cloud has no such vaults' }],
  [7000215, ROTATED],
  [7000222, ROTATED],
  [700027, CERTIFICATE],
  [700024, { kind: 'AccessDenied', remedy: 'check the clock of this machine' }],
  [50013, UNTRUSTED],
  [70021, UNTRUSTED],
  [700211, UNTRUSTED],
  [700212, UNTRUSTED],
  [700213, UNTRUSTED],
  [53003, { kind: 'AccessDenied', remedy: 'let the application in by a conditional access policy' }],
])
const UNKNOWN: Meaning = { kind: 'AccessDenied', remedy: 'look the code up in "Microsoft Entra authentication error codes"' }

/** What a refused token request means. Tells the code and the request's id, never Entra ID's text or anything that was sent. */
export function entraIdError(answer: HttpAnswer, host: string, tenantId: string): SecretError {
  const retryAfterMs = retryAfterMsOf(answer)
  const details = { remedy: 'render again later', ...(retryAfterMs !== undefined && { retryAfterMs }) }
  if (answer.status === 429) return new SecretError('Throttled', `${host} has too many logins (HTTP 429)`, details)
  if (answer.status >= 500) return new SecretError('Unavailable', `${host} failed (HTTP ${answer.status})`, details)
  const fields = tokenFields(answer)
  if (typeof fields?.['error'] !== 'string') return notUnderstood(host)
  const code = codeOf(fields['error_codes'])
  const said = [code ? `AADSTS${code}` : `HTTP ${answer.status}`, requestIdOf(answer)].filter(Boolean).join(', request ')
  const { kind, remedy } = MEANINGS.get(code) ?? UNKNOWN
  return new SecretError(kind, `Entra ID refused the login to tenant ${quoteName(tenantId)} (${said})`, { remedy })
}

/** The first code; 0 for none. */
function codeOf(codes: unknown): number {
  const first: unknown = Array.isArray(codes) ? codes[0] : undefined
  return typeof first === 'number' && Number.isSafeInteger(first) && first > 0 && first < 100_000_000 ? first : 0
}
