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
  /** Data calls a second before the backend throttles; unlimited when undefined. */
  quotaPerSecond: number | undefined
  /** Where an injected redirect points; another origin than the emulator's. */
  redirectTarget = 'http://127.0.0.1:9/elsewhere'

  readonly #failures: NativeFailures
  readonly #faults: Fault[] = []
  readonly #loginFaults: Fault[] = []
  readonly #hanging = new Set<Response>()
  #window = { second: 0, calls: 0 }

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
    this.quotaPerSecond = undefined
    this.#faults.length = 0
    this.#loginFaults.length = 0
    for (const response of this.#hanging) response.destroy()
    this.#hanging.clear()
  }

  readonly data = (request: Request, response: Response, next: NextFunction): void => {
    this.calls++
    this.asked.push(request.header('x-amz-target') ?? `${request.method} ${request.originalUrl}`)
    if (this.#overQuota()) return this.#failures.throttled(request, response)
    this.#answer(this.#faults.shift(), request, response, next)
  }

  readonly login = (request: Request, response: Response, next: NextFunction): void => {
    this.logins++
    this.#answer(this.#loginFaults.shift(), request, response, next)
  }

  #overQuota(): boolean {
    if (this.quotaPerSecond === undefined) return false
    const second = Math.floor(performance.now() / 1000)
    if (this.#window.second !== second) this.#window = { second, calls: 0 }
    return ++this.#window.calls > this.quotaPerSecond
  }

  #answer(fault: Fault | undefined, request: Request, response: Response, next: NextFunction): void {
    const go = (): void => {
      if (fault) this.#fail(fault, request, response)
      else next()
    }
    if (this.latencyMs > 0) setTimeout(go, this.latencyMs)
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
