import type { Clock } from '../../model/clock.ts'
import { failureFields } from '../../model/failure-fields.ts'
import type { Logger } from '../../model/logger.ts'
import { printable } from '../../model/printable.ts'
import { asSecretError } from '../../model/secret-error.ts'
import { withoutUser } from '../../observability/audit-line.ts'
import type { RenderFacts } from '../../observability/render-facts.ts'
import type { Outcome } from '../queue/pass.ts'
import type { WorkQueue } from '../queue/work-queue.ts'
import { type ApplicationRef, type ApplicationView, applicationId } from './application-view.ts'
import type { Applications } from './applications.ts'
import type { RenderRecord } from './render-index.ts'
import type { RenderReport } from './report-schema.ts'
import { countStandIns } from './stand-in-counts.ts'
import { usedKeys } from './used-key.ts'

/** A report that counts: the Application really has this revision of this source. */
export interface AcceptedReport {
  readonly record: RenderRecord
  readonly view: ApplicationView
  readonly facts: RenderFacts
}

/** What became of a report. */
export type ReportFate = 'accepted' | 'guarded' | 'failed-render' | 'not-current' | 'unknown-application' | 'crowded-out'

export interface ReportIntakeTools {
  readonly applications: Pick<Applications, 'read'>
  readonly queue: WorkQueue
  readonly clock: Clock
  readonly logger: Logger
  /** Where Applications are whose name has no namespace. */
  readonly argoNamespace: string
  readonly onAccepted: (report: AcceptedReport) => void
  /** A render that did not go well tells nothing of what is used; but why. */
  readonly onFate: (fate: ReportFate, application: string) => void
}

/**
 * Argo CD writes the revision into the Application once it has compared, a moment after the render: a report is looked at again
 * this often, with the queue's growing delays, which end after about two minutes.
 */
const LOOKS = 8
/** A look at which Argo CD does not answer is none, for so long, in milliseconds: what is in its cache is not rendered, nor reported, again for a day. */
const AWAY_MS = 3_600_000
/** Sources and revisions of one Application that wait for that. */
const MOST_OF_ONE = 32
const MOST_APPLICATIONS = 20_000
const CONCURRENCY = 4

interface Waiting {
  readonly application: ApplicationRef
  readonly reports: Map<string, { readonly facts: RenderFacts; readonly renderedAtMs: number; looks: number }>
}

/** Takes reports of daemons, and lets those count that tell what an Application really is (R20): a preview of a branch must not poison the index. */
export class ReportIntake {
  readonly #tools: ReportIntakeTools
  readonly #waiting = new Map<string, Waiting>()

  constructor(tools: ReportIntakeTools) {
    this.#tools = tools
  }

  get waiting(): number {
    return this.#waiting.size
  }

  receive({ ageMs, ...facts }: RenderReport): void {
    const { queue, clock, onFate } = this.#tools
    const application = this.#refOf(facts)
    const id = applicationId(application)
    if (facts.guard !== 'none' || facts.revision === '' || facts.revision === 'streamed') return onFate('guarded', id)
    if (facts.outcome !== 'ok') return onFate('failed-render', id)
    const waiting = this.#waiting.get(id) ?? { application, reports: new Map() }
    if (!this.#waiting.has(id) && this.#waiting.size >= MOST_APPLICATIONS) return onFate('crowded-out', id)
    const reportId = JSON.stringify([facts.tenant.project, facts.tenant.namespace, facts.repoUrl, facts.path, facts.revision])
    const renderedAtMs = clock.now() - ageMs - facts.durationMs
    // A daemon sends again what it sent to an earlier leader, maybe after another daemon has rendered it anew.
    if ((waiting.reports.get(reportId)?.renderedAtMs ?? 0) > renderedAtMs) return
    waiting.reports.delete(reportId)
    const [oldest] = waiting.reports.keys()
    if (oldest !== undefined && waiting.reports.size >= MOST_OF_ONE) {
      waiting.reports.delete(oldest)
      onFate('crowded-out', id)
    }
    waiting.reports.set(reportId, { facts, renderedAtMs, looks: 0 })
    this.#waiting.set(id, waiting)
    queue.add(id, 'priority')
  }

  /** Works until `signal` is aborted. */
  run(signal: AbortSignal): Promise<void> {
    return this.#tools.queue.run((id) => this.#look(id, signal), { concurrency: CONCURRENCY }, signal)
  }

  async #look(id: string, signal: AbortSignal): Promise<Outcome> {
    const waiting = this.#waiting.get(id)
    if (!waiting) return { next: 'none' }
    const { applications, clock, logger } = this.#tools
    // What comes during the reading is looked at by the pass that follows.
    const looked = [...waiting.reports]
    let view: ApplicationView | undefined
    try {
      view = await applications.read(waiting.application, signal)
    } catch (thrown) {
      if (signal.aborted) return { next: 'none' }
      logger.warn('an Application cannot be read', { application: printable(id), ...failureFields(thrown) })
      const isRefused = asSecretError(thrown).kind === 'AccessDenied'
      const oldestMs = clock.now() - AWAY_MS
      const counted = looked.filter(([, { renderedAtMs }]) => isRefused || renderedAtMs < oldestMs)
      this.#postpone(id, waiting, counted, 'unknown-application')
      return waiting.reports.size > 0 ? { next: 'retry' } : { next: 'none' }
    }
    for (const [reportId, report] of looked) {
      if (!view || !isOf(view, report.facts) || waiting.reports.get(reportId) !== report) continue
      waiting.reports.delete(reportId)
      this.#accept(view, report)
    }
    this.#postpone(id, waiting, looked, view ? 'not-current' : 'unknown-application')
    return waiting.reports.size > 0 ? { next: 'retry' } : { next: 'none' }
  }

  #accept(view: ApplicationView, { facts, renderedAtMs }: { readonly facts: RenderFacts; readonly renderedAtMs: number }): void {
    const { onAccepted, onFate } = this.#tools
    const { namespace, name, project } = view
    const source = { repoUrl: withoutUser(facts.repoUrl), path: facts.path }
    const record = {
      application: { namespace, name, project },
      source,
      revision: facts.revision,
      renderedAtMs,
      keys: usedKeys(facts.reads),
      standIns: countStandIns(facts.standIns),
    }
    onFate('accepted', applicationId(view))
    onAccepted({ record, view, facts })
  }

  #postpone(id: string, { reports }: Waiting, looked: Iterable<readonly [string, { looks: number }]>, fate: ReportFate): void {
    for (const [reportId, report] of looked) {
      if (reports.get(reportId) !== report || ++report.looks < LOOKS) continue
      reports.delete(reportId)
      this.#tools.onFate(fate, id)
    }
    if (reports.size === 0) this.#waiting.delete(id)
  }

  /** `team-a_shop` for one outside of Argo CD's own namespace: no name in Kubernetes has an underscore (argocd.md 1.4). */
  #refOf({ tenant: { application, project } }: RenderFacts): ApplicationRef {
    const at = application.indexOf('_')
    return at < 0
      ? { namespace: this.#tools.argoNamespace, name: application, project }
      : { namespace: application.slice(0, at), name: application.slice(at + 1), project }
  }
}

function isOf(view: ApplicationView, { tenant, repoUrl, path, revision }: RenderFacts): boolean {
  const url = withoutUser(repoUrl)
  return (
    view.project === tenant.project &&
    view.destination === tenant.namespace &&
    view.revisions.has(revision) &&
    view.sources.some((source) => withoutUser(source.repoUrl) === url && source.path === path)
  )
}
