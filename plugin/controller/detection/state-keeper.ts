import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { WatchedStore } from './detection-schedule.ts'
import type { DetectorState, StoredVersion } from './detector-state.ts'
import type { KeyWatch } from './key-watch.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'

export interface StateKeeperTools {
  readonly state: DetectorState
  readonly clock: Clock
  readonly logger: Logger
  readonly timers: TimerQueue
  readonly stopping: AbortSignal
  readonly isWatched: (id: string) => boolean
  /** Whether versions of its reads are spelt as those that its detector tells. */
  readonly isComparable: (key: KeyWatch) => boolean
}

/** Versions of keys that nobody has asked for since the start are kept for so long, in milliseconds: their watchers may be on their way. */
const GRACE_MS = 10 * 60_000

/** Writes of one store are so far apart, in milliseconds: what a crash loses is seen again. */
const WRITE_EVERY_MS = 30_000

/** The persisted versions of one store: loaded once, written some time after they have changed, one write at a time. */
export class StateKeeper {
  readonly #store: WatchedStore
  readonly #tools: StateKeeperTools
  #loaded: Map<string, StoredVersion> | undefined
  #loadedAtMs = 0
  #isDirty = false
  #timer: Timer | undefined
  #writing: Promise<void> | undefined

  constructor(store: WatchedStore, tools: StateKeeperTools) {
    this.#store = store
    this.#tools = tools
  }

  async load(signal: AbortSignal): Promise<void> {
    if (this.#loaded) return
    this.#loaded = new Map(await this.#tools.state.load(this.#store.identity, signal))
    this.#loadedAtMs = this.#tools.clock.monotonic()
  }

  restore(key: KeyWatch): void {
    const stored = this.#loaded?.get(key.id)
    if (stored) key.restore(stored)
  }

  /** Something may have happened to the key. */
  note(key: KeyWatch): void {
    if (!this.#loaded || !key.takeDirty()) return
    const stored = key.stored(this.#tools.isComparable(key))
    if (stored) this.#loaded.set(key.id, stored)
    this.#change()
  }

  forget(key: KeyWatch): void {
    if (this.#loaded?.delete(key.id)) this.#change()
  }

  /** Waits for the write under way, and writes the rest. */
  async close(signal: AbortSignal): Promise<void> {
    await this.#writing
    this.#tools.timers.cancel(this.#timer)
    await this.#write(signal)
  }

  #change(): void {
    this.#isDirty = true
    this.#timer ??= this.#tools.timers.after(WRITE_EVERY_MS, () => {
      this.#timer = undefined
      this.#writing ??= this.#write(this.#tools.stopping).finally(() => {
        this.#writing = undefined
        if (this.#isDirty) this.#change()
      })
    })
  }

  /** Those that nobody has watched for a while after the start are not watched any more. */
  #prune(): void {
    const { clock, isWatched } = this.#tools
    if (!this.#loaded || clock.monotonic() - this.#loadedAtMs < GRACE_MS) return
    for (const id of this.#loaded.keys()) if (!isWatched(id)) this.#loaded.delete(id)
  }

  async #write(signal: AbortSignal): Promise<void> {
    if (!this.#isDirty || !this.#loaded) return
    this.#prune()
    this.#isDirty = false
    try {
      await this.#tools.state.save(this.#store.identity, this.#loaded, signal)
    } catch (thrown) {
      this.#isDirty = true
      if (signal.aborted) return
      this.#tools.logger.warn('the versions that were seen could not be kept; a restart would read more than it must', {
        store: this.#store.name,
        error: thrown instanceof Error ? thrown.message : typeof thrown,
      })
    }
  }
}
