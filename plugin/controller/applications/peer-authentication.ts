import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'

/** Whether whoever sent a request is one of our daemons (R20). */
export type PeerCheck = (request: IncomingMessage) => boolean

export interface PeerCredentials {
  /** Tokens that are good at this moment, during a rotation the old one as well; empty for none. */
  readonly tokens: () => readonly string[]
  /** A certificate of the authority that the listener was given is enough. */
  readonly certificates: 'accepted' | 'not-asked'
}

/** By bearer token, compared in constant time, or by a client certificate that the listener has verified. */
export function peerCheck({ tokens, certificates }: PeerCredentials): PeerCheck {
  return ({ socket, headers }) => {
    if (certificates === 'accepted' && socket instanceof TLSSocket && socket.authorized) return true
    const given = /^Bearer (\S{1,4096})$/.exec(headers.authorization ?? '')?.[1]
    if (given === undefined) return false
    // Each is compared, whichever it is.
    return tokens().reduce((isGood, token) => sameText(given, token) || isGood, false)
  }
}

/** In a time that does not depend on how much of it is right. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
