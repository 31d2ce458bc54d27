import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../../model/clock.ts'
import { sameText } from '../applications/peer-authentication.ts'

/** Seconds since the epoch, and `sha256=` with the HMAC of the time, a point and the body in hexadecimal. */
export const TIME_HEADER = 'x-rotation-timestamp'
export const SIGNATURE_HEADER = 'x-rotation-signature'

/** How old a signed request may be, and how far ahead its clock. */
const WINDOW_MS = 300_000

/** Requests of whoever knows a secret: signed, or with the secret itself, where the sender can do no better. */
export class SharedSecretCheck {
  readonly #secrets: () => readonly string[]
  readonly #clock: Pick<Clock, 'now'>

  /** `secrets`: all that are good at this moment, while one is rotated two. */
  constructor(secrets: () => readonly string[], clock: Pick<Clock, 'now'>) {
    this.#secrets = secrets
    this.#clock = clock
  }

  /** What the head of a request shows: the secret; a signature, which is for {@link isSigned} to check; nothing good. */
  shownBy(headers: IncomingHttpHeaders): 'secret' | 'signature' | 'nothing' {
    if (headers[SIGNATURE_HEADER] !== undefined) return this.#mayBeSigned(headers) ? 'signature' : 'nothing'
    const given = /^Bearer (\S{1,4096})$/.exec(headers.authorization ?? '')?.[1] ?? headers['x-api-key']
    return typeof given === 'string' && this.#isSecret((secret) => sameText(given, secret)) ? 'secret' : 'nothing'
  }

  isSigned(headers: IncomingHttpHeaders, body: Uint8Array): boolean {
    const { [SIGNATURE_HEADER]: signature, [TIME_HEADER]: time } = headers
    if (typeof signature !== 'string' || typeof time !== 'string' || !this.#mayBeSigned(headers)) return false
    return this.#isSecret((secret) => sameText(signature, signatureOf(secret, time, body)))
  }

  #mayBeSigned({ [SIGNATURE_HEADER]: signature, [TIME_HEADER]: time }: IncomingHttpHeaders): boolean {
    if (typeof signature !== 'string' || !/^sha256=[0-9a-f]{64}$/.test(signature)) return false
    if (typeof time !== 'string' || !/^\d{1,12}$/.test(time)) return false
    return Math.abs(this.#clock.now() - Number(time) * 1_000) <= WINDOW_MS
  }

  /** Each is compared, whichever it is. */
  #isSecret(fits: (secret: string) => boolean): boolean {
    return this.#secrets().reduce((isGood, secret) => fits(secret) || isGood, false)
  }
}

export function signatureOf(secret: string, time: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')}`
}
