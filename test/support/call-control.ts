import { setTimeout as sleepFor } from 'node:timers/promises'
import type { NextFunction, Request, Response } from 'express'

/** What goes wrong with a call. `denied` and `throttled` are said in the backend's own words. */
export const FAULTS = [
  'throttled',
  'denied',
  'internalError',
  'connectionReset',
  'hang',
  'redirect',
  'garbage',
  'oversized',
] as const
export type Fault = (typeof FAULTS)[number]

/** How one backend words the failures that it words itself. */
export interface NativeFailures {
  throttled(request: Request, response: Response): void
  denied(request: Request, response: Response): void
  internalError(request: Request, response: Response): void
}

/** So many calls of a kind in any so long time; what is more is throttled. */
export interface CallQuota {
  /** By what they ask for, as in {@link CallControl.asked}. */
  readonly calls: RegExp
  readonly most: number
  readonly inMs: number
}

/** Whose time an emulator's latency and quotas are in. */
export interface ServerTime {
  /** Milliseconds that never go back. */
  monotonic(): number
  sleep(ms: number): Promise<void>
}

const realTime: ServerTime = { monotonic: () => performance.now(), sleep: (ms) => sleepFor(ms) }

const MIB = 1024 * 1024

/**
 * Counts and disturbs the data calls of one emulator; logins are counted apart and only disturbed by {@link injectLogin}.
 * Mounted with `app.use(control.data)` before the data routes and `control.login` before the login routes.
 */
export class CallControl {
  /** Data calls that arrived, refused ones too. */
  calls = 0
  /** What data calls asked for, in order: AWS's target, or method and path. */
  readonly asked: string[] = []
  /** Login and token calls that arrived. */
  logins = 0
  /** Added before each answer, in milliseconds. */
  latencyMs = 0
  /** What the backend throttles by; nothing without one. */
  quotas: readonly CallQuota[] = []
  /** Data calls that were above a quota. */
  throttled = 0
  time = realTime
  /** Where an injected redirect points; another origin than the emulator's. */
  redirectTarget = 'http://127.0.0.1:9/elsewhere'

  readonly #failures: NativeFailures
  readonly #faults: Fault[] = []
  readonly #loginFaults: Fault[] = []
  readonly #hanging = new Set<Response>()
  /** When the calls of a quota came. */
  readonly #taken = new Map<CallQuota, number[]>()

  constructor(failures: NativeFailures) {
    this.#failures = failures
  }

  /** The next `times` data calls fail so. */
  inject(fault: Fault, times = 1): void {
    for (let i = 0; i < times; i++) this.#faults.push(fault)
  }

  /** The next `times` login calls fail so. */
  injectLogin(fault: Fault, times = 1): void {
    for (let i = 0; i < times; i++) this.#loginFaults.push(fault)
  }

  /** Forgets faults, latency, quota and counts, and drops calls that hang. */
  reset(): void {
    this.calls = 0
    this.asked.length = 0
    this.logins = 0
    this.latencyMs = 0
    this.quotas = []
    this.throttled = 0
    this.#taken.clear()
    this.#faults.length = 0
    this.#loginFaults.length = 0
    for (const response of this.#hanging) response.destroy()
    this.#hanging.clear()
  }

  readonly data = (request: Request, response: Response, next: NextFunction): void => {
    this.calls++
    const asked = request.header('x-amz-target') ?? `${request.method} ${request.originalUrl}`
    this.asked.push(asked)
    if (this.#isOverQuota(asked)) {
      this.throttled++
      return this.#failures.throttled(request, response)
    }
    this.#answer(this.#faults.shift(), request, response, next)
  }

  readonly login = (request: Request, response: Response, next: NextFunction): void => {
    this.logins++
    this.#answer(this.#loginFaults.shift(), request, response, next)
  }

  /** Calls that are throttled do not count. */
  #isOverQuota(asked: string): boolean {
    const now = this.time.monotonic()
    const concerned = this.quotas.filter(({ calls }) => calls.test(asked))
    const windows = concerned.map((quota) => {
      const recent = (this.#taken.get(quota) ?? []).filter((at) => now - at < quota.inMs)
      this.#taken.set(quota, recent)
      return { quota, recent }
    })
    if (windows.some(({ quota, recent }) => recent.length >= quota.most)) return true
    for (const { recent } of windows) recent.push(now)
    return false
  }

  #answer(fault: Fault | undefined, request: Request, response: Response, next: NextFunction): void {
    const go = (): void => {
      if (fault) this.#fail(fault, request, response)
      else next()
    }
    if (this.latencyMs > 0) void this.time.sleep(this.latencyMs).then(go)
    else go()
  }

  #fail(fault: Fault, request: Request, response: Response): void {
    switch (fault) {
      case 'connectionReset':
        request.socket.destroy()
        return
      case 'hang':
        this.#hanging.add(response)
        return
      case 'redirect':
        response.redirect(307, this.redirectTarget)
        return
      case 'garbage':
        response.status(200).type('html').send('<html><body>a proxy says hello</body></html>')
        return
      case 'oversized':
        response
          .status(200)
          .type('json')
          .send(`{"padding":"${'x'.repeat(6 * MIB)}"}`)
        return
      case 'throttled':
      case 'denied':
      case 'internalError':
        this.#failures[fault](request, response)
        return
    }
  }
}
