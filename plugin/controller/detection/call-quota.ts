import type { Clock } from '../../model/clock.ts'
import type { CallPace } from '../../providers/provider.ts'

/** Calls a second that a store's detector may make, by provider. */
export type CallQuotas = ReadonlyMap<string, number>

/**
 * Half of what a provider allows, since others ask too (limits-and-threats.md 1.5): ListSecrets 100/s and Parameter Store 40/s in an account and
 * region, Key Vault 4,000 in 10 s, Secret Manager's metadata 600 a minute. Vault has no limit of its own; a hundred is no load for it. An API
 * server has work of its own to do.
 */
export const DEFAULT_QUOTAS: CallQuotas = new Map([
  ['aws', 20],
  ['azurekv', 200],
  ['gcpsm', 5],
  ['vault', 100],
  ['kubernetes', 20],
])
/** Of providers that nothing is known of. */
const OTHERS_PER_SECOND = 20

export function callsPerSecond(quotas: CallQuotas, provider: string): number {
  return quotas.get(provider) ?? DEFAULT_QUOTAS.get(provider) ?? OTHERS_PER_SECOND
}

/** A token bucket that holds half a second's calls: never more than one and a half times the rate in any second. Takers come out in their order. */
export class CallQuota implements CallPace {
  readonly #clock: Clock
  readonly #gapMs: number
  readonly #burstMs: number
  #nextMs = 0
  #calls = 0

  /** `perSecond`: calls, above 0. */
  constructor(perSecond: number, clock: Clock) {
    this.#clock = clock
    this.#gapMs = 1_000 / perSecond
    this.#burstMs = Math.max(0, (perSecond / 2 - 1) * this.#gapMs)
  }

  /** Calls that were let through or wait. */
  get calls(): number {
    return this.#calls
  }

  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const now = this.#clock.monotonic()
    const waitMs = this.#nextMs - this.#burstMs - now
    this.#nextMs = Math.max(this.#nextMs, now) + this.#gapMs
    this.#calls++
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal)
  }
}
