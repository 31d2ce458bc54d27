import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../../model/clock.ts'
import { sameText } from '../applications/peer-authentication.ts'

/** Seconds since the epoch, and `sha256=` with the HMAC of the time, a point and the body in hexadecimal. */
export const TIME_HEADER = 'x-rotation-timestamp'
export const SIGNATURE_HEADER = 'x-rotation-signature'

/** How old a signed request may be, and how far ahead its clock. */
const WINDOW_MS = 300_000
const MAX_SEEN = 10_000

/** Requests of whoever knows a secret: signed, each counts once; or with the secret itself, where the sender can do no better. */
export class SharedSecretCheck {
  readonly #secrets: () => readonly string[]
  readonly #clock: Pick<Clock, 'now'>
  /** Signatures that were used, and until when they could be. */
  readonly #seen = new Map<string, number>()

  /** `secrets`: all that are good at this moment, while one is rotated two. */
  constructor(secrets: () => readonly string[], clock: Pick<Clock, 'now'>) {
    this.#secrets = secrets
    this.#clock = clock
  }

  isGood(headers: IncomingHttpHeaders, body: Uint8Array): boolean {
    const signature = headers[SIGNATURE_HEADER]
    if (typeof signature === 'string') return this.#isSigned(signature, headers[TIME_HEADER], body)
    const given = /^Bearer (\S{1,4096})$/.exec(headers.authorization ?? '')?.[1] ?? headers['x-api-key']
    return typeof given === 'string' && this.#isSecret((secret) => sameText(given, secret))
  }

  /** What came with these headers was not taken: it counts when it comes again. */
  forget(headers: IncomingHttpHeaders): void {
    const signature = headers[SIGNATURE_HEADER]
    if (typeof signature === 'string') this.#seen.delete(signature)
  }

  #isSigned(signature: string, time: unknown, body: Uint8Array): boolean {
    if (typeof time !== 'string' || !/^\d{1,12}$/.test(time)) return false
    const now = this.#clock.now()
    if (Math.abs(now - Number(time) * 1_000) > WINDOW_MS) return false
    const isGood = this.#isSecret((secret) => sameText(signature, signatureOf(secret, time, body)))
    return isGood && this.#isFirst(signature, now)
  }

  /** Each is compared, whichever it is. */
  #isSecret(fits: (secret: string) => boolean): boolean {
    return this.#secrets().reduce((isGood, secret) => fits(secret) || isGood, false)
  }

  #isFirst(signature: string, now: number): boolean {
    for (const [other, until] of this.#seen) {
      if (until > now && this.#seen.size < MAX_SEEN) break
      this.#seen.delete(other)
    }
    if (this.#seen.has(signature)) return false
    this.#seen.set(signature, now + 2 * WINDOW_MS)
    return true
  }
}

export function signatureOf(secret: string, time: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')}`
}
