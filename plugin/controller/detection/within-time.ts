import type { Clock } from '../../model/clock.ts'

/** Runs `work` with a signal that ends with `outer`, or after `ms` by the clock. */
export async function withinTime<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController()
  const late = new AbortController()
  clock.sleep(ms, AbortSignal.any([outer, done.signal])).then(
    () => late.abort(),
    () => undefined,
  )
  try {
    return await work(AbortSignal.any([outer, late.signal]))
  } finally {
    done.abort()
  }
}
