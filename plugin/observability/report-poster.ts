import type { Clock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import type { Random } from '../model/random.ts'
import type { RenderFacts } from './render-facts.ts'
import { type Report, SentReports } from './sent-reports.ts'

/** Takes what renders did to whoever keeps count of it (`--report-url`). */
export interface ReportPoster {
  /** Never waits, never fails: what does not fit pushes out the oldest. */
  post(facts: RenderFacts): void
  /** Those that are not sent yet. */
  readonly waiting: number
  /** Whoever took what was sent lately may have lost it: sends it again, before what waits. */
  resend(): void
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

/**
 * Sends one report after the other, in order, each with its age. An answer 4xx gives the report up, but for 401, which is about us: the next
 * credential may do. Everything else is tried again, ever more slowly.
 */
export function reportPoster(tools: ReportPosterTools): ReportPoster {
  const queue: Report[] = []
  const sent = new SentReports(tools.capacity, tools.clock)
  const closing = new AbortController()
  let running: Promise<void> | undefined
  let isClosed = false

  async function attempt(report: Report, signal: AbortSignal): Promise<'done' | 'again'> {
    const outcome = await sendOnce(tools, report, signal)
    if (outcome === 'sent') sent.add(report)
    return outcome === 'again' ? 'again' : 'done'
  }

  async function drain(): Promise<void> {
    let delayMs = FIRST_DELAY_MS
    for (let [report] = queue; report !== undefined && !closing.signal.aborted; [report] = queue) {
      if ((await attempt(report, closing.signal)) === 'done') {
        // A full queue may have pushed it out meanwhile, or others were put before it.
        const at = queue.indexOf(report)
        if (at >= 0) queue.splice(at, 1)
        delayMs = FIRST_DELAY_MS
        continue
      }
      if (delayMs === FIRST_DELAY_MS) tools.logger.warn('render reports cannot be sent', { waiting: queue.length })
      await tools.clock.sleep(delayMs * (0.5 + tools.random.fraction() / 2), closing.signal).catch(() => undefined)
      delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)
    }
  }

  function start(): void {
    for (; queue.length > tools.capacity; queue.shift()) tools.onReport('dropped')
    running ??= drain().finally(() => (running = undefined))
  }

  return {
    get waiting() {
      return queue.length
    },
    post(facts) {
      if (isClosed) return
      queue.push({ facts: JSON.stringify(facts), atMs: tools.clock.monotonic() })
      start()
    },
    resend() {
      const again = sent.take()
      if (isClosed || again.length === 0) return
      queue.unshift(...again)
      start()
    },
    async close(signal) {
      isClosed = true
      closing.abort()
      await running
      for (let report = queue.shift(); report !== undefined && !signal.aborted; report = queue.shift()) {
        if ((await attempt(report, signal)) === 'again') return
      }
    },
  }
}

async function sendOnce(
  tools: ReportPosterTools,
  { facts, atMs }: Report,
  signal: AbortSignal,
): Promise<'sent' | 'refused' | 'again'> {
  const ageMs = Math.max(0, Math.round(tools.clock.monotonic() - atMs))
  try {
    const body = `${facts.slice(0, -1)},"ageMs":${ageMs}}`
    const status = await tools.send(body, AbortSignal.any([signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]))
    if (status >= 500 || status === 429 || status === 401 || status < 200) return 'again'
    tools.onReport(status < 300 ? 'sent' : 'failed')
    if (status < 300) return 'sent'
    tools.logger.warn('render report was not taken', { status })
    return 'refused'
  } catch {
    return 'again'
  }
}
