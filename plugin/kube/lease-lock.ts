import type { Clock } from '../model/clock.ts'
import { LEASES } from './core-resources.ts'
import type { KubeClient } from './kube-client.ts'
import { isKubeError } from './kube-error.ts'
import type { ObjectKey } from './kube-object.ts'
import { isSameRecord, type Lease, type LeaseRecord, newLease, releasedRecord, takenRecord } from './lease-record.ts'
import { type Moment, momentOf } from './lease-tenure.ts'

const WISHED_BY = 'argocd-external-secrets.io/wished-by'

export type LeaseClient = Pick<KubeClient, 'get' | 'create' | 'update'>

export interface LeaseLockOptions {
  readonly client: LeaseClient
  readonly clock: Clock
  readonly key: ObjectKey
  readonly identity: string
  readonly leaseMs: number
}

/** What one try came to. `isWished`: another asks for it. `since` is when the request was sent that the API server agreed to. */
export type HoldResult =
  | { readonly isHeld: true; readonly since: Moment; readonly isWished: boolean }
  | { readonly isHeld: false; readonly holder: string | undefined }

/**
 * One contender's view of a Lease. Every write carries the version it saw, so of two who try at once one is refused.
 * Whether another's lease is over is decided by how long its record has not changed on our own monotonic clock; what times it names does not count
 * (client-go, tools/leaderelection).
 */
export class LeaseLock {
  readonly #options: LeaseLockOptions
  /** As last read or written. */
  #lease: Lease | undefined
  #freeSinceMs: number | undefined
  #observed: { readonly record: LeaseRecord; readonly atMs: number } | undefined

  constructor(options: LeaseLockOptions) {
    this.#options = options
  }

  /**
   * Renews the lease, or takes it if it has been free for `patienceMs`, as far as this one has seen. Rejects with KubeError when the API server does
   * not say.
   */
  async hold(signal: AbortSignal, patienceMs: number): Promise<HoldResult> {
    const known = this.#lease
    if (known?.spec?.holderIdentity === this.#options.identity) {
      try {
        return await this.#take(known, signal)
      } catch (thrown) {
        if (!isKubeError(thrown, 'Conflict', 'NotFound')) throw thrown
      }
    }
    const lease = await this.#read(signal)
    if (this.#isAnothers()) {
      this.#freeSinceMs = undefined
      return { isHeld: false, holder: this.#observed?.record.holderIdentity }
    }
    this.#freeSinceMs ??= this.#options.clock.monotonic()
    if (this.#options.clock.monotonic() - this.#freeSinceMs < patienceMs) return { isHeld: false, holder: undefined }
    try {
      return await (lease ? this.#take(lease, signal) : this.#create(signal))
    } catch (thrown) {
      if (isKubeError(thrown, 'Conflict', 'AlreadyExists')) return { isHeld: false, holder: undefined }
      throw thrown
    }
  }

  /** Asks its holder for it: the holder reads that when it renews. Another who asks at the same time may be first. */
  async wish(signal: AbortSignal): Promise<void> {
    const lease = this.#lease
    if (!lease) return
    const annotations = { ...lease.metadata.annotations, [WISHED_BY]: this.#options.identity }
    try {
      await this.#options.client.update<Lease>(LEASES, { ...lease, metadata: { ...lease.metadata, annotations } }, { signal })
    } catch (thrown) {
      if (!isKubeError(thrown, 'Conflict', 'NotFound')) throw thrown
    }
  }

  /** Gives the lease back, if it is still ours. */
  async release(signal: AbortSignal): Promise<void> {
    for (let lease = this.#lease; lease?.spec?.holderIdentity === this.#options.identity; lease = await this.#read(signal)) {
      try {
        const spec = releasedRecord(lease.spec, this.#options.clock.now())
        this.#remember(await this.#options.client.update<Lease>(LEASES, { ...lease, spec }, { signal }))
        return
      } catch (thrown) {
        // A renewal whose answer did not arrive, or somebody's label on it.
        if (!isKubeError(thrown, 'Conflict')) throw thrown
      }
    }
  }

  async #take(lease: Lease, signal: AbortSignal): Promise<HoldResult> {
    const since = momentOf(this.#options.clock)
    const spec = takenRecord(lease.spec ?? {}, this.#options.identity, this.#seconds, since.wall)
    const { annotations: before, ...others } = lease.metadata
    const { [WISHED_BY]: wishedBy = '', ...annotations } = before ?? {}
    const metadata = { ...others, ...(before && { annotations }) }
    this.#remember(await this.#options.client.update<Lease>(LEASES, { ...lease, metadata, spec }, { signal }))
    return { isHeld: true, since, isWished: wishedBy !== '' && wishedBy !== this.#options.identity }
  }

  async #create(signal: AbortSignal): Promise<HoldResult> {
    const since = momentOf(this.#options.clock)
    const lease = newLease(this.#options.key, this.#options.identity, this.#seconds, since.wall)
    this.#remember(await this.#options.client.create<Lease>(LEASES, lease, { signal }))
    return { isHeld: true, since, isWished: false }
  }

  /** Undefined when there is none. What was seen of it before then still counts: its holder may not know yet that it is gone. */
  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    try {
      const lease = await this.#options.client.get<Lease>(LEASES, this.#options.key, { signal })
      this.#remember(lease)
      return lease
    } catch (thrown) {
      if (!isKubeError(thrown, 'NotFound')) throw thrown
      this.#lease = undefined
      return undefined
    }
  }

  #remember(lease: Lease): void {
    this.#lease = lease
    if (lease.spec?.holderIdentity === this.#options.identity) this.#freeSinceMs = undefined
    const record = lease.spec ?? {}
    if (this.#observed && isSameRecord(this.#observed.record, record)) return
    this.#observed = { record, atMs: this.#options.clock.monotonic() }
  }

  #isAnothers(): boolean {
    if (!this.#observed) return false
    const { record, atMs } = this.#observed
    const { holderIdentity = '', leaseDurationSeconds = 0 } = record
    if (holderIdentity === '' || holderIdentity === this.#options.identity) return false
    return this.#options.clock.monotonic() - atMs <= leaseDurationSeconds * 1_000
  }

  get #seconds(): number {
    return this.#options.leaseMs / 1_000
  }
}
