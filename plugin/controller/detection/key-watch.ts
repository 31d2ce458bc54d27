import type { VersionQuery } from '../../providers/change-detector.ts'
import type { Change, ChangeReason, KeyRead } from './detection-schedule.ts'
import { queryId, type StoredVersion } from './detector-state.ts'

/** A version as it was seen; undefined: no such secret. */
export interface Seen {
  readonly version: string | undefined
  /** When this was first seen, in milliseconds since the epoch; 0 for what an earlier process saw. */
  readonly sinceMs: number
}

/** What the rules need to know of the detector that saw it. */
export interface Sight {
  readonly version: string | undefined
  readonly changedAtMs: number | undefined
  readonly comparable: boolean
  readonly lagMs: number
  /** It comes from a listing, which may be behind. */
  readonly isListed: boolean
  readonly nowMs: number
}

interface Watcher {
  intervalMs: number
  read: KeyRead | undefined
  /** The version that its Secret is taken to have, in the detector's spelling. */
  has: Pick<Seen, 'version'> | undefined
  told: { readonly version: string | undefined; readonly atMs: number; isAnswered: boolean } | undefined
  /** When it last had its turn to read without a version. */
  readTurnMs: number
}

/** How far the clocks of this machine and of a provider may differ, in milliseconds. */
const CLOCK_SKEW_MS = 5 * 60_000

/** No backend's version. */
const NONE_OF_THESE = { version: '\u0000' }

export type Told = Pick<Change, 'query' | 'reason' | 'version' | 'changedAtMs' | 'watchers'>

/** One key of a store, what was seen of it, and who watches it with which version. Pure but for its own memory. */
export class KeyWatch {
  readonly query: VersionQuery
  readonly id: string
  readonly #watchers = new Map<string, Watcher>()
  #seen: Seen | undefined
  /** When this process looked last, and when it last saw another version than now. */
  #lookedAtMs: number | undefined
  #otherAtMs: number | undefined
  /** Of an earlier process: told, and not read by then. */
  #owed: ReadonlySet<string> = new Set()
  /** What reads of an earlier process found, and whose: until the backend has told a version. */
  #readEarlier: { readonly version: string | undefined; readonly by: ReadonlySet<string> } | undefined
  #absences = 0
  #isDirty = false

  constructor(query: VersionQuery) {
    this.query = query
    this.id = queryId(query)
  }

  get isUnused(): boolean {
    return this.#watchers.size === 0
  }

