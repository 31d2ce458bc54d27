import type { Clock } from '../model/clock.ts'
import { KubeError } from './kube-error.ts'

/**
 * An API server sends a bookmark a minute (apiserver, storage/cacher), so a connection that said nothing for one and a half is half open. Four ticks
 * of half a minute find it after 90 to 120 s; counting ticks instead of reading the clock is not deceived by a clock that was set.
 */
const TICK_MS = 30_000
const SILENT_TICKS = 4

/**
 * Runs `work` under a signal of its own, which is aborted with the caller's, and with a KubeError of status 0 when `heard` was not called for too long.
 * `work` must end once its signal is aborted.
 */
export async function cutWhenSilent<T>(
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal, heard: () => void) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const [connection, ticking] = [new AbortController(), new AbortController()]
  const stop = (): void => connection.abort(signal.reason)
  let silentTicks = 0
  const tick = async (): Promise<void> => {
    while (silentTicks < SILENT_TICKS) {
      await clock.sleep(TICK_MS, ticking.signal)
      silentTicks++
    }
    connection.abort(new KubeError('the API server said nothing for too long', 0, 'Silence'))
  }
  signal.addEventListener('abort', stop)
  try {
    tick().catch(() => {})
    return await work(connection.signal, () => {
      silentTicks = 0
    })
  } finally {
    ticking.abort()
    signal.removeEventListener('abort', stop)
  }
}
