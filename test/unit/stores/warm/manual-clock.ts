import type { Clock } from '../../../../plugin/model/clock.ts'

interface Sleeper {
  readonly atMs: number
  readonly wake: () => void
}

/** A clock that stands still until a test moves it; sleepers wake when their time has come. */
export class ManualClock implements Clock {
  #now = Date.UTC(2026, 0, 1)
  readonly #sleepers = new Set<Sleeper>()

  now = (): number => this.#now

  monotonic = (): number => this.#now

  sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted) return Promise.reject(signal.reason)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const sleeper = { atMs: this.#now + ms, wake: resolve }
    this.#sleepers.add(sleeper)
    signal?.addEventListener(
      'abort',
      () => {
        this.#sleepers.delete(sleeper)
        reject(signal.reason)
      },
      { once: true },
    )
    return promise
  }

  get sleeping(): number {
    return this.#sleepers.size
  }

  advance(ms: number): void {
    this.#now += ms
    for (const sleeper of this.#sleepers) {
      if (sleeper.atMs > this.#now) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
  }
}