  get intervalMs(): number {
    let least = Number.POSITIVE_INFINITY
    for (const { intervalMs } of this.#watchers.values()) least = Math.min(least, intervalMs)
    return least
  }

  get pending(): number {
    let count = 0
    for (const { told } of this.#watchers.values()) if (told && !told.isAnswered) count++
    return count
  }

  /** Whether somebody's version is only known when this key has been asked for. */
  get isWaitedFor(): boolean {
    for (const watcher of this.#watchers.values()) if (!watcher.has && !watcher.read && !watcher.told) return true
    return false
  }

  /** Seen gone, but not often enough to be believed. */
  get isDoubted(): boolean {
    return this.#absences > 0 && !(this.#seen && this.#seen.version === undefined)
  }

  /** Whether somebody has read that there is no such secret, and has not been told of the version that was seen. */
  get isMissed(): boolean {
    const version = this.#seen?.version
    if (version === undefined) return false
    for (const { read, told } of this.#watchers.values())
      if (read && read.version === undefined && told?.version !== version) return true
    return false
  }

  /** Whether {@link stored} has changed since the last call. */
  takeDirty(): boolean {
    const isDirty = this.#isDirty
    this.#isDirty = false
    return isDirty
  }

  /** @param comparable whether versions of reads are spelt as those that the backend tells */
  stored(comparable: boolean): StoredVersion | undefined {
    if (!this.#seen) return comparable ? this.#onlyRead() : undefined
    const pending = new Set(this.#owed)
    for (const [name, { told }] of this.#watchers) if (told && !told.isAnswered) pending.add(name)
    return { version: this.#seen.version, ...(pending.size > 0 && { pending: [...pending].toSorted() }) }
  }

  /** A version that only reads have found says nothing of those who have not read it: they may have an older one. */
  #onlyRead(): StoredVersion | undefined {
    const earlier = this.#readEarlier
    let latest: KeyRead | undefined = earlier && { version: earlier.version, atMs: 0 }
    for (const { read } of this.#watchers.values()) if (read && (!latest || read.atMs > latest.atMs)) latest = read
    if (!latest) return undefined
    const readBy = new Set(earlier?.version === latest.version ? earlier?.by : undefined)
    for (const [name, { read }] of this.#watchers) {
      if (read?.version === latest.version) readBy.add(name)
      else if (read) readBy.delete(name)
    }
    return { version: latest.version, readBy: [...readBy].toSorted() }
  }

  /** What an earlier process knew; before the first sight. */
  restore({ version, pending = [], readBy }: StoredVersion): void {
    if (this.#seen) return
    if (readBy) {
      this.#readEarlier = { version, by: new Set(readBy) }
      for (const [name, watcher] of this.#watchers) if (!watcher.read) watcher.has ??= this.#hadBefore(name)
      return
    }
    this.#seen = { version, sinceMs: 0 }
    this.#owed = new Set(pending)
  }

  /** Whether the read that is reported has another version than was seen: somebody should look. */
  watch(name: string, intervalMs: number, read: KeyRead | undefined, nowMs: number): boolean {
    const known = this.#watchers.get(name)
    const has = this.#hadBefore(name)
    const watcher = known ?? { intervalMs, read: undefined, has, told: undefined, readTurnMs: read?.atMs ?? nowMs }
    watcher.intervalMs = intervalMs
    this.#watchers.set(name, watcher)
    if (!read || (watcher.read && read.atMs <= watcher.read.atMs)) return false
    watcher.read = read
    watcher.has = undefined
    if (!this.#seen) this.#isDirty = true
    this.#answer(name, watcher, read)
    return this.#seen !== undefined && this.#seen.version !== read.version && watcher.told?.version !== this.#seen.version
  }

  #hadBefore(name: string): Pick<Seen, 'version'> | undefined {
    return this.#readEarlier?.by.has(name) ? { version: this.#readEarlier.version } : undefined
  }

  unwatch(name: string): void {
    const told = this.#watchers.get(name)?.told
    this.#watchers.delete(name)
    this.#settleOwed(name)
    if (told && !told.isAnswered) this.#isDirty = true
  }

  #settleOwed(name: string): void {
    if (!this.#owed.has(name)) return
    this.#owed = new Set([...this.#owed].filter((other) => other !== name))
    this.#isDirty = true
  }

  #answer(name: string, { told }: Watcher, read: KeyRead): void {
    this.#settleOwed(name)
    if (!told || told.isAnswered || (read.atMs < told.atMs && read.version !== told.version)) return
    told.isAnswered = true
    this.#isDirty = true
  }

  /** The backend told a version. Gives who has another one and has not been told yet. */
  see(sight: Sight): readonly Told[] {
    this.#absences = 0
    return this.#noticed(sight)
  }

  /** The backend has no such secret: believed when it says so twice. */
  seeAbsent(sight: Omit<Sight, 'version' | 'changedAtMs' | 'isListed'>): readonly Told[] {
    this.#absences++
    const isNews = !this.#seen || this.#seen.version !== undefined
    if (isNews && this.#absences < 2) return []
    return this.#noticed({ ...sight, version: undefined, changedAtMs: undefined, isListed: false })
  }

  /** Who has to read because nothing else tells, at a turn of the shortest interval: those whose own interval would be over before the next one. */
  readTurn(nowMs: number): readonly Told[] {
    const least = this.intervalMs
    return this.#sent('must-read', nowMs, ({ intervalMs, readTurnMs }) => nowMs - readTurnMs + least > intervalMs)
  }

  /** Everybody has to read. */
  readByAll(reason: 'said' | 'must-read' | 'sweep', nowMs: number): readonly Told[] {
    return this.#sent(reason, nowMs, () => true)
  }

  #sent(reason: 'said' | 'must-read' | 'sweep', nowMs: number, isMeant: (watcher: Watcher) => boolean): readonly Told[] {
    const meant = [...this.#watchers].filter(([, watcher]) => isMeant(watcher))
    for (const [, watcher] of meant) watcher.readTurnMs = nowMs
    if (meant.length === 0) return []
    return [{ query: this.query, reason, version: undefined, watchers: meant.map(([name]) => name) }]
  }

  #noticed(sight: Sight): readonly Told[] {
    const before = this.#seen
    const isNew = !before || before.version !== sight.version
    if (isNew) {
      this.#otherAtMs = this.#lookedAtMs
      this.#seen = { version: sight.version, sinceMs: sight.nowMs }
      this.#readEarlier = undefined
      this.#isDirty = true
    }
    this.#lookedAtMs = sight.nowMs
    const told = new Map<ChangeReason, string[]>()
    for (const [name, watcher] of this.#watchers) {
      const reason = this.#reasonFor(name, watcher, before, sight)
      if (!reason) continue
      watcher.told = { version: sight.version, atMs: sight.nowMs, isAnswered: false }
      told.set(reason, [...(told.get(reason) ?? []), name])
      this.#isDirty = true
    }
    // Those who are told again are pending by themselves; those of before who never came back have missed more than this.
    if (isNew) this.#owed = new Set()
    return Array.from(told, ([reason, watchers]) => {
      const changedAtMs = reason === 'changed' ? this.#changedAtMs(sight, watchers) : undefined
      return { query: this.query, reason, version: sight.version, changedAtMs, watchers }
    })
  }

  /**
   * A time from before something else was last seen or read is that of a version that has come back (deleted and restored, a stage or an alias that moved),
   * not of the change.
   */
  #changedAtMs({ changedAtMs, lagMs }: Sight, watchers: readonly string[]): number | undefined {
    const reads = watchers.flatMap((name) => this.#watchers.get(name)?.read?.atMs ?? [])
    const otherAtMs = this.#otherAtMs ?? (reads.length > 0 ? Math.min(...reads) : Number.NEGATIVE_INFINITY)
    return changedAtMs !== undefined && changedAtMs >= otherAtMs - lagMs ? changedAtMs : undefined
  }

  #reasonFor(name: string, watcher: Watcher, before: Seen | undefined, sight: Sight): ChangeReason | undefined {
    // Told of exactly this already; who answers with another version has a newer one, or one that is spelt otherwise.
    if (watcher.told?.version === sight.version && watcher.told) return undefined
    watcher.has ??= baseline(watcher, before, this.#owed.has(name), sight)
    if (!watcher.has) return isLagging(watcher, sight) ? undefined : sight.version === undefined ? 'absent' : 'unseen'
    if (watcher.has.version === sight.version) return undefined
    if (isLagging(watcher, sight)) return undefined
    return sight.version === undefined ? 'absent' : 'changed'
  }
}

/** A listing may still show what was there before the read. */
function isLagging({ read }: Watcher, { isListed, lagMs, nowMs }: Sight): boolean {
  return isListed && read !== undefined && nowMs - read.atMs < lagMs
}

/** The version that a watcher has, before it is compared for the first time since its read; undefined when that cannot be said. */
function baseline(
  { read, told }: Watcher,
  before: Seen | undefined,
  isOwed: boolean,
  { version, changedAtMs, comparable }: Sight,
): Pick<Seen, 'version'> | undefined {
  if (!read) {
    return isOwed ? NONE_OF_THESE : before
  }
  if (comparable || read.version === undefined) return read
  // Versions of reads are spelt otherwise: what counts is whether the read began after this version, or the one before, was there.
  if (told && read.atMs >= told.atMs) return { version: told.version }
  if (before && before.sinceMs <= read.atMs) return before
  return changedAtMs !== undefined && changedAtMs + CLOCK_SKEW_MS <= read.atMs ? { version } : undefined
}
