import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { type ObjectSeries, ObjectTable } from './object-series.ts'
import { type RotationMetrics, rotationMetrics } from './rotation-metrics.ts'

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
}

/** Of one shard; a cluster that is not divided has one. */
export interface ShardGauges {
  readonly isLeading: boolean
  /** Keys that wait for a worker, and how long the first has, in seconds. */
  readonly lanes: Readonly<Record<string, { readonly ready: number; readonly oldestSeconds: number }>>
}

const OWN_PREFIX = 'argocd_external_secrets_controller_'
/** How often the event loop's delay is looked at, in milliseconds: every 10 ms would be a fifth of what a process at rest does. */
const LOOP_PRECISION_MS = 100

/** ESO's names of the providers (external-secrets.md 4.16). */
const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  aws: 'AWS',
  azurekv: 'Azure/KeyVault',
  gcpsm: 'GCP/SecretManager',
  vault: 'HashiCorp/Vault',
}

export function controllerMetrics(gauges: ControllerGauges): ControllerMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS })
  registerGauges(registry, gauges)
  const calls = new Counter({
    name: 'externalsecret_provider_api_calls_count',
    help: 'References read at providers.',
    labelNames: ['provider', 'call', 'status'],
    registers: [registry],
  })
  const standIns = new Counter({
    name: `${OWN_PREFIX}stand_ins_total`,
    help: 'Values that do not exist, and what their authors put in their place.',
    labelNames: ['kind'],
    registers: [registry],
  })
  const objects = {
    ExternalSecret: new ObjectTable('externalsecret', true, (kind) => standIns.inc({ kind })),
    SecretStore: new ObjectTable('secretstore', false),
    ClusterSecretStore: new ObjectTable('clustersecretstore', false),
    ClusterExternalSecret: new ObjectTable('clusterexternalsecret', false),
  }
  return {
    contentType: registry.contentType,
    text: async () => [await registry.metrics(), ...Object.values(objects).map((table) => table.text())].join('\n'),
    ...rotationMetrics(registry),
    objects,
    fetched(provider, _store, _seconds, outcomes) {
      for (const [outcome, count] of outcomes) {
        const status = outcome === 'ok' ? 'success' : 'error'
        calls.inc({ provider: PROVIDER_NAMES[provider] ?? provider, call: 'GetSecret', status }, count)
      }
    },
  }
}

function registerGauges(registry: Registry, { shards }: ControllerGauges): void {
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
        for (const [shard, { lanes }] of shards().entries())
          for (const [lane, load] of Object.entries(lanes)) gauge.set({ shard, lane }, read(load))
      },
    })
  }
  laneGauge('queue_ready', 'Objects that wait for a worker.', ({ ready }) => ready)
  laneGauge('queue_oldest_seconds', 'How long the first of them has waited.', ({ oldestSeconds }) => oldestSeconds)
}
