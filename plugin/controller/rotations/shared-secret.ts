import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../../model/clock.ts'
import { sameText } from '../applications/peer-authentication.ts'

/** Seconds since the epoch, and `sha256=` with the HMAC of the time, a point and the body in hexadecimal. */
export const TIME_HEADER = 'x-rotation-timestamp'
export const SIGNATURE_HEADER = 'x-rotation-signature'

/** How old a signed request may be, and how far ahead its clock. */
const WINDOW_MS = 300_000

/** What shows that a request is of somebody who knows the secret. */
export interface SecretProof {
  /** Of which there is one for one request, so that it can count once; none where the sender shows the secret itself. */
  readonly signature?: string
}

/** Requests of whoever knows a secret: signed, or with the secret itself, where the sender can do no better. */
export class SharedSecretCheck {
  readonly #secrets: () => readonly string[]
  readonly #clock: Pick<Clock, 'now'>

  /** `secrets`: all that are good at this moment, while one is rotated two. */
  constructor(secrets: () => readonly string[], clock: Pick<Clock, 'now'>) {
    this.#secrets = secrets
    this.#clock = clock
  }

  /** `undefined` for a request that is not good. */
  proofOf(headers: IncomingHttpHeaders, body: Uint8Array): SecretProof | undefined {
    const signature = headers[SIGNATURE_HEADER]
    if (typeof signature === 'string') return this.#isSigned(signature, headers[TIME_HEADER], body) ? { signature } : undefined
    const given = /^Bearer (\S{1,4096})$/.exec(headers.authorization ?? '')?.[1] ?? headers['x-api-key']
    return typeof given === 'string' && this.#isSecret((secret) => sameText(given, secret)) ? {} : undefined
  }

  #isSigned(signature: string, time: unknown, body: Uint8Array): boolean {
    if (typeof time !== 'string' || !/^\d{1,12}$/.test(time)) return false
    if (Math.abs(this.#clock.now() - Number(time) * 1_000) > WINDOW_MS) return false
    return this.#isSecret((secret) => sameText(signature, signatureOf(secret, time, body)))
  }

  /** Each is compared, whichever it is. */
  #isSecret(fits: (secret: string) => boolean): boolean {
    return this.#secrets().reduce((isGood, secret) => fits(secret) || isGood, false)
  }
}

export function signatureOf(secret: string, time: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')}`
}
