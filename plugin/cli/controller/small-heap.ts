import v8 from 'node:v8'
import type { Clock } from '../../model/clock.ts'

/** How often it is looked at whether there is still work, in milliseconds. */
const LOOK_MS = 5_000

/** While there is work, what is new is collected in small portions, and everything once it has grown by a third. */
const AT_WORK = ['--no-optimize-for-size', '--heap-growing-percent=35', '--semi-space-growth-factor=1']
/** Everything is collected as soon as there is a little to collect, and what becomes free is given back. */
const AT_REST = ['--optimize-for-size', '--heap-growing-percent=0']

/**
 * Has the engine keep a small heap, for a process that is busy for seconds and then waits for hours: by its own measure it would hold twice the memory
 * after a first sync. Its way of keeping it as small as it can costs a fifth of the CPU of that sync, and is for what comes after it.
 */
export function workInSmallHeap(): void {
  setFlags(AT_WORK)
}

/** Has the engine give back what it can whenever there is no work, until `signal` is aborted. */
export async function restInSmallerHeap(hasWork: () => boolean, clock: Clock, signal: AbortSignal): Promise<void> {
  let isAtWork = true
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, signal).catch(() => undefined)
    if (hasWork() === isAtWork) continue
    isAtWork = !isAtWork
    setFlags(isAtWork ? AT_WORK : AT_REST)
  }
}

/** Growth is decided anew at each collection, so that this may be said late. */
function setFlags(flags: readonly string[]): void {
  for (const flag of flags) v8.setFlagsFromString(flag)
}
