import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import type { Random } from '../model/random.ts'
import { isKubeError, KubeError } from './kube-error.ts'
import { keyText, type ObjectKey } from './kube-object.ts'
import { LeaseGroup } from './lease-group.ts'
import { type HoldResult, type LeaseClient, LeaseLock } from './lease-lock.ts'
import { type Leadership, Tenure } from './lease-tenure.ts'
import { checkLeaseTiming, DEFAULT_LEASE_TIMING, LEASE_JITTER, type LeaseTiming } from './lease-timing.ts'

export interface LeaseElectionOptions {
  /** With connections of its own, so that renewals never queue behind the writes that they allow. */
  readonly client: LeaseClient
  readonly lease: ObjectKey
  /** Of this process and no other (`lease-identity.ts`). */
  readonly identity: string
  readonly timing?: LeaseTiming
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
  readonly logger: Logger
  /** Absent: it contends for this lease alone. */
  readonly group?: LeaseGroup | undefined
}

/** What leading is. It ends soon after the leadership's signal is aborted; when the process stops, or the leadership is retiring, after the last write. */
export type Lead = (leadership: Leadership) => Promise<void>

/**
 * Contends for a Lease. Between two processes whose clocks run equally fast to a third, never two may write: the leader stops
 * {@link LeaseTiming.renewDeadlineMs} after it sent its last renewal, another starts {@link LeaseTiming.leaseMs} after it saw it.
 * A write that is under way or frozen then is refused by the version it carries. Who deletes the Lease by hand allows one that starts at that moment to lead
 * until the former leader renews.
 */
export class LeaseElection {
  readonly #options: LeaseElectionOptions
  readonly #timing: LeaseTiming
  readonly #lock: LeaseLock
  readonly #group: LeaseGroup
  #tenure: Tenure | undefined

  /** Throws SecretError InvalidSpec for times that do not go together. */
  constructor(options: LeaseElectionOptions) {
    this.#options = options
    this.#timing = options.timing ?? DEFAULT_LEASE_TIMING
    checkLeaseTiming(this.#timing)
    this.#group = options.group ?? new LeaseGroup(0, options.clock)
    this.#group.add(this)
    const { client, clock, lease, identity } = options
    this.#lock = new LeaseLock({ client, clock, key: lease, identity, leaseMs: this.#timing.leaseMs })
  }

  /** For metrics and readiness. */
  get isLeader(): boolean {
    return this.#tenure?.mayWrite() ?? false
  }

  /** Whether it gives the lease back because another wishes it. */
  get isRetiring(): boolean {
    return this.#tenure?.retiring.aborted ?? false
  }

  /**
   * Leads whenever it can, until `stop` is aborted or `lead` ends by itself while it leads; then the lease is given back, so that another has it
   * within {@link LeaseTiming.retryMs}. `lead` is told of the stop by its own means: the lease is kept until it has ended.
   * After a loss it contends again. Rejects with what `lead` throws.
   */
  async run(lead: Lead, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const tenure = await this.#acquire(stop)
      if (!tenure) return
      this.#log('became the leader')
      try {
        if (!stop.aborted) await this.#lead(tenure, lead)
      } finally {
        this.#tenure = undefined
        await this.#leave(tenure)
      }
      // Neither lost nor given to another: `lead` has done what there was to do.
      if (!tenure.wasLost && !tenure.retiring.aborted) return
    }
  }

