import { type ApplicationRef, type ApplicationResource, applicationId } from './application-view.ts'
import { joinWishes, type RefreshWish } from './refresh-wish.ts'

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
  /** When it was looked at last, it could not be compared, and it is not for us to mend that. */
  isBroken: boolean
  /** All that is wished of it is rendered, and Argo CD has to be asked again to sync that. */
  isRendered: boolean
  /** What was out of sync before the first refresh that was asked for and came to nothing; it may have come true since. */
  outOfSyncBefore: readonly ApplicationResource[] | undefined
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

  /** How many are only looked at until somebody else has done something. */
  get aside(): number {
    return this.#waiting.values().reduce((count, { isHeld, isBroken }) => count + (isHeld || isBroken ? 1 : 0), 0)
  }

  /** When the first that nothing holds back on purpose was noticed, in milliseconds since the epoch. */
  oldestAtMs(isPaused: (waiting: Waiting) => boolean): number | undefined {
    let oldest: number | undefined
    for (const waiting of this.#waiting.values())
      if (!waiting.isHeld && !waiting.isBroken && !isPaused(waiting))
        for (const { noticedAtMs } of waiting.wishes.values()) oldest = Math.min(noticedAtMs, oldest ?? noticedAtMs)
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
      isBroken: false,
      isRendered: false,
      outOfSyncBefore: undefined,
    }
    addWish(waiting.wishes, wish)
    // The new value may be what mends it.
    waiting.isBroken = false
    if (waiting.isRendered) renderAgain(waiting)
    if (waiting.failures === 0 && !waiting.isHeld) waiting.dueAtMs = Math.min(waiting.dueAtMs, dueAtMs)
    this.#waiting.set(id, waiting)
  }

  /** It runs now; what is wished from now on waits for its end. */
  take({ application }: Waiting): void {
    this.#waiting.delete(applicationId(application))
  }

  /** What it has to be asked for once more, which is asked for with something newer. */
  takeRendered(application: ApplicationRef): Waiting | undefined {
    const waiting = this.#waiting.get(applicationId(application))
    if (!waiting?.isRendered) return undefined
    this.take(waiting)
    return waiting
  }

  /** It failed, or may not be yet. */
  giveBack(waiting: Waiting): void {
    const id = applicationId(waiting.application)
    const other = this.#waiting.get(id)
    // What is rendered already was given back by a run before this one, whose render has its values too.
    if (other?.isRendered) takeUp(waiting, other)
    else if (other) {
      for (const wish of other.wishes.values()) addWish(waiting.wishes, wish)
      waiting.isBroken = false
      if (waiting.isRendered) {
        renderAgain(waiting)
        waiting.dueAtMs = other.dueAtMs
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

/** What was wished before, and is still, is wished with the rest. */
export function takeUp(waiting: Waiting, { wishes }: Pick<Waiting, 'wishes'>): void {
  for (const [keyId, older] of wishes) {
    const newer = waiting.wishes.get(keyId)
    waiting.wishes.set(keyId, newer ? joinWishes(older, newer) : older)
  }
}

function addWish(wishes: Map<string, RefreshWish>, newer: RefreshWish): void {
  const keyId = `${newer.store}\0${newer.key}`
  const older = wishes.get(keyId)
  wishes.set(keyId, older ? joinWishes(older, newer) : newer)
}

/** Something new is wished of it. */
function renderAgain(waiting: Waiting): void {
  waiting.isRendered = false
  waiting.failures = 0
}
