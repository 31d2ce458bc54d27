import { isJsonObject, JsonNumber } from '../../json/json-value.ts'
import type { VaultAnswer } from './api.ts'
import { envelopeOf, notVault } from './envelope.ts'

/** A token that a login gave. */
export interface LoginToken {
  readonly id: string
  /** Batch tokens can be neither renewed nor revoked. */
  readonly type: 'service' | 'batch'
  readonly renewable: boolean
  readonly ttlMs: number
  /** By the clock of this process; Infinity for one that never expires. */
  readonly expiresAtMs: number
}

/** ESO gives up a token that has less than this left (external-secrets.md 7.4, token lifecycle). */
const LEAST_LEFT_MS = 60_000

/** The token in the `auth` of a login's or renewal's answer, whose request left at `askedAtMs`. Throws SecretError Unavailable when there is none. */
export function tokenIn(answer: VaultAnswer, askedAtMs: number): LoginToken {
  const auth = envelopeOf(answer)?.get('auth')
  if (auth === undefined || !isJsonObject(auth)) throw notVault()
  const id = auth.get('client_token')
  const lease = auth.get('lease_duration')
  if (typeof id !== 'string' || !/^[\x21-\x7e]+$/.test(id)) throw notVault()
  const ttlMs = lease instanceof JsonNumber ? Number(lease.literal) * 1000 : 0
  return {
    id,
    type: auth.get('token_type') === 'batch' ? 'batch' : 'service',
    renewable: auth.get('renewable') === true,
    ttlMs,
    expiresAtMs: ttlMs > 0 ? askedAtMs + ttlMs : Number.POSITIVE_INFINITY,
  }
}

/** Whether so little is left that reads should not begin with it; of a short-lived token, half its life. */
export function isExpiring(token: LoginToken, nowMs: number): boolean {
  return token.expiresAtMs - nowMs < Math.min(LEAST_LEFT_MS, token.ttlMs / 2)
}
