import type { Clock } from '../model/clock.ts'
import { KubeError } from './kube-error.ts'

/** What one who leads is given. */
export interface Leadership {
  /** Aborted when the lease is lost, before anybody else can have it. The reason is a KubeError `LeaseLost`. */
  readonly signal: AbortSignal
  /** Aborted when the lease is to go to another as soon as leading has ended in order; until then it is kept. */
  readonly retiring: AbortSignal
  /**
   * Asked right before each write. It looks at the time, so it says no as soon as the deadline is over, also when the process was stopped
   * meanwhile and no timer has fired yet.
   */
  mayWrite(): boolean
}

/** A point in time on both clocks: neither alone is to be trusted by one who must stop in time. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

export function momentOf(clock: Clock): Moment {
  return { monotonic: clock.monotonic(), wall: clock.now() }
}

/** One time of leading: until the deadline after the last renewal, and once over for ever. */
export class Tenure implements Leadership {
  readonly #clock: Clock
  readonly #deadlineMs: number
  readonly #over = new AbortController()
  readonly #retiring = new AbortController()
  #renewed: Moment
  #wasLost = false

  /** `since` is when the request was sent that got the lease: no other can have seen it earlier. */
  constructor(clock: Clock, deadlineMs: number, since: Moment) {
    this.#clock = clock
    this.#deadlineMs = deadlineMs
    this.#renewed = since
  }

  get signal(): AbortSignal {
    return this.#over.signal
  }

  /**
   * Milliseconds until the deadline. The clock on which more time has passed counts: the monotonic one may stand still while a virtual machine
   * sleeps, the wall clock may be set back.
   */
  get leftMs(): number {
    const { monotonic, wall } = this.#renewed
    const passed = Math.max(this.#clock.monotonic() - monotonic, this.#clock.now() - wall)
    const left = this.#deadlineMs - passed
    // No timer measures less than a millisecond, and who waits for a rest that rounding left would wait for ever.
    return left < 1 ? 0 : left
  }

  mayWrite(): boolean {
    if (this.leftMs <= 0) this.lose()
    return !this.signal.aborted
  }

  /** The lease was renewed by a request sent at `since`. */
  renew(since: Moment): void {
    if (this.mayWrite()) this.#renewed = since
  }

  /** It ended against its will: there is nothing to give back. */
  get wasLost(): boolean {
    return this.#wasLost
  }

  get retiring(): AbortSignal {
    return this.#retiring.signal
  }

  retire(): void {
    this.#retiring.abort()
  }

  lose(): void {
    if (this.signal.aborted) return
    this.#wasLost = true
    this.end()
  }

  end(): void {
    this.#over.abort(leaseLost('go on'))
  }
}

/** Of what is not done because another may lead. */
export function leaseLost(what: string): KubeError {
  return new KubeError(`cannot ${what}: this process does not hold the lease any more`, 0, 'LeaseLost')
}
