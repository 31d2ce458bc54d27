import { KubeError } from '../../../plugin/kube/kube-error.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import { LeaseElection } from '../../../plugin/kube/lease-election.ts'
import type { LeaseClient } from '../../../plugin/kube/lease-lock.ts'
import type { Lease } from '../../../plugin/kube/lease-record.ts'
import type { Leadership } from '../../../plugin/kube/lease-tenure.ts'
import type { Clock } from '../../../plugin/model/clock.ts'
import type { Logger } from '../../../plugin/model/logger.ts'
import type { Random } from '../../../plugin/model/random.ts'
import type { VirtualClock } from '../../support/virtual-clock.ts'

/** What becomes of one request: how long it and its answer travel, and what is lost on the way. */
export interface Fate {
  readonly thereMs: number
  readonly backMs: number
  readonly lost?: 'request' | 'answer' | 'error' | undefined
}

export const AT_ONCE: Fate = { thereMs: 0, backMs: 0 }

/** One Lease on an API server that many ask at once. */
export class LeaseServer {
  lease: Lease | undefined
  requests = 0
  #version = 0

  answer(verb: 'get' | 'create' | 'update', sent: KubeObject | undefined): Lease {
    this.requests++
    if (verb === 'create') {
      if (this.lease) throw new KubeError('', 409, 'AlreadyExists')
      return this.#store(sent as Lease)
    }
    if (!this.lease) throw new KubeError('', 404, 'NotFound')
    if (verb === 'get') return this.lease
    if (sent?.metadata.resourceVersion !== this.lease.metadata.resourceVersion) throw new KubeError('', 409, 'Conflict')
    return this.#store(sent as Lease)
  }

  #store(lease: Lease): Lease {
    this.lease = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(++this.#version) } }
    return this.lease
  }
}

/** A process that contends for the lease. It can be stopped and go on (SIGSTOP, SIGCONT), crash, and have its wall clock set. */
export class Contender {
  readonly identity: string
  readonly election: LeaseElection
  readonly clock: Clock
  /** Of the present; undefined while it only waits. */
  leadership: Leadership | undefined
  /** Resolved by the test: leading ends by itself. */
  work = Promise.withResolvers<void>()
  /** Decides about its next request. */
  fate: () => Fate = () => AT_ONCE
  /** Rejects as a whole while it is true. */
  readonly stopping = new AbortController()
  hasEnded = false
  tenures = 0
  #wallOffset = 0
  #frozenUntil = 0

  constructor(
    identity: string,
    time: VirtualClock,
    server: LeaseServer,
    ports: { readonly random: Pick<Random, 'fraction'>; readonly logger: Logger },
  ) {
    this.identity = identity
    const thaw = async (): Promise<void> => {
      while (this.#frozenUntil > time.monotonic()) await time.sleep(this.#frozenUntil - time.monotonic())
    }
    this.clock = {
      now: () => time.now() + this.#wallOffset,
      monotonic: time.monotonic,
      sleep: async (ms, signal) => {
        await time.sleep(ms, signal)
        await thaw()
        signal?.throwIfAborted()
      },
    }
    this.election = new LeaseElection({
      client: this.#client(time, server, thaw),
      lease: { namespace: 'system', name: 'controller' },
      identity,
      clock: this.clock,
      ...ports,
    })
    this.#time = time
  }

  readonly #time: VirtualClock

  /** It does nothing for `ms`; what was sent goes on, and time does. */
  freeze(ms: number): void {
    this.#frozenUntil = this.#time.monotonic() + ms
  }

  get isFrozen(): boolean {
    return this.#frozenUntil > this.#time.monotonic()
  }

  stepWallClock(ms: number): void {
    this.#wallOffset += ms
  }

  start(lead: (leadership: Leadership) => Promise<void> = () => this.untilTold()): Promise<void> {
    const run = this.election.run(async (leadership) => {
      this.tenures++
      this.leadership = leadership
      try {
        await lead(leadership)
      } finally {
        this.leadership = undefined
      }
    }, this.stopping.signal)
    return run.finally(() => (this.hasEnded = true))
  }

  /** Leads until it is lost, the process stops, or the test ends the work. */
  async untilTold(): Promise<void> {
    const signal = AbortSignal.any([this.leadership?.signal ?? this.stopping.signal, this.stopping.signal])
    const aborted = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => aborted.resolve(), { once: true })
    if (!signal.aborted) await Promise.race([aborted.promise, this.work.promise])
  }

  #client(time: VirtualClock, server: LeaseServer, thaw: () => Promise<void>): LeaseClient {
    const call = async <T>(verb: 'get' | 'create' | 'update', sent: KubeObject | undefined, signal?: AbortSignal): Promise<T> => {
      signal?.throwIfAborted()
      const { thereMs, backMs, lost } = this.fate()
      const travel = async (): Promise<Lease> => {
        await time.sleep(thereMs)
        if (lost === 'request') return await never()
        if (lost === 'error') throw new KubeError('', 500, 'InternalError')
        const outcome = await settled(() => server.answer(verb, sent))
        await time.sleep(backMs)
        if (lost === 'answer') return await never()
        return outcome()
      }
      const answer = await orAborted(travel(), signal).catch((thrown: unknown) => thrown)
      await thaw()
      if (answer instanceof Error) throw answer
      return answer as T
    }
    return {
      get: (_resource, _key, options) => call('get', undefined, options?.signal),
      create: (_resource, object, options) => call('create', object, options?.signal),
      update: (_resource, object, options) => call('update', object, options?.signal),
    }
  }
}

/** What the server decided when the request was there, to be known when the answer is. */
async function settled<T>(work: () => T): Promise<() => T> {
  try {
    const value = work()
    return () => value
  } catch (thrown) {
    return () => {
      throw thrown
    }
  }
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work
  const aborted = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true })
  return await Promise.race([work, aborted.promise])
}

async function never(): Promise<never> {
  return await new Promise(() => undefined)
}
