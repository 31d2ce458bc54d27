import type { ExternalSecret, StoreRef } from '../../api/external-secret.ts'
import { parseGoDuration } from '../../api/go-duration.ts'
import { otherStoresOf } from '../../api/when-missing.ts'
import { entriesOf } from '../../expansion/entry.ts'
import { keyText, type ObjectKey } from '../../kube/kube-object.ts'
import { type ChangeStart, changeStart } from '../../model/change-start.ts'
import type { Clock } from '../../model/clock.ts'
import type { RemoteRef } from '../../model/remote-ref.ts'
import type { VersionQuery } from '../../providers/change-detector.ts'
import type { Change, DetectionSchedule, KeyRead, NextLook, WatchedKey, WatchedStore } from '../detection/detection-schedule.ts'
import type { Lane } from '../queue/lane.ts'
import type { ReadFloors } from '../stores/read-floors.ts'
import type { ChangeNotices, UsedKey } from './change-notices.ts'
import type { Values } from './read-values.ts'

export interface DetectedChangesTools {
  readonly schedule: DetectionSchedule
  /** Undefined where the store cannot be watched: its provider has nothing cheaper than reading, or there is no such store. */
  readonly watchedStore: (ref: StoreRef, namespace: string) => Promise<WatchedStore | undefined>
  readonly clock: Pick<Clock, 'now'>
}

/** When a change was told, and since when it is on its way. */
interface Notice {
  readonly atMs: number
  readonly start: ChangeStart
}

/** Of one ExternalSecret: what is longest on its way, and what was told last. */
interface Told {
  readonly first: Notice
  readonly last: Notice
}

/** What the schedule of detectors knows, by ExternalSecret. Those with a store that cannot be watched are read at their turns. */
export class DetectedChanges implements ChangeNotices {
  readonly #tools: DetectedChangesTools
  readonly #watched = new Set<string>()
  /** Told and not read since. */
  readonly #told = new Map<string, Told>()

  constructor(tools: DetectedChangesTools) {
    this.#tools = tools
  }

  async holds(object: ObjectKey, resource: ExternalSecret, values: Values | undefined): Promise<void> {
    const watcher = keyText(object)
    const keys = await this.#keysOf(object, resource, values)
    if (values) this.#settle(watcher, values.readAfterMs)
    if (!keys) return this.unwatch(object)
    this.#watched.add(watcher)
    this.#tools.schedule.watch(watcher, keys)
  }

  changedAt(object: ObjectKey): number | undefined {
    return this.#told.get(keyText(object))?.last.atMs
  }

  startedAt(object: ObjectKey): ChangeStart | undefined {
    return this.#told.get(keyText(object))?.first.start
  }

  watches(object: ObjectKey): boolean {
    return this.#watched.has(keyText(object))
  }

  isAway(object: ObjectKey): boolean {
    return this.#tools.schedule.isAway(keyText(object))
  }

  nextLook(object: ObjectKey): NextLook | undefined {
    return this.#tools.schedule.nextLook(keyText(object))
  }

  forget(object: ObjectKey): void {
    this.#told.delete(keyText(object))
    this.unwatch(object)
  }

  async rotated(object: ObjectKey, keys: readonly UsedKey[], atMs?: number): Promise<'asked' | 'changed'> {
    const { schedule, watchedStore, clock } = this.#tools
    const stores = await Promise.all(keys.map(({ store }) => watchedStore(store, object.namespace ?? '')))
    const asked = stores.flatMap((store, index) => (store ? [{ store, key: keys[index]?.key ?? '' }] : []))
    if (this.watches(object) && asked.length === keys.length) {
      for (const { store, key } of asked) schedule.check(store.identity, key)
      return 'asked'
    }
    this.#note(keyText(object), clock.now(), atMs)
    return 'changed'
  }

  unwatch(object: ObjectKey): void {
    const watcher = keyText(object)
    if (this.#watched.delete(watcher)) this.#tools.schedule.unwatch(watcher)
  }

  told({ watchers, changedAtMs }: Change): void {
    const now = this.#tools.clock.now()
    for (const watcher of watchers) if (this.#watched.has(watcher)) this.#note(watcher, now, changedAtMs)
  }

  #note(watcher: string, atMs: number, changedAtMs: number | undefined): void {
    const last = { atMs, start: changeStart(atMs, changedAtMs) }
    const first = this.#told.get(watcher)?.first
    this.#told.set(watcher, { first: first && first.start.atMs <= last.start.atMs ? first : last, last })
  }

  /** What was told after the read is still on its way. */
  #settle(watcher: string, readAfterMs: number): void {
    const told = this.#told.get(watcher)
    if (!told || readAfterMs < told.first.atMs) return
    if (readAfterMs >= told.last.atMs) this.#told.delete(watcher)
    else this.#told.set(watcher, { first: told.last, last: told.last })
  }

  /** Undefined unless all of them can be watched, and time alone brings a refresh about. */
  async #keysOf(
    { namespace = '' }: ObjectKey,
    resource: ExternalSecret,
    values: Values | undefined,
  ): Promise<readonly WatchedKey[] | undefined> {
    const { spec } = resource
    const intervalMs = parseGoDuration(spec.refreshInterval) ?? 0
    if ((spec.refreshPolicy ?? 'Periodic') !== 'Periodic' || intervalMs <= 0) return undefined
    // What a search will find next is no version of anything: only reading tells.
    if (spec.dataFrom?.some(({ find }) => find)) return undefined
    // What the next store has is read only where the one before misses something: no version stands for both.
    if (otherStoresOf(resource).length > 0) return undefined
    const keys: WatchedKey[] = []
    const entries = entriesOf(spec)
    // A generator makes new values at every turn.
    if (entries.some(({ generatorRef }) => generatorRef)) return undefined
    for (const { store: ref, ref: remote } of values?.held ?? entries.filter((entry) => entry.generatorRef === undefined)) {
      if (!remote) return undefined
      const store = await this.#tools.watchedStore(ref, namespace)
      if (!store) return undefined
      const read = values && readOf(values, ref, remote)
      keys.push({ store, query: queryOf(remote), intervalMs, ...(read && { read }) })
    }
    return keys.length > 0 ? keys : undefined
  }
}

/** A change at the provider goes before what is due by time; what has to be read in any case does not. */
export function laneOf({ reason }: Change): Lane {
  return reason === 'changed' || reason === 'absent' || reason === 'said' ? 'priority' : 'periodic'
}

/** What was read before a change was seen is given to nobody any more. */
export function raiseFloor({ store, query }: Change, floors: ReadFloors, now: number): void {
  const [kind = '', name = ''] = store.name.split(' ')
  floors.raise({ kind, name: name.slice(name.indexOf('/') + 1) }, [query.key], now)
}

function readOf({ held, readAfterMs }: Values, store: StoreRef, ref: RemoteRef): KeyRead | undefined {
  const found = held.find((one) => one.store === store && one.ref === ref)
  return found && { version: found.version, atMs: readAfterMs }
}

function queryOf({ key, version, part }: RemoteRef): VersionQuery {
  return { key, ...(version !== undefined && { version }), ...(part === 'metadata' && { metadata: true }) }
}
