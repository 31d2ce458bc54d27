import type { DetectionSchedule, KeyRead, WatchedKey, WatchedStore } from '../detection/detection-schedule.ts'
import type { RenderIndex } from './render-index.ts'
import { type UsedKey, usedKeyId } from './used-key.ts'

export interface DetectionWatchTools {
  readonly index: RenderIndex
  readonly detection: Pick<DetectionSchedule, 'watch' | 'unwatch'>
  readonly watchedStores: ReadonlyMap<string, WatchedStore>
  /** How often a key is asked for, at most, in milliseconds. */
  readonly detectMs: number
}

/** Tells detection what each Application uses, of the stores that can be watched: one watcher an Application. */
export class DetectionWatch {
  readonly #tools: DetectionWatchTools
  /** What an Application is taken to have, until a report tells. */
  readonly #assumed = new Map<string, Map<string, KeyRead>>()

  constructor(tools: DetectionWatchTools) {
    this.#tools = tools
  }

  /** A report has told what it has. */
  reported(id: string): void {
    this.#assumed.delete(id)
    this.update(id)
  }

  /** It was rendered with this version, although nobody said so yet; undefined: without the key. */
  assume(id: string, used: UsedKey, read: KeyRead): void {
    const use = this.#tools.index.usesOf(id).find((one) => usedKeyId(one.used) === usedKeyId(used))
    if (!use) return
    const assumed = this.#assumed.get(id) ?? new Map<string, KeyRead>()
    assumed.set(usedKeyId(used), { ...read, atMs: Math.max(read.atMs, use.renderedAtMs) })
    this.#assumed.set(id, assumed)
    this.update(id)
  }

  update(id: string): void {
    const { index, detection, watchedStores, detectMs } = this.#tools
    const keys = index.usesOf(id).flatMap(({ used, renderedAtMs }): readonly WatchedKey[] => {
      const store = watchedStores.get(used.store)
      // `refreshInterval: 0` says never again (external-secrets.md 4.3).
      if (!store || used.intervalMs === 0) return []
      const { key, requestedVersion, part, version, intervalMs } = used
      const query = {
        key,
        ...(requestedVersion !== '' && { version: requestedVersion }),
        ...(part === 'metadata' && { metadata: true as const }),
      }
      const read = this.#assumed.get(id)?.get(usedKeyId(used)) ?? { version, atMs: renderedAtMs }
      return [{ store, query, intervalMs: Math.min(intervalMs, detectMs), read }]
    })
    if (keys.length > 0) detection.watch(id, keys)
    else detection.unwatch(id)
  }

  forget(id: string): void {
    this.#assumed.delete(id)
    this.#tools.detection.unwatch(id)
  }
}
