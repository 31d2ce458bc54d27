import { earlierStart } from '../../model/change-start.ts'
import { type ApplicationRef, type ApplicationResource, applicationId } from './application-view.ts'
import type { RefreshWish } from './refresh-wish.ts'

/** An Application that waits for its refresh, with everything that is wished of it. */
export interface Waiting {
  readonly application: ApplicationRef
  /** By store and key: of several wishes for one key the newest. */
  readonly wishes: Map<string, RefreshWish>
  /** By the monotonic clock. */
  dueAtMs: number
  /** Failures in a row. */
  failures: number
  /** When it was looked at last, its sync windows did not let it be synced. */
  isHeld: boolean
  /** All that is wished of it is rendered, and Argo CD has to be asked again to sync that. */
  isRendered: boolean
  /** What refreshes have put out of sync and nobody has synced, as far as is known. */
  unsynced: readonly ApplicationResource[]
}

/** Applications that wait, in the order in which they came; wishes for one of them are one refresh. */
export class RefreshBacklog {
  readonly #waiting = new Map<string, Waiting>()

  get size(): number {
    return this.#waiting.size
  }

  /** How many wait for a sync window. */
  get held(): number {
    return this.#waiting.values().reduce((count, { isHeld }) => count + (isHeld ? 1 : 0), 0)
  }

  /** When the first that is not held was noticed, in milliseconds since the epoch. */
  get oldestAtMs(): number | undefined {
    let oldest: number | undefined
    for (const { isHeld, wishes } of this.#waiting.values())
      if (!isHeld) for (const { noticedAtMs } of wishes.values()) oldest = Math.min(noticedAtMs, oldest ?? noticedAtMs)
    return oldest
  }

  all(): Iterable<Waiting> {
    return this.#waiting.values()
  }

  storesOf({ wishes }: Waiting): ReadonlySet<string> {
    return new Set([...wishes.values()].map(({ store }) => store))
  }

  /** What waits already keeps its place, unless the new time is earlier. */
  add(wish: RefreshWish, dueAtMs: number): void {
    const id = applicationId(wish.application)
    const waiting = this.#waiting.get(id) ?? {
      application: wish.application,
      wishes: new Map(),
      dueAtMs,
      failures: 0,
      isHeld: false,
      isRendered: false,
      unsynced: [],
    }
    const keyId = `${wish.store}\0${wish.key}`
    const before = waiting.wishes.get(keyId)
    const noticedAtMs = Math.min(wish.noticedAtMs, before?.noticedAtMs ?? wish.noticedAtMs)
    const start = earlierStart(before?.start, wish.start)
    waiting.wishes.set(keyId, { ...wish, noticedAtMs, ...(start && { start }) })
    if (waiting.isRendered) renderAgain(waiting)
    if (waiting.failures === 0 && !waiting.isHeld) waiting.dueAtMs = Math.min(waiting.dueAtMs, dueAtMs)
    this.#waiting.set(id, waiting)
  }

  /** It runs now; what is wished from now on waits for its end. */
  take({ application }: Waiting): void {
    this.#waiting.delete(applicationId(application))
  }

  /** It failed, or may not be yet. */
  giveBack(waiting: Waiting): void {
    const id = applicationId(waiting.application)
    const since = this.#waiting.get(id)
    if (since) {
      for (const [keyId, wish] of since.wishes) waiting.wishes.set(keyId, wish)
      if (waiting.isRendered) {
        renderAgain(waiting)
        waiting.dueAtMs = since.dueAtMs
      }
    }
    this.#waiting.set(id, waiting)
  }

  /** The Application has this version by itself: somebody else had it rendered. That of what is rendered already is no news. */
  settle(application: ApplicationRef, isSettled: (wish: RefreshWish) => boolean): void {
    const id = applicationId(application)
    const waiting = this.#waiting.get(id)
    if (!waiting || waiting.isRendered) return
    for (const [keyId, wish] of waiting.wishes) if (isSettled(wish)) waiting.wishes.delete(keyId)
    if (waiting.wishes.size === 0) this.#waiting.delete(id)
  }
}

/** Something new is wished of it. */
function renderAgain(waiting: Waiting): void {
  waiting.isRendered = false
  waiting.failures = 0
}
