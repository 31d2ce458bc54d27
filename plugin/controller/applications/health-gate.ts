import type { Clock } from '../../model/clock.ts'
import type { Random } from '../../model/random.ts'

export interface HealthGateLimits {
  /** So many failures in a row stop everything of a store that went well until then. */
  readonly failures: number
  /** At once, until the first one went well. */
  readonly probes: number
  /** How long one that went well speaks for the next ones, in milliseconds. */
  readonly provenMs: number
  readonly firstDelayMs: number
  readonly maxDelayMs: number
}

export const DEFAULT_GATE: HealthGateLimits = {
  failures: 3,
  probes: 1,
  provenMs: 120_000,
  firstDelayMs: 30_000,
  maxDelayMs: 900_000,
}

interface Gate {
  provenUntilMs: number
  failures: number
  /** Stops in a row. */
  stops: number
  closedUntilMs: number
  running: number
}

/**
 * Stops what has to do with one store when the first ones of it fail, so that an outage breaks one Application and not all of them (argocd.md 5.6,
 * fact 6); tries again with one alone, later and later.
 */
export class HealthGate {
  readonly #limits: HealthGateLimits
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #random: Pick<Random, 'fraction'>
  readonly #gates = new Map<string, Gate>()

  constructor(limits: HealthGateLimits, clock: Pick<Clock, 'monotonic'>, random: Pick<Random, 'fraction'>) {
    this.#limits = limits
    this.#clock = clock
    this.#random = random
  }

  /** 0 when one more of this store may begin; else after how many milliseconds to ask again; infinite: once another one has ended. */
  waitMs(store: string): number {
    const gate = this.#gates.get(store)
    if (!gate) return 0
    const closedMs = gate.closedUntilMs - this.#clock.monotonic()
    if (closedMs > 0) return closedMs
    return !this.#isProven(gate) && gate.running >= this.#limits.probes ? Number.POSITIVE_INFINITY : 0
  }

  begin(store: string): void {
    const gate = this.#gates.get(store) ?? {
      provenUntilMs: Number.NEGATIVE_INFINITY,
      failures: 0,
      stops: 0,
      closedUntilMs: Number.NEGATIVE_INFINITY,
      running: 0,
    }
    gate.running++
    this.#gates.set(store, gate)
  }

  /** `neutral`: says nothing about the store. */
  end(store: string, outcome: 'well' | 'failed' | 'neutral'): void {
    const gate = this.#gates.get(store)
    if (!gate) return
    gate.running--
    if (outcome === 'well') {
      gate.provenUntilMs = this.#clock.monotonic() + this.#limits.provenMs
      gate.failures = 0
      gate.stops = 0
    }
    if (outcome === 'failed') this.#failed(gate)
  }

  /** Something failed before anything of the store began. */
  close(store: string): void {
    this.begin(store)
    this.end(store, 'failed')
  }

  /** Stores that were stopped and of which nothing has gone well since, those included of which one is tried at this moment. */
  stopped(): readonly string[] {
    return [...this.#gates].filter(([, gate]) => gate.stops > 0).map(([store]) => store)
  }

  /** Forgets stores that nothing is known of any more. */
  sweep(): void {
    const now = this.#clock.monotonic()
    for (const [store, gate] of this.#gates)
      if (gate.running === 0 && !this.#isProven(gate) && gate.closedUntilMs + this.#limits.maxDelayMs < now)
        this.#gates.delete(store)
  }

  #isProven({ provenUntilMs }: Gate): boolean {
    return provenUntilMs > this.#clock.monotonic()
  }

  #failed(gate: Gate): void {
    const { failures, firstDelayMs, maxDelayMs } = this.#limits
    gate.failures++
    if (this.#isProven(gate) && gate.failures < failures) return
    const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(gate.stops, 16))
    gate.stops++
    gate.failures = 0
    gate.provenUntilMs = Number.NEGATIVE_INFINITY
    gate.closedUntilMs = this.#clock.monotonic() + delayMs * (0.75 + this.#random.fraction() / 2)
  }
}
