import type { Outcome, Pass } from '../../../../plugin/controller/queue/pass.ts'
import { WorkQueue } from '../../../../plugin/controller/queue/work-queue.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

export interface StartedQueue {
  readonly queue: WorkQueue
  readonly clock: VirtualClock
  /** Keys in the order in which their passes started. */
  readonly started: string[]
  readonly passes: readonly Pass[]
  /** Keys whose pass is under way. */
  readonly running: ReadonlyMap<string, unknown>
  /** Ends the pass of a key that is under way; nothing if there is none. */
  readonly finish: (key: string, outcome?: Outcome | 'throw') => void
  readonly stop: () => void
  readonly stopped: () => boolean
}

/** A queue whose passes last until the test ends them. */
export function startQueue({ concurrency, fraction = 0.5 }: { concurrency: number; fraction?: number }): StartedQueue {
  const clock = new VirtualClock()
  const queue = new WorkQueue({ clock, logger: silentLogger, random: { fraction: () => fraction } })
  const started: string[] = []
  const passes: Pass[] = []
  const running = new Map<string, PromiseWithResolvers<Outcome>>()
  const stopping = new AbortController()
  let hasStopped = false

  async function work(key: string, pass: Pass): Promise<Outcome> {
    if (running.has(key)) throw new Error(`${key} runs twice at once`)
    started.push(key)
    passes.push(pass)
    const end = Promise.withResolvers<Outcome>()
    running.set(key, end)
    try {
      return await end.promise
    } finally {
      running.delete(key)
    }
  }

  void queue.run(work, { concurrency }, stopping.signal).then(() => (hasStopped = true))
  return {
    queue,
    clock,
    started,
    passes,
    running,
    finish: (key, outcome = { next: 'none' }) => {
      const end = running.get(key)
      if (outcome === 'throw') end?.reject(new Error('thrown by a pass'))
      else end?.resolve(outcome)
    },
    stop: () => stopping.abort(),
    stopped: () => hasStopped,
  }
}
