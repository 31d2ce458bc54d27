import type { ProjectStandIns } from '../../observability/stand-in-gauges.ts'
import { nameAt } from '../rotations/name-at.ts'
import { type ApplicationRef, type ApplicationSource, applicationId } from './application-view.ts'
import { KeyUsers } from './key-users.ts'
import { countsText, NO_STAND_INS, type StandInCounts, sumOfCounts } from './stand-in-counts.ts'
import { type UsedKey, usedKeyId } from './used-key.ts'

/** What one source of an Application used in one revision. */
export interface RenderRecord {
  readonly application: ApplicationRef
  readonly source: ApplicationSource
  readonly revision: string
  /** When the render began, in milliseconds since the epoch. */
  readonly renderedAtMs: number
  readonly keys: readonly UsedKey[]
  /** Values that do not exist, for which something stands in. */
  readonly standIns: StandInCounts
}

export interface IndexLimits {
  readonly maxApplications: number
  /** Of one record; more are not followed. */
  readonly maxKeys: number
}

export const DEFAULT_INDEX: IndexLimits = { maxApplications: 20_000, maxKeys: 10_000 }

/** A use of a key, by whom. */
export interface KeyUse {
  readonly application: ApplicationRef
  readonly used: UsedKey
  readonly renderedAtMs: number
}

/** Who used what: by Application, source and revision (R20), found by store and key. Names and versions, never a value. */
export class RenderIndex {
  readonly #limits: IndexLimits
  /** By Application; the longest unreported first. */
  readonly #records = new Map<string, readonly RenderRecord[]>()
  /** Ids of Applications, by store and key. */
  readonly #byKey = new KeyUsers()
  /** The same by store and the provider's name for the key, where the store puts something before it. */
  readonly #byFullKey = new KeyUsers()
  readonly #dirty = new Set<string>()

  constructor(limits: IndexLimits) {
    this.#limits = limits
  }

  get applications(): number {
    return this.#records.size
  }

  get keys(): number {
    return this.#byKey.size
  }

