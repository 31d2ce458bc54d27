import { stopSignal } from '../../daemon/stop-signal.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'

/** Aborted by the first of SIGTERM and SIGINT. To be called before a process says that it is ready. */
export function stopOnSignal(logger: Logger): AbortSignal {
  const stopping = new AbortController()
  const stopped = async (): Promise<void> => {
    logger.info('stopping', { signal: await stopSignal() })
    stopping.abort()
  }
  void stopped()
  return stopping.signal
}

/** Waits for `work`, which ends soon after `stop`, and for no longer than `graceMs` after it. Rejects with what `work` throws before the stop. */
export async function endedInTime(work: Promise<unknown>, stop: AbortSignal, graceMs: number): Promise<void> {
  const ended = new AbortController()
  const { promise: stopped, resolve } = Promise.withResolvers<void>()
  stop.addEventListener('abort', () => resolve(), { once: true })
  if (stop.aborted) resolve()
  const late = stopped.then(() => systemClock.sleep(graceMs, ended.signal)).catch(() => undefined)
  try {
    await Promise.race([work, late])
  } catch (thrown) {
    if (!stop.aborted) throw thrown
  } finally {
    ended.abort()
  }
}
