import { errorPolicy } from '../model/error-policy.ts'
import type { Logger } from '../model/logger.ts'
import { printable } from '../model/printable.ts'
import type { SecretError } from '../model/secret-error.ts'
import { withoutUser, writeAuditLine } from '../observability/audit-line.ts'
import type { DaemonMetrics } from '../observability/daemon-metrics.ts'
import type { RenderFacts, RenderOutcome } from '../observability/render-facts.ts'
import type { ReportPoster } from '../observability/report-poster.ts'
import type { RenderListener, RenderTold } from './expand-service.ts'

export interface RenderListenerTools {
  readonly logger: Logger
  readonly metrics: DaemonMetrics
  readonly reports: ReportPoster | undefined
}

/** Every render becomes an audit line, numbers, and a report where one is wanted. */
export function renderListener({ logger, metrics, reports }: RenderListenerTools): RenderListener {
  return {
    onRender(told) {
      const facts = factsOf(told)
      writeAuditLine(logger, facts)
      metrics.rendered(facts.outcome, facts.durationMs / 1_000)
      for (const { kind } of facts.standIns) metrics.stoodIn(kind)
      // R12: what nobody may see a value of is nobody's render; what could not be attributed is nobody's either.
      if (told.argo?.guard === 'none') reports?.post(facts)
    },
    onPhase: (phase, seconds) => metrics.phase(phase, seconds),
    onRefused: () => metrics.refused('enforced'),
    onDryRefusal({ project, application, namespace }, refusal, need) {
      metrics.refused('dryRun')
      logger.warn('would be refused', {
        project: printable(project),
        application: printable(application),
        namespace: printable(namespace),
        refusal: printable(refusal.message),
        // For `doctor --suggest-policy`: names and patterns only.
        ...(need && { need: printable(JSON.stringify(need)) }),
      })
    },
  }
}

function factsOf({
  argo,
  policyDigest = '',
  durationMs,
  problems,
  outputBytes,
  reads,
  generated,
  standIns,
}: RenderTold): RenderFacts {
  const { project = '', application = '', namespace = '', revision = '', repoUrl = '', path = '', guard = 'none' } = argo ?? {}
  return {
    tenant: { project, application, namespace },
    revision,
    repoUrl: withoutUser(repoUrl),
    path,
    policy: policyDigest,
    guard,
    outcome: outcomeOf(problems),
    problems: problems.length,
    durationMs,
    outputBytes,
    reads,
    generated,
    standIns,
  }
}

/** As the exit code is chosen (R19). */
function outcomeOf(problems: readonly SecretError[]): RenderOutcome {
  const [worst] = problems.toSorted((one, other) => errorPolicy[other.kind].exitCode - errorPolicy[one.kind].exitCode)
  return worst?.kind ?? 'ok'
}
