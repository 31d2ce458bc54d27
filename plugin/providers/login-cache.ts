import type { Clock } from '../model/clock.ts'
import { deadline } from './call-runner.ts'

/** How one identity logs in, and how long that is good for. */
export interface LoginSource<Held> {
  /** One login, its retries included. Throws SecretError. */
  login(signal: AbortSignal): Promise<Held>
  /** Milliseconds since the epoch, by this process's clock; `undefined` for what does not end. */
  expiresAtMs(held: Held): number | undefined
}

/** Renewed this long before its end, as the SDKs of the clouds do, so that no call starts with what dies on the way; what lives shortly, at half-time. */
const RENEW_BEFORE_MS = 5 * 60_000

/** What the login of one identity gave (a token, the credentials of a session): one login however many calls want it, renewed before it ends. */
export class LoginCache<Held> {
  readonly #source: LoginSource<Held>
  readonly #clock: Clock
  readonly #closing = new AbortController()
  #current: { readonly held: Held; readonly renewAtMs: number } | undefined
  #pending: Promise<Held> | undefined

  constructor(source: LoginSource<Held>, clock: Clock) {
    this.#source = source
    this.#clock = clock
  }

  /** Throws the login's SecretError, and Deadline once `signal` is aborted; the login goes on for the others that wait. */
  async get(signal: AbortSignal): Promise<Held> {
    if (this.#current && this.#clock.now() < this.#current.renewAtMs) return this.#current.held
    this.#pending ??= this.#renew()
    return await orAborted(this.#pending, signal)
  }

  /** The backend refused `held` although it has not ended: the next {@link get} logs in again. */
  forget(held: Held): void {
    if (this.#current?.held === held) this.#current = undefined
  }

  /** Ends a login under way. */
  close(): void {
    this.#closing.abort()
  }

  async #renew(): Promise<Held> {
    try {
      const held = await this.#source.login(this.#closing.signal)
      this.#current = { held, renewAtMs: this.#renewAtMs(held) }
      return held
    } finally {
      this.#pending = undefined
    }
  }

  #renewAtMs(held: Held): number {
    const expiresAtMs = this.#source.expiresAtMs(held) ?? Number.POSITIVE_INFINITY
    const lifetimeMs = expiresAtMs - this.#clock.now()
    return expiresAtMs - Math.min(RENEW_BEFORE_MS, lifetimeMs / 2)
  }
}

async function orAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(deadline())
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([aborted, pending])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
