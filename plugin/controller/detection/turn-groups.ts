import type { Clock } from '../../model/clock.ts'
import type { Random } from '../../model/random.ts'
import type { KeyWatch } from './key-watch.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'
import { fractionOf, stepOf, untilTurn } from './turns.ts'

/** Keys that are asked for in one go. */
interface Group {
  readonly id: string
  readonly intervalMs: number
  readonly fraction: number
  readonly keys: Set<KeyWatch>
  timer: Timer | undefined
}

/** Turns of keys that are asked for one by one are this far apart, in milliseconds: those of one step come together. */
const STEP_MS = 1_000
/** What nobody knows the version of is asked for within so many milliseconds: after a restart all is unknown. */
const FIRST_LOOK_MS = 30_000
/** Added to every turn, at most, in milliseconds and as a part of the interval. */
const JITTER_MS = 500
const JITTER_PART = 0.02

export interface TurnGroupsOptions {
  /** Of the store: says where in an interval its turns are. */
  readonly identity: string
  /** {@link ChangeDetector.batchSize} */
  readonly batchSize: number
  readonly clock: Clock
  readonly random: Random
  readonly timers: TimerQueue
  readonly onTurn: (keys: Iterable<KeyWatch>) => void
}

/**
 * When the keys of a store have their turn: all at one time where a listing tells all, in as many groups as calls are needed where a call tells
 * several, and each at its own time where it tells one.
 */
export class TurnGroups {
  readonly #options: TurnGroupsOptions
  readonly #groups = new Map<string, Group>()
  readonly #groupOf = new Map<KeyWatch, Group>()
  /** Keys by interval, and into how many groups they are divided. */
  readonly #divisions = new Map<number, { readonly keys: Set<KeyWatch>; groups: number }>()

  constructor(options: TurnGroupsOptions) {
    this.#options = options
  }

  /** Milliseconds on the monotonic clock. */
  get nextAtMs(): number | undefined {
    let next: number | undefined
    for (const { timer } of this.#groups.values()) if (timer && (next === undefined || timer.atMs < next)) next = timer.atMs
    return next
  }

  /** The same of one key. */
  turnOf(key: KeyWatch): number | undefined {
    return this.#groupOf.get(key)?.timer?.atMs
  }

  /** A key is new, or its interval or its watchers have changed. */
  place(key: KeyWatch): void {
    const { intervalMs } = key
    const group = this.#groupOf.get(key)
    if (group?.intervalMs !== intervalMs) {
      this.remove(key)
      const division = this.#divisions.get(intervalMs) ?? { keys: new Set(), groups: 1 }
      this.#divisions.set(intervalMs, division)
      division.keys.add(key)
      this.#divide(intervalMs, division, key)
    }
    if (key.isWaitedFor) this.#hasten(this.#groupOf.get(key))
  }

  remove(key: KeyWatch): void {
    const group = this.#groupOf.get(key)
    if (!group) return
    this.#groupOf.delete(key)
    this.#divisions.get(group.intervalMs)?.keys.delete(key)
    group.keys.delete(key)
    if (group.keys.size > 0) return
    this.#options.timers.cancel(group.timer)
    this.#groups.delete(group.id)
  }

  close(): void {
    for (const { timer } of this.#groups.values()) this.#options.timers.cancel(timer)
    this.#groups.clear()
    this.#groupOf.clear()
  }

  /** Puts `added` into its group; when the keys have become too many for their groups, there are twice as many. */
  #divide(intervalMs: number, division: { readonly keys: Set<KeyWatch>; groups: number }, added: KeyWatch): void {
    const wanted = this.#groupsFor(division.keys.size, intervalMs)
    if (wanted <= division.groups) return this.#join(added, intervalMs, division.groups)
    division.groups = wanted
    for (const key of division.keys) this.#join(key, intervalMs, wanted)
  }

  #groupsFor(keys: number, intervalMs: number): number {
    const { batchSize } = this.#options
    const most = Math.max(1, Math.floor(intervalMs / STEP_MS))
    if (batchSize === 1) return most
    return Math.min(most, 2 ** Math.ceil(Math.log2(Math.max(1, keys / batchSize))))
  }

  #join(key: KeyWatch, intervalMs: number, groups: number): void {
    const { identity } = this.#options
    const step = stepOf(fractionOf(`${identity} ${key.id}`), groups)
    const id = `${intervalMs} ${groups} ${step}`
    const before = this.#groupOf.get(key)
    const group =
      this.#groups.get(id) ??
      this.#open({
        id,
        intervalMs,
        fraction: (fractionOf(identity) + step / groups) % 1,
        keys: new Set(),
        timer: undefined,
      })
    group.keys.add(key)
    this.#groupOf.set(key, group)
    if (!before || before === group) return
    before.keys.delete(key)
    // A key that changes groups keeps the turn that it would have had, should the new one be later.
    if (before.timer && group.timer && before.timer.atMs < group.timer.atMs)
      this.#retime(group, before.timer.atMs - this.#options.clock.monotonic())
    if (before.keys.size > 0) return
    this.#options.timers.cancel(before.timer)
    this.#groups.delete(before.id)
  }

  #open(group: Group): Group {
    this.#groups.set(group.id, group)
    this.#schedule(group)
    return group
  }

  #hasten(group: Group | undefined): void {
    if (!group?.timer) return
    const waitMs = group.timer.atMs - this.#options.clock.monotonic()
    const soonMs = group.fraction * Math.min(FIRST_LOOK_MS, group.intervalMs)
    if (soonMs < waitMs) this.#retime(group, soonMs)
  }

  #schedule(group: Group): void {
    const { clock, random } = this.#options
    const jitterMs = random.fraction() * Math.min(JITTER_MS, group.intervalMs * JITTER_PART)
    this.#retime(group, untilTurn(clock.now(), group.fraction, group.intervalMs) + jitterMs)
  }

  #retime(group: Group, waitMs: number): void {
    const { timers, onTurn } = this.#options
    timers.cancel(group.timer)
    group.timer = timers.after(waitMs, () => {
      this.#schedule(group)
      onTurn(group.keys)
    })
  }
}