  /**
   * Takes the place of what the same source used in this revision before, and of every record whose revision is not among `current`.
   * Gives Applications that made room.
   */
  put(record: RenderRecord, current: ReadonlySet<string>): readonly string[] {
    const id = applicationId(record.application)
    const bounded = { ...record, keys: record.keys.slice(0, this.#limits.maxKeys) }
    const others = (this.#records.get(id) ?? []).filter((one) => current.has(one.revision) && !isSame(one, record))
    this.#replace(id, [...others, bounded])
    return this.#makeRoom()
  }

  /** Whether the same source was reported in the same revision after `record` was. */
  knowsNewer(record: RenderRecord): boolean {
    const own = this.recordsOf(applicationId(record.application))
    return own.some((one) => isSame(one, record) && one.renderedAtMs > record.renderedAtMs)
  }

  /** As it was persisted. */
  restore(records: readonly RenderRecord[]): void {
    const byApplication = Map.groupBy(records, ({ application }) => applicationId(application))
    for (const [id, own] of byApplication) this.#replace(id, own)
    this.#makeRoom()
    this.#dirty.clear()
  }

  remove(id: string): void {
    if (this.#records.has(id)) this.#replace(id, [])
  }

  recordsOf(id: string): readonly RenderRecord[] {
    return this.#records.get(id) ?? []
  }

  /** Each key that the Application uses once, as the newest report has it. */
  usesOf(id: string): readonly KeyUse[] {
    const uses = new Map<string, KeyUse>()
    for (const { application, keys, renderedAtMs } of this.recordsOf(id))
      for (const used of keys) {
        const other = uses.get(usedKeyId(used))
        if (!other || other.renderedAtMs <= renderedAtMs) uses.set(usedKeyId(used), { application, used, renderedAtMs })
      }
    return [...uses.values()]
  }

  /** What stands in for values of the Application, by the newest report of each of its sources. */
  standInsOf(id: string): StandInCounts {
    const newest = new Map<string, RenderRecord>()
    for (const record of this.recordsOf(id)) {
      const source = JSON.stringify([record.source.repoUrl, record.source.path])
      const other = newest.get(source)
      if (!other || other.renderedAtMs <= record.renderedAtMs) newest.set(source, record)
    }
    return sumOfCounts(Array.from(newest.values(), ({ standIns }) => standIns))
  }

  /** The same by project, for those in which something stands in. */
  standInsByProject(): ReadonlyMap<string, ProjectStandIns> {
    const projects = new Map<string, ProjectStandIns>()
    for (const [id, records] of this.#records) {
      const counts = this.standInsOf(id)
      const [first] = records
      if (!first || countsText(counts) === '') continue
      const { project } = first.application
      const known = projects.get(project) ?? { applications: 0, values: NO_STAND_INS }
      projects.set(project, { applications: known.applications + 1, values: sumOfCounts([known.values, counts]) })
    }
    return projects
  }

  /** Every use of a key of a store, by every Application. The key is named as in an ExternalSecret, or as the provider names it. */
  usersOf(store: string, key: string): readonly KeyUse[] {
    const spellings = new Set([key, key.toLowerCase()])
    const ids = new Set([...spellings].flatMap((one) => [...this.#byKey.of(store, one), ...this.#byFullKey.of(store, one)]))
    const isNamed = (used: UsedKey): boolean => [used.key, fullKey(used)].some((one) => isSameName(used.provider, one, key))
    return [...ids].flatMap((id) => this.usesOf(id).filter(({ used }) => used.store === store && isNamed(used)))
  }

  /** Every use of what one of the provider's stores knows by one of these names. */
  usersNamed(provider: string, names: ReadonlySet<string>): readonly KeyUse[] {
    const named = new Set(Array.from(names, (name) => nameAt(provider, name)))
    const ids = new Set([...this.#byKey.named(named), ...this.#byFullKey.named(named)])
    const isNamed = (used: UsedKey): boolean => used.provider === provider && named.has(nameAt(provider, fullKey(used)))
    return [...ids].flatMap((id) => this.usesOf(id).filter(({ used }) => isNamed(used)))
  }

  ids(): Iterable<string> {
    return this.#records.keys()
  }

  /** Applications whose records changed since it was asked last. */
  takeDirty(): readonly string[] {
    const dirty = [...this.#dirty]
    this.#dirty.clear()
    return dirty
  }

  #replace(id: string, records: readonly RenderRecord[]): void {
    const before = this.recordsOf(id)
    for (const { keys } of before) for (const used of keys) this.#forget(used, id)
    this.#records.delete(id)
    if (records.length > 0) this.#records.set(id, records)
    for (const { keys } of records) for (const used of keys) this.#note(used, id)
    if (contentOf(before) !== contentOf(records)) this.#dirty.add(id)
  }

  #note(used: UsedKey, id: string): void {
    const { store, provider, key } = used
    this.#byKey.add(store, nameAt(provider, key), id)
    if (used.keyPrefix !== '') this.#byFullKey.add(store, nameAt(provider, fullKey(used)), id)
  }

  #forget(used: UsedKey, id: string): void {
    const { store, provider, key } = used
    this.#byKey.remove(store, nameAt(provider, key), id)
    this.#byFullKey.remove(store, nameAt(provider, fullKey(used)), id)
  }

  #makeRoom(): readonly string[] {
    const surplus = [...this.#records.keys()].slice(0, Math.max(0, this.#records.size - this.#limits.maxApplications))
    for (const id of surplus) this.remove(id)
    return surplus
  }
}

/** The key as its provider names it. */
function fullKey({ keyPrefix, key }: UsedKey): string {
  return keyPrefix + key
}

function isSameName(provider: string, one: string, other: string): boolean {
  return nameAt(provider, one) === nameAt(provider, other)
}

function isSame(one: RenderRecord, other: RenderRecord): boolean {
  return one.revision === other.revision && one.source.repoUrl === other.source.repoUrl && one.source.path === other.source.path
}

/** Two that differ in time alone need not be written. */
function contentOf(records: readonly RenderRecord[]): string {
  return JSON.stringify(
    records.map(({ application, source, revision, keys, standIns }) => [application, source, revision, keys, standIns]),
  )
}
