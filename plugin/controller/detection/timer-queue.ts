import type { Clock } from '../../model/clock.ts'

/** Something that happens at its time unless it is cancelled. */
export interface Timer {
  /** On the monotonic clock, in milliseconds. */
  readonly atMs: number
  readonly act: () => void
  isCancelled: boolean
}

/** Cancelled timers leave the heap at their time, or when they are more than the others. */
const MIN_SWEEP = 1_000

/** Any number of timers on one sleep: a binary heap instead of a timer of the runtime's for every key (limits-and-threats.md 2.2). */
export class TimerQueue {
  readonly #clock: Clock
  #heap: Timer[] = []
  #cancelled = 0
  #wake: AbortController | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Cancelled ones included. */
  get size(): number {
    return this.#heap.length
  }

  after(ms: number, act: () => void): Timer {
    const timer: Timer = { atMs: this.#clock.monotonic() + Math.max(0, ms), act, isCancelled: false }
    this.#push(timer)
    if (this.#heap[0] === timer) this.#wake?.abort()
    return timer
  }

  cancel(timer: Timer | undefined): void {
    if (!timer || timer.isCancelled) return
    timer.isCancelled = true
    if (++this.#cancelled > MIN_SWEEP && this.#cancelled * 2 > this.#heap.length) this.#sweep()
  }

  /** Lets timers act until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const first = this.#heap[0]
      const waitMs = first ? first.atMs - this.#clock.monotonic() : Number.POSITIVE_INFINITY
      if (first && waitMs <= 0) this.#fire()
      else await this.#sleep(waitMs, signal)
    }
  }

  #fire(): void {
    const timer = this.#pop()
    if (timer?.isCancelled) this.#cancelled--
    else if (timer) {
      timer.isCancelled = true
      timer.act()
    }
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const wake = new AbortController()
    this.#wake = wake
    const either = AbortSignal.any([signal, wake.signal])
    try {
      if (ms === Number.POSITIVE_INFINITY) await aborted(either)
      else await this.#clock.sleep(Math.min(ms, MAX_SLEEP_MS), either)
    } catch {
      // Something is due earlier, or all is over: the loop looks again.
    } finally {
      this.#wake = undefined
    }
  }

  #sweep(): void {
    const live = this.#heap.filter(({ isCancelled }) => !isCancelled)
    this.#heap = []
    this.#cancelled = 0
    for (const timer of live) this.#push(timer)
  }

  #push(timer: Timer): void {
    let place = this.#heap.length
    this.#heap.push(timer)
    while (place > 0) {
      const parentPlace = (place - 1) >>> 1
      const parent = this.#heap[parentPlace]
      if (!parent || parent.atMs <= timer.atMs) break
      this.#heap[place] = parent
      this.#heap[parentPlace] = timer
      place = parentPlace
    }
  }

  #pop(): Timer | undefined {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    if (first === last || !last) return first
    let place = 0
    for (;;) {
      const [left, right] = [this.#heap[2 * place + 1], this.#heap[2 * place + 2]]
      const isRight = left !== undefined && right !== undefined && right.atMs < left.atMs
      const child = isRight ? right : left
      if (!child || child.atMs >= last.atMs) break
      this.#heap[place] = child
      place = 2 * place + (isRight ? 2 : 1)
    }
    this.#heap[place] = last
    return first
  }
}

/** Longer waits are cut: a timer of Node.js takes 2^31 milliseconds at most. */
const MAX_SLEEP_MS = 60 * 60_000

async function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (signal.aborted) return
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}
