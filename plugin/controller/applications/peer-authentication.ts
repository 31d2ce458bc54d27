import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { BoundTokenCheck } from './bound-token.ts'

/** Whether whoever sent a request is one of our daemons (R20). Rejects while that cannot be told. */
export type PeerCheck = (request: Pick<IncomingMessage, 'socket' | 'headers'>) => Promise<boolean>

export interface PeerCredentials {
  /** Shared tokens that are good at this moment, during a rotation the old one as well; empty for none. */
  readonly tokens: () => readonly string[]
  /** A certificate of the authority that the listener was given is enough. */
  readonly certificates: 'accepted' | 'not-asked'
  /** Of ServiceAccounts; undefined: none is let in. */
  readonly boundTokens: Pick<BoundTokenCheck, 'isGood'> | undefined
}

/** By a client certificate that the listener has verified, a shared token, compared in constant time, or the token of a ServiceAccount. */
export function peerCheck({ tokens, certificates, boundTokens }: PeerCredentials): PeerCheck {
  return async ({ socket, headers }) => {
    if (certificates === 'accepted' && socket instanceof TLSSocket && socket.authorized) return true
    const given = /^Bearer (\S{1,4096})$/.exec(headers.authorization ?? '')?.[1]
    if (given === undefined) return false
    // Each is compared, whichever it is.
    if (tokens().reduce((isGood, token) => sameText(given, token) || isGood, false)) return true
    return boundTokens !== undefined && (await boundTokens.isGood(headers.authorization))
  }
}

/** In a time that does not depend on how much of it is right. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
