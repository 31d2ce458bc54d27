import type { Clock } from '../../model/clock.ts'
import { SecretError } from '../../model/secret-error.ts'
import { SignedTokenCheck } from '../tokens/signed-token.ts'
import { type KeyTimes, keySet, type Signer, SigningKeys } from '../tokens/signing-keys.ts'
import type { FetchText } from './key-fetches.ts'

export interface GoogleTokenTools {
  /** `aud` of the tokens: what the subscription says, or the URL that it pushes to. */
  readonly audience: string
  /** The service account that the subscription pushes as. */
  readonly account: string
  readonly fetchText: FetchText
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
}

/** Google's keys for the tokens of its accounts (Google Identity, verify an ID token). */
const KEYS_URL = new URL('https://www.googleapis.com/oauth2/v3/certs')
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com']
const TIMES: KeyTimes = { freshMs: 3_600_000, leastMs: 60_000, keptMs: Number.POSITIVE_INFINITY }

/** Whether Google has signed a token for pushes of one account to us (Pub/Sub, authenticate push subscriptions). */
export class GoogleTokenCheck {
  readonly #tokens: SignedTokenCheck

  constructor({ audience, account, fetchText, clock }: GoogleTokenTools) {
    this.#tokens = new SignedTokenCheck({
      keys: new SigningKeys({ read: () => readSigner(fetchText), clock, times: TIMES }),
      algorithms: ['RS256'],
      audience,
      isMeant: ({ email, email_verified }) => email === account && email_verified === true,
      clock,
    })
  }

  /** Rejects when Google does not give its keys, and never has. */
  async isGood(authorization: string | undefined): Promise<boolean> {
    return (await this.#tokens.verdict(authorization)).claims !== undefined
  }
}

async function readSigner(fetchText: FetchText): Promise<Signer> {
  const keys = keySet(parsed(await fetchText(KEYS_URL)))
  if (keys) return { issuers: ISSUERS, keys }
  throw new SecretError('Unavailable', 'Google does not give the keys of its tokens', {
    remedy: `let this process reach ${KEYS_URL.host}, by a proxy if need be`,
  })
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
