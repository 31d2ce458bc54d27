import type { Clock } from '../../../model/clock.ts'
import type { AccessToken, TokenSource } from './access-token.ts'

/** Google's libraries refresh five minutes ahead; a token that lives shorter is used for most of its life. */
const REFRESH_AHEAD_MS = 5 * 60 * 1000
const SHORTEST_USE = 0.8
/** A token refused this soon after it was given will not get better by asking again. */
const YOUNG_MS = 60_000

/** One token for all calls of an identity. */
export interface TokenCache {
  /** The token in hand, or a new one when it is about to expire; callers at the same time share one request. */
  get(signal: AbortSignal): Promise<AccessToken>
  /** Says that the backend refused `token`. True when it was old enough for a new one to be worth a try. */
  refused(token: AccessToken): boolean
}

export function createTokenCache(source: TokenSource, clock: Clock): TokenCache {
  let current: { readonly token: AccessToken; readonly since: number; readonly refreshAt: number } | undefined
  let pending: Promise<AccessToken> | undefined

  async function renew(signal: AbortSignal): Promise<AccessToken> {
    const since = clock.now()
    const token = await source.obtain(signal)
    const lifetime = token.expiresAt - since
    current = { token, since, refreshAt: since + Math.max(lifetime - REFRESH_AHEAD_MS, lifetime * SHORTEST_USE) }
    return token
  }

  return {
    async get(signal) {
      if (current && clock.now() < current.refreshAt) return current.token
      pending ??= renew(signal).finally(() => {
        pending = undefined
      })
      return pending
    },
    refused(token) {
      if (current?.token !== token) return true
      if (clock.now() - current.since < YOUNG_MS) return false
      current = undefined
      return true
    },
  }
}
