import type { Clock } from '../../model/clock.ts'
import { asSecretError } from '../../model/secret-error.ts'
import type { ChangeDetector, VersionOutcome } from '../../providers/change-detector.ts'
import type { CallPace } from '../../providers/provider.ts'
import type { WatchedStore } from './detection-schedule.ts'
import type { KeyWatch } from './key-watch.ts'
import { isOutage } from './outage.ts'

/** From one renewal to the next, in milliseconds: a new credential may come after the old one has ended, or never. */
const FIRST_PAUSE_MS = 60_000
const MOST_PAUSE_MS = 60 * 60_000

/**
 * When the detector of a store is opened again: most providers read the store's credential (a client secret, a key, a token, a certificate) at that
 * moment alone, so one that was rotated since is refused.
 */
export class DetectorRenewal {
  readonly #clock: Clock
  readonly #told = new WeakSet<KeyWatch>()
  #pauseMs = FIRST_PAUSE_MS
  #lastAtMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether a round got nothing but refusals. Where a right is missing, `unknown` is no news; of a key that was told before it is. */
  isRefused(keys: readonly KeyWatch[], outcomes: readonly VersionOutcome[]): boolean {
    let isNews = false
    let isAny = false
    for (const [index, key] of keys.entries()) {
      const outcome = outcomes[index]
      if (outcome?.state === 'unknown') isNews ||= this.#told.has(key)
      else if (outcome?.state === 'failed') {
        if (outcome.error.kind === 'AccessDenied') isNews = true
        else isAny = true
      } else {
        isAny = true
        this.#told.add(key)
      }
    }
    return isNews && !isAny
  }

  /** With the credentials that there are now. Undefined where that is refused for good: readers say why. Throws the SecretError of an outage. */
  async open(store: WatchedStore, quota: CallPace): Promise<ChangeDetector | undefined> {
    try {
      return await store.open(quota, this.#clock.now())
    } catch (thrown) {
      const error = asSecretError(thrown)
      if (isOutage(error)) throw error
      return undefined
    }
  }

  /** Whether it may be now; then it counts as done, and the next one has to wait for longer, until there was none for a while. */
  mayBegin(): boolean {
    const now = this.#clock.monotonic()
    const sinceMs = now - this.#lastAtMs
    if (sinceMs < this.#pauseMs) return false
    this.#lastAtMs = now
    this.#pauseMs = sinceMs >= 2 * MOST_PAUSE_MS ? FIRST_PAUSE_MS : Math.min(MOST_PAUSE_MS, this.#pauseMs * 2)
    return true
  }
}
