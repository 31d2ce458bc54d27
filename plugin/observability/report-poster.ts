import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import type { Random } from '../model/random.ts'
import type { RenderFacts } from './render-facts.ts'

/** Takes what renders did to whoever keeps count of it (`--report-url`). */
export interface ReportPoster {
  /** Never waits, never fails: what does not fit pushes out the oldest. */
  post(facts: RenderFacts): void
  /** Those that are not sent yet. */
  readonly waiting: number
  /** Sends what waits, once, until `signal` is aborted; nothing is sent afterwards. */
  close(signal: AbortSignal): Promise<void>
}

export interface ReportPosterTools {
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
  readonly logger: Logger
  /** One request; gives the status. Throws when there is no answer. */
  send(body: string, signal: AbortSignal): Promise<number>
  onReport(outcome: 'sent' | 'failed' | 'dropped'): void
  /** Reports that are kept in memory at most. */
  readonly capacity: number
}

const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 60_000
const SEND_TIMEOUT_MS = 10_000

/** Sends one report after the other, in order. An answer 4xx gives the report up; everything else is tried again, ever more slowly. */
export function reportPoster(tools: ReportPosterTools): ReportPoster {
  const queue: string[] = []
  const closing = new AbortController()
  let running: Promise<void> | undefined
  let isClosed = false

  async function attempt(body: string, signal: AbortSignal): Promise<'done' | 'again'> {
    try {
      const status = await tools.send(body, AbortSignal.any([signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]))
      if (status >= 500 || status === 429 || status < 200) return 'again'
      tools.onReport(status < 300 ? 'sent' : 'failed')
      if (status >= 300) tools.logger.warn('render report was not taken', { status })
      return 'done'
    } catch {
      return 'again'
    }
  }

  async function drain(): Promise<void> {
    let delayMs = FIRST_DELAY_MS
    for (let body = queue[0]; body !== undefined && !closing.signal.aborted; body = queue[0]) {
      if ((await attempt(body, closing.signal)) === 'done') {
        // A full queue may have pushed it out meanwhile.
        if (queue[0] === body) queue.shift()
        delayMs = FIRST_DELAY_MS
        continue
      }
      if (delayMs === FIRST_DELAY_MS) tools.logger.warn('render reports cannot be sent', { waiting: queue.length })
      await tools.clock.sleep(delayMs * (0.5 + tools.random.fraction() / 2), closing.signal).catch(() => undefined)
      delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)
    }
  }

  return {
    get waiting() {
      return queue.length
    },
    post(facts) {
      if (isClosed) return
      queue.push(JSON.stringify(facts))
      if (queue.length > tools.capacity) {
        queue.shift()
        tools.onReport('dropped')
      }
      running ??= drain().finally(() => (running = undefined))
    },
    async close(signal) {
      isClosed = true
      closing.abort()
      await running
      for (let body = queue.shift(); body !== undefined && !signal.aborted; body = queue.shift()) {
        if ((await attempt(body, signal)) === 'again') return
      }
    },
  }
}
