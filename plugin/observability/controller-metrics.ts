import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { apiCallOf } from './api-calls.ts'
import { type DetectorLoad, registerDetectorMetrics } from './detector-metrics.ts'
import { type ObjectSeries, ObjectTable, type ObjectTableOptions } from './object-series.ts'
import { type RotationMetrics, rotationMetrics } from './rotation-metrics.ts'
import { type Staleness, stalenessText } from './staleness-text.ts'

/** What the controller of ExternalSecrets counts. */
export interface ControllerMetrics extends RotationMetrics {
  /** The text that Prometheus reads, and its content type. */
  readonly contentType: string
  text(): Promise<string>
  readonly objects: Readonly<
    Record<'ExternalSecret' | 'SecretStore' | 'ClusterSecretStore' | 'ClusterExternalSecret', ObjectSeries>
  >
  /** One reading of a provider: what became of each of its references. */
  fetched(provider: string, store: string, seconds: number, outcomes: ReadonlyMap<string, number>): void
}

/** Read when somebody asks for the metrics. */
export interface ControllerGauges {
  readonly shards: () => readonly ShardGauges[]
  /** Of the shards that this process leads. */
  readonly detectors: () => readonly DetectorLoad[]
  /** The same of ExternalSecrets. */
  readonly staleness: () => Iterable<Staleness>
  /** In how many of them something stands in for a value that does not exist, by namespace. */
  readonly partial: () => ReadonlyMap<string, number>
}

/** Of one shard; a cluster that is not divided has one. */
export interface ShardGauges {
  readonly isLeading: boolean
  /** Keys that wait for a worker, and how long the first has, in seconds. Of one that is not led nothing waits here: another works on it. */
  readonly lanes: Readonly<Record<string, { readonly ready: number; readonly oldestSeconds: number }>>
}

const OWN_PREFIX = 'argocd_external_secrets_controller_'
/** How often the event loop's delay is looked at, in milliseconds: every 10 ms would be a fifth of what a process at rest does. */
const LOOP_PRECISION_MS = 100

const STALENESS =
  'Seconds since a Secret was last known to have what its provider has: since it was read, or a detector vouched for it.'
/** Seconds from a change to the Secret that has it. */
const PROPAGATION_SECONDS = [0.1, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 600, 1_800, 3_600]

/** @param hasObjectLabels whether series of an object have its recommended labels, as with ESO's `--enable-extended-metric-labels` */
export function controllerMetrics(gauges: ControllerGauges, hasObjectLabels = false): ControllerMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS })
  registerGauges(registry, gauges)
  registerDetectorMetrics(registry, gauges.detectors)
  const counts = counters(registry)
  const objects = objectTables(counts, hasObjectLabels)
  const staleness = (): string => stalenessText(gauges.staleness(), { help: STALENESS, hasObjectLabels })
  return {
    contentType: registry.contentType,
    text: async () => [await registry.metrics(), ...Object.values(objects).map((table) => table.text()), staleness()].join('\n'),
    ...rotationMetrics(registry),
    objects,
    fetched(provider, store, _seconds, outcomes) {
      for (const [outcome, count] of outcomes) {
        const status = outcome === 'ok' ? 'success' : 'error'
        counts.calls.inc({ ...apiCallOf(provider), status }, count)
        counts.reads.inc({ store, status }, count)
      }
    },
  }
}

function counters(registry: Registry) {
  const counter = <const Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> =>
    new Counter({ name, help, labelNames: [...labelNames], registers: [registry] })
  return {
    calls: counter('externalsecret_provider_api_calls_count', 'References read at providers.', ['provider', 'call', 'status']),
    reads: counter(`${OWN_PREFIX}reads_total`, 'References read at the provider of a store.', ['store', 'status']),
    standIns: counter(`${OWN_PREFIX}stand_ins_total`, 'Values that do not exist, and what their authors put in their place.', [
      'kind',
    ]),
    propagation: new Histogram({
      name: `${OWN_PREFIX}propagation_seconds`,
      help: "From a change at a provider to the Secret that has it: from the provider's own time of the change where it tells one, else from our notice.",
      labelNames: ['from'],
      buckets: PROPAGATION_SECONDS,
      registers: [registry],
    }),
  }
}

function objectTables({ standIns, propagation, reads }: ReturnType<typeof counters>, hasObjectLabels: boolean) {
  const forget = (store: string): void => {
    for (const status of ['success', 'error']) reads.remove({ store, status })
  }
  const table = (prefix: string, told: ObjectTableOptions['told'] = {}): ObjectTable =>
    new ObjectTable(prefix, { countsPasses: prefix === 'externalsecret', hasObjectLabels, told })
  return {
    ExternalSecret: table('externalsecret', {
      stoodIn: (kind) => standIns.inc({ kind }),
      propagated: (from, seconds) => propagation.observe({ from }, seconds),
    }),
    SecretStore: table('secretstore', {
      deleted: ({ metadata: { name, namespace = '' } }) => forget(`SecretStore ${namespace}/${name}`),
    }),
    ClusterSecretStore: table('clustersecretstore', {
      deleted: ({ metadata }) => forget(`ClusterSecretStore ${metadata.name}`),
    }),
    ClusterExternalSecret: table('clusterexternalsecret'),
  }
}

function registerGauges(registry: Registry, { shards, partial }: ControllerGauges): void {
  const partials: Gauge<'namespace'> = new Gauge({
    name: `${OWN_PREFIX}partial_external_secrets`,
    help: 'ExternalSecrets in whose Secrets something stands in for a value that does not exist.',
    labelNames: ['namespace'],
    registers: [registry],
    collect() {
      partials.reset()
      for (const [namespace, count] of partial()) partials.set({ namespace }, count)
    },
  })
  const leads: Gauge<'shard'> = new Gauge({
    name: `${OWN_PREFIX}leading`,
    help: '1 while this process is the one that works on the shard.',
    labelNames: ['shard'],
    registers: [registry],
    collect() {
      for (const [shard, { isLeading }] of shards().entries()) leads.set({ shard }, isLeading ? 1 : 0)
    },
  })
  const laneGauge = (
    name: string,
    help: string,
    read: (lane: { readonly ready: number; readonly oldestSeconds: number }) => number,
  ): void => {
    const gauge: Gauge<'shard' | 'lane'> = new Gauge({
      name: OWN_PREFIX + name,
      help,
      labelNames: ['shard', 'lane'],
      registers: [registry],
      collect() {
        for (const [shard, { isLeading, lanes }] of shards().entries())
          for (const [lane, load] of Object.entries(lanes)) gauge.set({ shard, lane }, isLeading ? read(load) : 0)
      },
    })
  }
  laneGauge('queue_ready', 'Objects of a lane that wait for a worker.', ({ ready }) => ready)
  laneGauge(
    'queue_oldest_seconds',
    'Seconds that the first object of a lane has waited for a worker.',
    ({ oldestSeconds }) => oldestSeconds,
  )
}
