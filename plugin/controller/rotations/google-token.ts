import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import type { Clock } from '../../model/clock.ts'
import { SecretError } from '../../model/secret-error.ts'
import type { FetchText } from './key-fetches.ts'

export interface GoogleTokenTools {
  /** `aud` of the tokens: what the subscription says, or the URL that it pushes to. */
  readonly audience: string
  /** The service account that the subscription pushes as. */
  readonly account: string
  /** Bounded: whoever comes brings it about. */
  readonly fetchKeys: FetchText
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
}

/** Google's keys for the tokens of its accounts (Google Identity, verify an ID token). */
const KEYS_URL = new URL('https://www.googleapis.com/oauth2/v3/certs')
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com']
const KEYS_LIFE_MS = 3_600_000
/** Keys that a token names and that are not there are looked for no more often. */
const KEYS_LEAST_MS = 60_000

type KeySet = ReturnType<typeof createLocalJWKSet>

/** Whether Google has signed a token for pushes of one account to us (Pub/Sub, authenticate push subscriptions). */
export class GoogleTokenCheck {
  readonly #tools: GoogleTokenTools
  #keys: { readonly set: KeySet; readonly atMs: number } | undefined

  constructor(tools: GoogleTokenTools) {
    this.#tools = tools
  }

  /** Rejects when Google does not give its keys, and never has. */
  async isGood(authorization: string | undefined): Promise<boolean> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? '')?.[1]
    if (token === undefined || !this.#isForUs(token)) return false
    const keys = await this.#readKeys(KEYS_LIFE_MS)
    if (await this.#isSigned(token, keys)) return true
    const newer = await this.#readKeys(KEYS_LEAST_MS)
    return newer !== keys && (await this.#isSigned(token, newer))
  }

  /** By what it says itself: of others no signature is checked. */
  #isForUs(token: string): boolean {
    try {
      const { aud, email } = decodeJwt(token)
      return [aud].flat().includes(this.#tools.audience) && email === this.#tools.account
    } catch {
      return false
    }
  }

  async #isSigned(token: string, keys: KeySet): Promise<boolean> {
    const { audience, account, clock } = this.#tools
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer: ISSUERS,
        audience,
        requiredClaims: ['exp', 'iat'],
        currentDate: new Date(clock.now()),
        clockTolerance: 30,
      })
      return payload['email'] === account && payload['email_verified'] === true
    } catch {
      return false
    }
  }

  async #readKeys(lifeMs: number): Promise<KeySet> {
    const { clock, fetchKeys } = this.#tools
    if (this.#keys && clock.monotonic() - this.#keys.atMs < lifeMs) return this.#keys.set
    const set = readSet(await fetchKeys(KEYS_URL))
    if (set) this.#keys = { set: createLocalJWKSet(set), atMs: clock.monotonic() }
    if (this.#keys) return this.#keys.set
    throw new SecretError('Unavailable', 'Google does not give the keys of its tokens', {
      remedy: `let this process reach ${KEYS_URL.host}, by a proxy if need be`,
    })
  }
}

function readSet(text: string | undefined): JSONWebKeySet | undefined {
  try {
    const set: unknown = JSON.parse(text ?? '')
    return isSet(set) ? set : undefined
  } catch {
    return undefined
  }
}

function isSet(value: unknown): value is JSONWebKeySet {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
}
