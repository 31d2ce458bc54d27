import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { errorPolicy } from '../model/error-policy.ts'
import type { RenderPhase } from '../model/render-phase.ts'
import type { StandIn } from '../model/stand-in.ts'
import type { RenderOutcome } from './render-facts.ts'

/** What the daemon counts. Labels are bounded: kinds of outcomes, providers, and the names that the administrator gave; nothing of a Git author's choice. */
export interface DaemonMetrics {
  /** The text that Prometheus reads, and its content type. */
  readonly contentType: string
  text(): Promise<string>
  rendered(outcome: RenderOutcome, seconds: number): void
  phase(phase: RenderPhase, seconds: number): void
  /** One reading of a provider: how long it took, and what became of each of its references. */
  fetched(provider: string, store: string, seconds: number, outcomes: ReadonlyMap<string, number>): void
  cache(outcome: 'hit' | 'miss', count: number): void
  /** References for which the last good value stood in (R16). */
  stale(count: number): void
  /** A value that does not exist, and what its author has put in its place. */
  stoodIn(kind: StandIn['kind']): void
  /** What was kept and made room, or was not used for long. */
  evicted(what: 'value' | 'reader' | 'lastGood'): void
  refused(how: 'enforced' | 'dryRun'): void
  /** A request that was turned away before it ran. */
  turnedAway(): void
  /** An exception that no request could be blamed for. */
  crashed(): void
  reported(outcome: 'sent' | 'failed' | 'dropped'): void
  /** Version floors that the controller told. */
  floors(count: number): void
}

/** Read when somebody asks for the metrics. */
export interface DaemonGauges {
  readonly running: () => number
  readonly waiting: () => number
  /** Whether what the policy folder says now is in force. */
  readonly policyInForce: () => boolean
  /** Whether a controller tells of rotations at this moment. */
  readonly controllerConnected: () => boolean
}

const PREFIX = 'argocd_external_secrets_'
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
/** How often the event loop's delay is looked at, in milliseconds. */
const LOOP_PRECISION_MS = 10

export function daemonMetrics(gauges: DaemonGauges): DaemonMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS })
  registerGauges(registry, gauges)
  const { counter, histogram } = makers(registry)

  const renders = counter('renders_total', 'Renders by what came of them: ok, or the kind of the problem.', ['outcome'])
  const duration = histogram('render_duration_seconds', 'A render from its turn to its answer.', [])
  const phases = histogram('render_phase_seconds', 'What a render spends its time with.', ['phase'])
  const reads = counter('provider_reads_total', 'References read at providers.', ['provider', 'store', 'outcome'])
  const fetches = histogram('provider_fetch_seconds', 'One reading of many references at a provider.', ['provider'])
  const lookups = counter('cache_lookups_total', 'Values asked of the cache.', ['outcome'])
  const stale = counter('stale_values_total', 'References for which the last good value stood in.', [])
  const standIns = counter('stand_ins_total', 'Values that do not exist, and what their authors put in their place.', ['kind'])
  const evictions = counter('evictions_total', 'Values and open stores that made room or were not used any more.', ['what'])
  const crashes = counter('uncaught_total', 'Exceptions outside of every request.', [])
  const refusals = counter('policy_refusals_total', 'What the tenancy policy refused, or would have (dryRun).', ['how'])
  const turned = counter('turned_away_total', 'Requests that found the queue full.', [])
  const reports = counter('reports_total', 'Render reports to the controller, or to --report-url.', ['outcome'])
  const floors = counter('version_floors_total', 'Rotations that the controller told.', [])
  // What is first seen at 1 has not risen for Prometheus: a single bug would alert nobody.
  for (const outcome of ['ok', ...Object.keys(errorPolicy)]) renders.inc({ outcome }, 0)
  for (const outcome of ['sent', 'failed', 'dropped']) reports.inc({ outcome }, 0)

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    rendered(outcome, seconds) {
      renders.inc({ outcome })
      duration.observe(seconds)
    },
    phase: (phase, seconds) => phases.observe({ phase }, seconds),
    fetched(provider, store, seconds, outcomes) {
      fetches.observe({ provider }, seconds)
      for (const [outcome, count] of outcomes) reads.inc({ provider, store, outcome }, count)
    },
    cache: (outcome, count) => lookups.inc({ outcome }, count),
    refused: (how) => refusals.inc({ how }),
    stale: (count) => stale.inc(count),
    stoodIn: (kind) => standIns.inc({ kind }),
    evicted: (what) => evictions.inc({ what }),
    turnedAway: () => turned.inc(),
    crashed: () => crashes.inc(),
    reported: (outcome) => reports.inc({ outcome }),
    floors: (count) => floors.inc(count),
  }
}

function registerGauges(registry: Registry, gauges: DaemonGauges): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    const made: Gauge = new Gauge({
      name: PREFIX + name,
      help,
      registers: [registry],
      collect: () => made.set(read()),
    })
  }
  gauge('renders_running', 'Renders under way.', gauges.running)
  gauge('renders_waiting', 'Renders in the queue.', gauges.waiting)
  gauge('policy_in_force', '1 when what the policy folder says now is in force, 0 when an older version is, or none.', () =>
    gauges.policyInForce() ? 1 : 0,
  )
  gauge('controller_connected', '1 while the controller tells of rotations; values may be kept for longer then.', () =>
    gauges.controllerConnected() ? 1 : 0,
  )
}

function makers(registry: Registry) {
  const common = (name: string, help: string) => ({ name: PREFIX + name, help, registers: [registry] })
  return {
    counter: <const Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> =>
      new Counter({ ...common(name, help), labelNames: [...labelNames] }),
    histogram: <const Label extends string>(name: string, help: string, labelNames: readonly Label[]): Histogram<Label> =>
      new Histogram({ ...common(name, help), labelNames: [...labelNames], buckets: SECONDS }),
  }
}
