import * as daemonOptions from '../../config/daemon-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { quoteName } from '../../model/quote-name.ts'
import { systemRandom } from '../../model/random.ts'
import type { DaemonMetrics } from '../../observability/daemon-metrics.ts'
import { type ReportPoster, reportPoster } from '../../observability/report-poster.ts'
import { REPORTS_PATH } from '../../stores/warm/floor-exchange.ts'
import type { ControllerLink } from './controller-link.ts'

const MAX_REPORTS = 1_000

/** Where render reports go: to the controller, to `--report-url`, or nowhere. Throws UsageError. */
export function daemonReports(
  sources: OptionSources,
  logger: Logger,
  metrics: DaemonMetrics,
  link: ControllerLink | undefined,
): ReportPoster | undefined {
  const send = link ? toController(link) : toUrl(sources)
  if (!send) return undefined
  return reportPoster({
    clock: systemClock,
    random: systemRandom,
    logger,
    capacity: MAX_REPORTS,
    onReport: (outcome) => metrics.reported(outcome),
    send,
  })
}

type Send = (body: string, signal: AbortSignal) => Promise<number>

function toController({ client }: ControllerLink): Send {
  return async (body, signal) => (await client.send({ method: 'POST', path: REPORTS_PATH, body, signal })).status
}

function toUrl(sources: OptionSources): Send | undefined {
  const url = setting(daemonOptions.reportUrl, sources)
  if (url === '') return undefined
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UsageError(`--report-url: ${quoteName(url)} is no URL of http or https`, 'name where reports are posted')
  return async (body, signal) => {
    const headers = { 'content-type': 'application/json' }
    const { status, body: unread } = await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal })
    await unread?.cancel()
    return status
  }
}
