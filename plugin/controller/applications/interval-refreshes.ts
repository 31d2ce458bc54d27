import type { Clock } from '../../model/clock.ts'
import { turnAfter } from '../../refresh/phase.ts'
import type { RefreshWish } from './refresh-wish.ts'
import type { KeyUse, RenderIndex, RenderRecord } from './render-index.ts'

export interface IntervalRefreshesTools {
  readonly index: RenderIndex
  /** Whether changes of a store are detected: then its keys are asked for and nothing is rendered for nothing. */
  readonly isWatched: (store: string) => boolean
  /** Shorter intervals are taken for this, in milliseconds. */
  readonly leastMs: number
  readonly clock: Clock
  readonly wish: (wishes: readonly RefreshWish[]) => void
}

const LOOK_MS = 15_000

/** When an Application has its turn, as long as its records are these. */
interface Turn {
  readonly records: readonly RenderRecord[]
  readonly use: KeyUse
  readonly intervalMs: number
  readonly atMs: number
}

/**
 * `refreshInterval` of inline ExternalSecrets whose stores nobody watches: the Application is rendered again once an interval, in a phase
 * that follows from its name, so that a thousand with one interval never come together.
 */
export async function intervalRefreshes(tools: IntervalRefreshesTools, signal: AbortSignal): Promise<void> {
  const turns = new Map<string, Turn>()
  while (!signal.aborted) {
    await tools.clock.sleep(LOOK_MS, signal).catch(() => undefined)
    if (!signal.aborted) tools.wish(dueNow(tools, turns))
  }
}

function dueNow(tools: IntervalRefreshesTools, turns: Map<string, Turn>): readonly RefreshWish[] {
  const { index, clock } = tools
  const now = clock.now()
  const wishes: RefreshWish[] = []
  const known = new Set(index.ids())
  for (const id of turns.keys()) if (!known.has(id)) turns.delete(id)
  for (const id of known) {
    const turn = turns.get(id)
    const isOver = turn !== undefined && turn.atMs <= now
    if (isOver) wishes.push(wishOf(turn.use, now))
    // A clock that was set back must not make a turn of long ago a turn of far away.
    const isFar = turn !== undefined && turn.atMs > now + turn.intervalMs
    if (turn && !isOver && !isFar && turn.records === index.recordsOf(id)) continue
    const next = turnOf(id, now, tools)
    if (next) turns.set(id, next)
    else turns.delete(id)
  }
  return wishes
}

function turnOf(id: string, now: number, { index, isWatched, leastMs }: IntervalRefreshesTools): Turn | undefined {
  const [use, ...others] = index.usesOf(id).filter(({ used }) => used.intervalMs > 0 && !isWatched(used.store))
  if (!use) return undefined
  const intervalMs = Math.max(leastMs, Math.min(use.used.intervalMs, ...others.map(({ used }) => used.intervalMs)))
  return { records: index.recordsOf(id), use, intervalMs, atMs: turnAfter(now, id, intervalMs) }
}

function wishOf({ application, used: { store, key, isHook } }: KeyUse, now: number): RefreshWish {
  return { application, store, key, version: undefined, cause: 'interval', noticedAtMs: now, isHook }
}
