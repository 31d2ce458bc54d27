import type { Clock } from '../../model/clock.ts'
import type { KeyWatch } from './key-watch.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'
import { fractionOf, untilTurn } from './turns.ts'

export interface ReadTurnsOptions {
  readonly identity: string
  readonly sweepMs: number
  readonly clock: Clock
  readonly timers: TimerQueue
  readonly onTurn: (key: KeyWatch, reason: 'must-read' | 'sweep') => void
}

interface Entry {
  readonly sinceMs: number
  readonly fraction: number
  intervalMs: number
  timer: Timer | undefined
  isUnknown: boolean
}

/** When keys are read although nothing was noticed: all once in a long period, and those that only reading tells once an interval; each at its own time. */
export class ReadTurns {
  readonly #options: ReadTurnsOptions
  readonly #entries = new Map<KeyWatch, Entry>()
  #unknown = 0

  constructor(options: ReadTurnsOptions) {
    this.#options = options
  }

  /** Keys that only reading tells. */
  get unknown(): number {
    return this.#unknown
  }

  isUnknown(key: KeyWatch): boolean {
    return this.#entries.get(key)?.isUnknown === true
  }

  /** A key is new, or its interval or its watchers have changed. */
  place(key: KeyWatch): void {
    const { intervalMs } = key
    const known = this.#entries.get(key)
    if (known?.intervalMs === intervalMs) return
    const { identity, clock } = this.#options
    const fraction = fractionOf(`${identity} ${key.id} read`)
    const entry = known ?? { sinceMs: clock.now(), fraction, intervalMs, timer: undefined, isUnknown: false }
    entry.intervalMs = intervalMs
    this.#entries.set(key, entry)
    this.#schedule(key, entry)
  }

  remove(key: KeyWatch): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#options.timers.cancel(entry.timer)
    if (entry.isUnknown) this.#unknown--
    this.#entries.delete(key)
  }

  /** Whether a detector could tell the key just now. */
  note(key: KeyWatch, sight: 'told' | 'unknown'): void {
    const entry = this.#entries.get(key)
    const isUnknown = sight === 'unknown'
    if (!entry || entry.isUnknown === isUnknown) return
    entry.isUnknown = isUnknown
    this.#unknown += isUnknown ? 1 : -1
    this.#schedule(key, entry)
  }

  close(): void {
    for (const { timer } of this.#entries.values()) this.#options.timers.cancel(timer)
    this.#entries.clear()
  }

  /** Counted from when the key was first watched: what turns out to be unknown may have missed its first turn, and has it now. */
  #schedule(key: KeyWatch, entry: Entry, fromMs = entry.sinceMs): void {
    const { clock, timers, sweepMs, onTurn } = this.#options
    const reason = entry.isUnknown ? 'must-read' : 'sweep'
    const periodMs = entry.isUnknown ? entry.intervalMs : sweepMs
    const dueMs = fromMs + untilTurn(fromMs, entry.fraction, periodMs)
    timers.cancel(entry.timer)
    entry.timer = timers.after(dueMs - clock.now(), () => {
      this.#schedule(key, entry, clock.now())
      onTurn(key, reason)
    })
  }
}
