import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import { type CallQuotas, DEFAULT_QUOTAS } from './call-quota.ts'
import type { DetectionSchedule, NextLook, OnChanges, OnTelling, StoreDetection, WatchedKey } from './detection-schedule.ts'
import type { DetectorState } from './detector-state.ts'
import { StoreWatch, type StoreWatchTools } from './store-watch.ts'
import type { SubscriptionPlaces } from './subscription-places.ts'
import { TimerQueue } from './timer-queue.ts'

export interface DetectionOptions {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly state: DetectorState
  readonly onChanges: OnChanges
  readonly onTelling?: OnTelling | undefined
  /** Calls a second and store, where they are to be others than {@link DEFAULT_QUOTAS}. */
  readonly quotas?: CallQuotas
  /** Those of the process, shared with its other detections. */
  readonly places: SubscriptionPlaces
  /** Every key is read once in so many milliseconds, whatever its detector says. {@link DEFAULT_SWEEP_MS} */
  readonly sweepMs?: number
}

export const DEFAULT_SWEEP_MS = 24 * 60 * 60_000
/** How long goodbyes and the last writes may take, in milliseconds. */
const CLOSE_MS = 10_000

/** What one watcher watches of one store: ids of keys. There are many watchers, and most have one store and few keys. */
interface Watched {
  readonly store: StoreWatch
  readonly ids: readonly string[]
}

/** The detection of all stores. Nothing happens before {@link DetectionSchedule.run}. */
export function createDetection(options: DetectionOptions): DetectionSchedule {
  const timers = new TimerQueue(options.clock)
  const stopping = new AbortController()
  const tools: StoreWatchTools = {
    ...options,
    timers,
    quotas: options.quotas ?? DEFAULT_QUOTAS,
    sweepMs: options.sweepMs ?? DEFAULT_SWEEP_MS,
    stopping: stopping.signal,
  }
  const stores = new Map<string, StoreWatch>()
  const watched = new Map<string, readonly Watched[]>()
  const goodbyes = new Set<Promise<void>>()

  function storeOf({ store }: WatchedKey): StoreWatch {
    const known = stores.get(store.identity) ?? new StoreWatch(store, tools)
    stores.set(store.identity, known)
    return known
  }

  function leave(watcher: string, before: readonly Watched[], now: readonly Watched[]): void {
    for (const { store, ids } of before) {
      const kept = new Set(now.find((other) => other.store === store)?.ids)
      for (const id of ids) if (!kept.has(id)) store.unwatch(watcher, id)
      if (store.isUnused) retire(store)
    }
  }

  function retire(store: StoreWatch): void {
    stores.delete(store.store.identity)
    const goodbye = store.close(AbortSignal.timeout(CLOSE_MS)).finally(() => goodbyes.delete(goodbye))
    goodbyes.add(goodbye)
  }

  return {
    watch(watcher, keys) {
      const ids = new Map<StoreWatch, Set<string>>()
      for (const key of keys) {
        const store = storeOf(key)
        ids.set(store, (ids.get(store) ?? new Set()).add(store.watch(watcher, key)))
      }
      const now = Array.from(ids, ([store, some]) => ({ store, ids: [...some] }))
      leave(watcher, watched.get(watcher) ?? [], now)
      watched.set(watcher, now)
    },
    unwatch(watcher) {
      leave(watcher, watched.get(watcher) ?? [], [])
      watched.delete(watcher)
    },
    check(identity, key) {
      stores.get(identity)?.check([key])
    },
    isAway: (watcher) => watched.get(watcher)?.some(({ store }) => store.isAway) === true,
    nextLook: (watcher) => nextLookAt(watched.get(watcher)),
    async run(signal) {
      await timers.run(signal)
      stopping.abort()
      for (const store of stores.values()) retire(store)
      await Promise.all(goodbyes)
    },
    stores: (): readonly StoreDetection[] => Array.from(stores.values(), ({ detection }) => detection),
  }
}

function nextLookAt(uses: readonly Watched[] | undefined): NextLook | undefined {
  if (!uses) return undefined
  const times = uses.flatMap(({ store, ids }) => store.nextLookMs(ids) ?? [])
  return { atMs: times.length > 0 ? Math.min(...times) : undefined, isTold: uses.every(({ store }) => store.isTold) }
}
