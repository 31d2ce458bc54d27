import type { Clock } from '../model/clock.ts'
import { errorPolicy } from '../model/error-policy.ts'
import type { Random } from '../model/random.ts'
import { asSecretError, SecretError } from '../model/secret-error.ts'
import type { CallPace } from './provider.ts'

/** How provider calls are made. */
export interface CallLimits {
  /** Calls under way at once. */
  readonly concurrency: number
  /** Milliseconds that one attempt may take. */
  readonly callTimeoutMs: number
  /** Attempts after the first. */
  readonly maxRetries: number
  /** A fixed pause between attempts, in milliseconds; without it the pause grows with full jitter. */
  readonly retryIntervalMs?: number
  /** Of a quota that is shared with others; waiting for it is no part of an attempt's time. */
  readonly pace?: CallPace | undefined
}

/** Attempts after the first that a call gets when its store does not say otherwise. */
export const DEFAULT_MAX_RETRIES = 4
/** The longest pause before attempt n is `min(CAP, BASE * 2^n)`; the pause is uniform below it ("full jitter"). */
const BACKOFF_BASE_MS = 100
const BACKOFF_CAP_MS = 5_000

/** Runs calls to one backend: bounded, timed, retried by the one error policy. SDKs' own retries are off beneath it. */
export interface CallRunner {
  /**
   * Runs `call` until it succeeds, its failure is not worth a retry, or the retries are used up.
   * Throws the last SecretError; Deadline once `signal` is aborted.
   */
  run<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>
}

export function createCallRunner(limits: CallLimits, clock: Clock, random: Random): CallRunner {
  const slots = new Slots(limits.concurrency)

  async function attempt<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    await slots.take(signal)
    try {
      await limits.pace?.take(signal)
      return await timed(call, limits.callTimeoutMs, signal)
    } finally {
      slots.give()
    }
  }

  async function run<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let retries = 0; ; retries++) {
      try {
        return await attempt(call, signal)
      } catch (thrown) {
        if (signal.aborted) throw deadline()
        const error = asSecretError(thrown)
        if (retries >= limits.maxRetries || error.lasting || !errorPolicy[error.kind].retryCall) throw error
        await pause(pauseMs(error, retries, limits, random), clock, signal)
      }
    }
  }

  return { run }
}

function pauseMs(error: SecretError, retries: number, limits: CallLimits, random: Random): number {
  const jittered = random.fraction() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** retries)
  const own = limits.retryIntervalMs ?? jittered
  return Math.max(own, Math.min(error.retryAfterMs ?? 0, BACKOFF_CAP_MS))
}

async function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch {
    throw deadline()
  }
}

/** Ends the call at our limit (Timeout) or the caller's (Deadline), also when the call itself does not listen to its signal. */
async function timed<T>(call: (signal: AbortSignal) => Promise<T>, timeoutMs: number, outer: AbortSignal): Promise<T> {
  const own = AbortSignal.timeout(timeoutMs)
  const both = AbortSignal.any([own, outer])
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(outer.aborted ? deadline() : timeout(timeoutMs))
  both.addEventListener('abort', onAbort, { once: true })
  try {
    if (outer.aborted) throw deadline()
    return await Promise.race([call(both), aborted])
  } catch (thrown) {
    if (outer.aborted) throw deadline()
    if (own.aborted) throw timeout(timeoutMs)
    throw thrown
  } finally {
    both.removeEventListener('abort', onAbort)
  }
}

function timeout(ms: number): SecretError {
  return new SecretError('Timeout', `no answer within ${ms} ms`, { remedy: 'check that the provider can be reached from here' })
}

/** The failure of whoever waits beyond the time of the whole render. */
export function deadline(): SecretError {
  return new SecretError('Deadline', 'the time given for the whole render is over', {
    remedy: 'raise --timeout, or see why the provider is slow',
  })
}

/** A counting semaphore whose waiters leave when their signal is aborted. */
class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  async take(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw deadline()
    if (this.#free > 0) {
      this.#free--
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = (): void => {
      const place = this.#waiting.indexOf(resolve)
      // Not among the waiting any more: it has been given a slot a moment ago, and gives it back by itself.
      if (place < 0) return
      this.#waiting.splice(place, 1)
      reject(deadline())
    }
    this.#waiting.push(resolve)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  give(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free++
  }
}
