import type { Clock } from '../../plugin/model/clock.ts'

/** A clock that a test moves: sleeping takes no time and is remembered. */
export class FakeClock implements Clock {
  readonly slept: number[] = []
  #now: number

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }

  now = (): number => this.#now

  monotonic = (): number => this.#now

  sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    this.slept.push(ms)
    this.#now += ms
  }

  advance(ms: number): void {
    this.#now += ms
  }
}
