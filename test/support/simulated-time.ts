import { type Channel, channel } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { mock } from 'node:test'
import { setImmediate as nextTurn, setTimeout as sleepFor } from 'node:timers/promises'
import type { ServerTime } from './call-control.ts'
import { VirtualClock } from './virtual-clock.ts'

/** What an event loop may have open while nothing is going on: sockets that are kept, and limits in real time that nobody will reach. */
const AT_REST = new Set(['TCPServerWrap', 'TCPSocketWrap', 'TTYWrap', 'PipeWrap', 'Timeout', 'MessagePort'])
/** After so many turns a wait is for something slower than the event loop: a thread, a lookup. */
const QUICK_TURNS = 200
/** How far time goes at once while something is waited for. */
const STEP_MS = 100
/** In real time: whatever is still going on then goes on for ever. */
const MOST_WAIT_MS = 60_000

/**
 * Days in a minute for a process that speaks HTTP with itself: real clients and real servers on loopback, with one time for all of them.
 *
 * - `clock` is the time of whatever takes a Clock; `Date` follows it everywhere, so that signatures, tokens and dates of SDKs and emulators agree.
 * - Time stands still while anything is in flight: a request that a client here has begun and not ended, work that waits in the event loop, a thread or
 *   a file. Only a request that its server holds (`serverTime.sleep`, for a latency) lets time pass.
 * - Then it goes on to the next sleeper. Timers of Node.js are no part of it: limits of calls stay in real time, and are never reached.
 *
 * Servers must run in this process and be made after it. One at a time; it ends with `Symbol.dispose`.
 */
export class SimulatedTime implements Disposable {
  readonly clock: VirtualClock
  readonly serverTime: ServerTime
  readonly #channel: Channel = channel('http.client.request.created')
  readonly #onRequest: (message: unknown) => void
  #begun = 0
  #held = 0
  #requests = 0

  constructor(startsAt = Date.UTC(2026, 0, 1)) {
    mock.timers.enable({ apis: ['Date'], now: startsAt })
    this.clock = new VirtualClock(startsAt, {
      settled: () => this.#settled(),
      onTime: (now) => mock.timers.setTime(now),
    })
    this.serverTime = { monotonic: this.clock.monotonic, sleep: (ms) => this.#hold(ms) }
    this.#onRequest = (message) => this.#count((message as { readonly request: ClientRequest }).request)
    this.#channel.subscribe(this.#onRequest)
  }

  /** Requests that were begun so far. */
  get requests(): number {
    return this.#requests
  }

  /** Lets time pass, a little at a time, until `work` is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    const state = { isDone: false }
    const done = work.finally(() => (state.isDone = true))
    // Whoever awaits it is told.
    done.catch(() => undefined)
    await this.#settled()
    while (!state.isDone) await this.clock.run(STEP_MS)
    return done
  }

  [Symbol.dispose](): void {
    this.#channel.unsubscribe(this.#onRequest)
    mock.timers.reset()
  }

  #count(request: ClientRequest): void {
    this.#requests++
    this.#begun++
    request.once('close', () => this.#begun--)
  }

  async #hold(ms: number): Promise<void> {
    this.#held++
    await this.clock.sleep(ms)
    this.#held--
  }

  async #settled(): Promise<void> {
    const startedAt = performance.now()
    for (let turn = 0; ; turn++) {
      await (turn < QUICK_TURNS ? nextTurn() : sleepFor(1))
      const busy = this.#begun > this.#held ? 'requests' : process.getActiveResourcesInfo().find((one) => !AT_REST.has(one))
      if (busy === undefined) return
      if (performance.now() - startedAt > MOST_WAIT_MS) throw new Error(`time cannot go on because of ${busy}`)
    }
  }
}
