import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ChangeStart } from '../model/change-start.ts'
import { type DetectorLoad, registerDetectorMetrics } from './detector-metrics.ts'
import { type RotationMetrics, rotationMetrics } from './rotation-metrics.ts'
import { type Staleness, stalenessText } from './staleness-text.ts'
import { type ProjectStandIns, registerStandInGauges } from './stand-in-gauges.ts'

/** What the controller beside Argo CD counts. Labels are bounded: outcomes and causes; projects of Argo CD, which the administrator makes. */
export interface ApplicationsMetrics extends RotationMetrics {
  readonly contentType: string
  text(): Promise<string>
  reported(fate: string): void
  request(path: string, status: number): void
  /** A change that was noticed, and how many Applications use it. */
  changed(cause: string, applications: number): void
  /** Version floors were told; how many daemons did not say in time that they are in force. */
  told(floors: number, late: number, away: number): void
  /** One refresh; `way` is how long the first of its changes took until now, where it was one. */
  refreshed(
    outcome: string,
    cause: string,
    way: { readonly from: ChangeStart['from']; readonly seconds: number } | undefined,
  ): void
  persisted(outcome: 'written' | 'failed'): void
}

/** Read when somebody asks for the metrics. */
export interface ApplicationsGauges {
  readonly leads: () => number
  readonly waiting: () => number
  /** How long the first of them has waited, those that are held aside, in seconds. */
  readonly oldestSeconds: () => number
  readonly held: () => number
  readonly running: () => number
  readonly applications: () => number
  readonly keys: () => number
  readonly daemons: () => number
  readonly stoppedStores: () => number
  readonly paused: () => number
  readonly standIns: () => ReadonlyMap<string, ProjectStandIns>
  /** Applications whose last render used last good values. */
  readonly stale: () => number
  readonly detectors: () => readonly DetectorLoad[]
  /** By Application. */
  readonly staleness: () => Iterable<Staleness>
}

const PREFIX = 'argocd_external_secrets_controller_'
const STALENESS =
  'Seconds since an Application was last known to have what its providers have: since its render, or a look at its stores.'
/** Outcomes and causes of refreshes that alerts ask for. */
const FAILURES = ['comparison-error', 'not-asked', 'refused', 'sync-failed', 'not-synced-in-time', 'windows-unknown']
const CAUSES = ['changed', 'event', 'interval', 'by-hand']
const SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600]

export function applicationsMetrics(gauges: ApplicationsGauges): ApplicationsMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  registerGauges(registry, gauges)
  registerStandInGauges(registry, gauges.standIns)
  registerDetectorMetrics(registry, gauges.detectors)
  const counter = <const Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> =>
    new Counter({ name: PREFIX + name, help, registers: [registry], labelNames: [...labelNames] })
  const reports = counter('reports_total', 'Render reports by what became of them.', ['fate'])
  const requests = counter('requests_total', 'Calls of daemons.', ['path', 'status'])
  const changes = counter('changes_total', 'Changed keys that were noticed.', ['cause'])
  const wishes = counter('wished_refreshes_total', 'Applications that use a changed key.', ['cause'])
  const floors = counter('version_floors_total', 'Version floors that were told to daemons.', [])
  const unready = counter('unready_daemons_total', 'Daemons that did not confirm a floor in time, or could not read.', ['why'])
  const refreshes = counter('refreshes_total', 'Refreshes of Applications by what came of them.', ['outcome', 'cause'])
  const writes = counter('index_writes_total', 'Attempts to persist the index.', ['outcome'])
  const propagation = new Histogram({
    name: `${PREFIX}propagation_seconds`,
    help: "From a change at a provider to the Application that is synced with it: from the provider's own time of the change where it tells one, else from our notice.",
    labelNames: ['from'],
    registers: [registry],
    buckets: SECONDS,
  })
  // What is first seen with a number has not risen for Prometheus.
  for (const outcome of FAILURES) for (const cause of CAUSES) refreshes.inc({ outcome, cause }, 0)
  for (const why of ['late', 'away']) unready.inc({ why }, 0)
  for (const outcome of ['written', 'failed']) writes.inc({ outcome }, 0)
  return {
    contentType: registry.contentType,
    text: async () => [await registry.metrics(), stalenessText(gauges.staleness(), { help: STALENESS })].join('\n'),
    reported: (fate) => reports.inc({ fate }),
    request: (path, status) => requests.inc({ path, status: String(status) }),
    changed(cause, applications) {
      changes.inc({ cause })
      wishes.inc({ cause }, applications)
    },
    told(count, late, away) {
      floors.inc(count)
      unready.inc({ why: 'late' }, late)
      unready.inc({ why: 'away' }, away)
    },
    refreshed(outcome, cause, way) {
      refreshes.inc({ outcome, cause })
      if (way && outcome === 'synced') propagation.observe({ from: way.from }, way.seconds)
    },
    ...rotationMetrics(registry),
    persisted: (outcome) => writes.inc({ outcome }),
  }
}

function registerGauges(registry: Registry, gauges: ApplicationsGauges): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    const made: Gauge = new Gauge({ name: PREFIX + name, help, registers: [registry], collect: () => made.set(read()) })
  }
  gauge('leads', '1 while this process is the leader.', gauges.leads)
  gauge('stale_applications', 'Applications whose last render used last good values.', gauges.stale)
  gauge('refreshes_waiting', 'Applications that wait for their refresh.', gauges.waiting)
  gauge(
    'refreshes_oldest_seconds',
    'Seconds since the change was noticed that an Application has waited for the longest; those that a sync window or a pause holds aside.',
    gauges.oldestSeconds,
  )
  gauge('refreshes_held', 'Applications that wait for their refresh because their sync windows are closed.', gauges.held)
  gauge('refreshes_running', 'Refreshes of Applications under way.', gauges.running)
  gauge('index_applications', 'Applications that are known by their renders.', gauges.applications)
  gauge('index_keys', 'Keys of stores that these Applications use.', gauges.keys)
  gauge('daemons_connected', 'Daemons that ask for version floors.', gauges.daemons)
  gauge(
    'stores_stopped',
    'Stores whose refreshes are stopped because the last ones failed, until one goes well.',
    gauges.stoppedStores,
  )
  gauge('paused', '1 while everything is paused by the administrator.', gauges.paused)
}
