import { setTimeout as sleepFor } from 'node:timers/promises'

/** Time, as a port: tests bring their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds that nobody sets and that never go back, also while the process is stopped; only differences mean something. */
  monotonic(): number
  /** Resolves after `ms`; rejects with the signal's reason once it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    await sleepFor(ms, undefined, signal ? { signal } : {})
  },
}