  async #acquire(stop: AbortSignal): Promise<Tenure | undefined> {
    const { clock, random } = this.#options
    while (!stop.aborted) {
      // Not cut by a stop: a lease that was got and not noticed would be nobody's until it is over.
      const tenure = await this.#group.inTurn(async () => {
        if (stop.aborted) return undefined
        const result = await this.#try(this.#timing.renewDeadlineMs / 2, undefined, this.#group.patienceMs())
        if (result?.isHeld) return this.#begin(new Tenure(clock, this.#timing.renewDeadlineMs, result.since))
        if (result) await this.#wish(result.holder)
        return undefined
      })
      if (tenure) return tenure
      await this.#pause(this.#betweenTries(random.fraction()), stop)
    }
    return undefined
  }

  /** Where another holds more leases of the group than is fair. */
  async #wish(holder: string | undefined): Promise<void> {
    this.#group.saw(this, holder)
    if (!this.#group.wishes(this)) return
    await this.#within(this.#timing.renewDeadlineMs / 2, undefined, (signal) => this.#lock.wish(signal))
  }

  #begin(tenure: Tenure): Tenure | undefined {
    this.#tenure = tenure.mayWrite() ? tenure : undefined
    this.#group.saw(this, undefined)
    return this.#tenure
  }

  /**
   * client-go waits from one to 2.2 times the retry period, and a lease that was given back may lie idle for that long. Here the pauses differ by the same factor
   * and stay below the period, by a tenth, which is for the requests.
   */
  #betweenTries(fraction: number): number {
    return (0.9 * this.#timing.retryMs) / (1 + LEASE_JITTER * fraction)
  }

  async #lead(tenure: Tenure, lead: Lead): Promise<void> {
    const ended = new AbortController()
    const over = AbortSignal.any([ended.signal, tenure.signal])
    const keeping = Promise.all([this.#renew(tenure, over), this.#watch(tenure, over)])
    try {
      await lead(tenure)
    } catch (thrown) {
      // What was cut because the lease was lost.
      if (tenure.mayWrite()) throw thrown
    } finally {
      ended.abort()
      await keeping
    }
  }

  async #renew(tenure: Tenure, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await this.#pause(Math.min(this.#timing.retryMs, tenure.leftMs), over)
      if (over.aborted || !tenure.mayWrite()) return
      const result = await this.#try(Math.min(this.#timing.renewDeadlineMs / 2, tenure.leftMs), over, 0)
      if (result?.isHeld) tenure.renew(result.since)
      if (result?.isHeld && result.isWished && this.#group.canSpareOne()) tenure.retire()
      if (result?.isHeld === false && result.holder !== undefined) tenure.lose()
    }
  }

  /** Ends the tenure at its deadline, also while a renewal waits for its answer. */
  async #watch(tenure: Tenure, over: AbortSignal): Promise<void> {
    while (!over.aborted && tenure.mayWrite()) await this.#pause(tenure.leftMs, over)
  }

  async #leave(tenure: Tenure): Promise<void> {
    const leftMs = tenure.mayWrite() ? tenure.leftMs : 0
    tenure.end()
    if (tenure.wasLost) return this.#log('lost the lease')
    const isReleased = await this.#within(Math.min(this.#timing.renewDeadlineMs / 2, leftMs), undefined, async (signal) => {
      await this.#lock.release(signal)
      return true
    })
    if (isReleased) this.#log('gave the lease back')
  }

  /** Undefined when the API server did not say in time. */
  async #try(ms: number, over: AbortSignal | undefined, patienceMs: number): Promise<HoldResult | undefined> {
    return await this.#within(ms, over, (signal) => this.#lock.hold(signal, patienceMs))
  }

  async #within<T>(ms: number, over: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const cut = new AbortController()
    const done = new AbortController()
    const cutShort = (): void => cut.abort(over?.reason)
    over?.addEventListener('abort', cutShort, { once: true })
    const timeout = this.#options.clock.sleep(ms, done.signal).then(
      () => cut.abort(new KubeError('the lease: no answer in time', 0, 'ETIMEDOUT')),
      () => undefined,
    )
    try {
      return await work(cut.signal)
    } catch (thrown) {
      const { logger, lease } = this.#options
      if (!over?.aborted) logger.warn('the lease is unknown for now', { lease: keyText(lease), reason: reasonOf(thrown) })
      return undefined
    } finally {
      over?.removeEventListener('abort', cutShort)
      done.abort()
      await timeout
    }
  }

  async #pause(ms: number, until: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(ms, until).catch(() => undefined)
  }

  #log(message: string): void {
    const { logger, lease, identity } = this.#options
    logger.info(message, { lease: keyText(lease), identity })
  }
}

function reasonOf(thrown: unknown): string {
  return isKubeError(thrown) ? thrown.reason : 'unexpected failure'
}
