import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { asSecretError } from '../../model/secret-error.ts'
import type { ChangeDetector } from '../../providers/change-detector.ts'
import type { SubscriptionPlaces } from './subscription-places.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'

/** How a store's changes come to be known. */
export type Telling =
  /** Its backend tells of them. */
  | { readonly by: 'subscription' }
  /** They are asked for at their turns; `reason` says why the backend does not tell, where it could and somebody has to see to it. */
  | { readonly by: 'asking'; readonly reason?: string }

export interface SubscriptionOptions {
  readonly detector: Required<Pick<ChangeDetector, 'subscribe'>>
  /** Of the store, for the log. */
  readonly name: string
  readonly places: SubscriptionPlaces
  readonly clock: Clock
  readonly timers: TimerQueue
  readonly logger: Logger
  readonly onKeys: (keys: readonly string[]) => void
  /** It has become another. */
  readonly onTelling: (telling: Telling) => void
}

/** A subscription that was refused is tried again after so many milliseconds, twice as many each time: a right may be on its way, or never come. */
const FIRST_AGAIN_MS = 60_000
const MOST_AGAIN_MS = 10 * 60_000

/** What is told within so many milliseconds of the last is passed on together: who writes a Secret a hundred times a second has it read once. */
const GAP_MS = 1_000

const NO_PLACE = 'as many stores as may be are watched already (--detect-watches)'

/** Has the detector of one store tell by itself, where and when it can; nobody else subscribes to it. */
export class Subscription {
  telling: Telling = { by: 'asking' }
  readonly #options: SubscriptionOptions
  readonly #stop = new AbortController()
  #leave: (() => void) | undefined
  #running: Promise<void> | undefined
  #timer: Timer | undefined
  readonly #keys = new Set<string>()
  #passedAtMs = Number.NEGATIVE_INFINITY
  #passing: Timer | undefined
  #said: string | undefined
  #againMs = FIRST_AGAIN_MS

  constructor(options: SubscriptionOptions) {
    this.#options = options
    this.#begin()
  }

  async close(): Promise<void> {
    this.#stop.abort()
    for (const timer of [this.#timer, this.#passing]) this.#options.timers.cancel(timer)
    await this.#running
    this.#leave?.()
  }

  #begin(): void {
    this.#leave = this.#options.places.take(() => {
      this.#running = this.#run()
    })
    if (!this.#running) this.#ask(NO_PLACE, 'give --detect-watches a larger number')
  }

  async #run(): Promise<void> {
    const { detector, timers } = this.#options
    const onKeys = (keys: readonly string[]): void => this.#hear(keys)
    const onLive = (isLive: boolean): void => {
      if (isLive) {
        this.#said = undefined
        this.#againMs = FIRST_AGAIN_MS
      }
      this.#tell({ by: isLive ? 'subscription' : 'asking' })
    }
    try {
      await detector.subscribe({ onKeys, onLive }, this.#stop.signal)
    } catch (thrown) {
      const { message, remedy } = asSecretError(thrown)
      this.#ask(message, remedy)
    }
    this.#leave?.()
    this.#running = undefined
    if (this.#stop.signal.aborted) return
    this.#timer = timers.after(this.#againMs, () => this.#begin())
    this.#againMs = Math.min(MOST_AGAIN_MS, this.#againMs * 2)
  }

  #hear(keys: readonly string[]): void {
    const { clock, timers } = this.#options
    for (const key of keys) this.#keys.add(key)
    const waitMs = this.#passedAtMs + GAP_MS - clock.monotonic()
    if (waitMs <= 0) this.#pass()
    else this.#passing ??= timers.after(waitMs, () => this.#pass())
  }

  #pass(): void {
    const keys = [...this.#keys]
    this.#keys.clear()
    this.#passing = undefined
    this.#passedAtMs = this.#options.clock.monotonic()
    this.#options.onKeys(keys)
  }

  #ask(reason: string, remedy: string | undefined): void {
    this.#tell({ by: 'asking', reason: remedy === undefined ? reason : `${reason}: ${remedy}` })
    if (this.#said === reason) return
    this.#said = reason
    const fields = { store: this.#options.name, reason, ...(remedy !== undefined && { remedy }) }
    this.#options.logger.info('changes of this store are asked for at intervals, not watched', fields)
  }

  #tell(telling: Telling): void {
    const isKnown = telling.by === this.telling.by && reasonOf(telling) === reasonOf(this.telling)
    if (isKnown) return
    this.telling = telling
    this.#options.onTelling(telling)
  }
}

/** Why a store is asked although its backend could tell. */
export function reasonOf(telling: Telling): string | undefined {
  return telling.by === 'asking' ? telling.reason : undefined
}

export function hasSubscription(
  detector: ChangeDetector | undefined,
): detector is ChangeDetector & Required<Pick<ChangeDetector, 'subscribe'>> {
  return detector?.subscribe !== undefined
}
