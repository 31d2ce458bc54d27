import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { StandIn } from '../model/stand-in.ts'
import { type RotationMetrics, rotationMetrics } from './rotation-metrics.ts'

/** Series of one kind of object, with ESO's names and labels (external-secrets.md 4.16). */
export interface ObjectSeries {
  reconciled(object: NamedObject, seconds: number): void
  failed(object: NamedObject): void
  conditions(object: NamedObject, ready: { readonly status: string } | undefined): void
  deleted(object: NamedObject): void
  /** A value that does not exist, and what its author has put in its place; only of ExternalSecrets, once a pass. */
  stoodIn?(kind: StandIn['kind']): void
}

export interface NamedObject {
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

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
/** How often the event loop's delay is looked at, in milliseconds. */
const LOOP_PRECISION_MS = 10
const NANOSECONDS = 1e9

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
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    ...rotationMetrics(registry),
    objects: {
      ExternalSecret: {
        ...objectSeries(registry, 'externalsecret', syncCalls(registry)),
        stoodIn: (kind) => standIns.inc({ kind }),
      },
      SecretStore: objectSeries(registry, 'secretstore', undefined),
      ClusterSecretStore: objectSeries(registry, 'clustersecretstore', undefined),
      ClusterExternalSecret: objectSeries(registry, 'clusterexternalsecret', undefined),
    },
    fetched(provider, _store, _seconds, outcomes) {
      for (const [outcome, count] of outcomes) {
        const status = outcome === 'ok' ? 'success' : 'error'
        calls.inc({ provider: PROVIDER_NAMES[provider] ?? provider, call: 'GetSecret', status }, count)
      }
    },
  }
}

type NameLabels = Readonly<Record<'name' | 'namespace', string>>

interface SyncCalls {
  readonly all: Counter<'name' | 'namespace'>
  readonly errors: Counter<'name' | 'namespace'>
}

function syncCalls(registry: Registry): SyncCalls {
  const counter = (name: string, help: string): Counter<'name' | 'namespace'> =>
    new Counter({ name, help, labelNames: ['name', 'namespace'], registers: [registry] })
  return {
    all: counter('externalsecret_sync_calls_total', 'Passes over the ExternalSecret.'),
    errors: counter('externalsecret_sync_calls_error', 'Passes that failed.'),
  }
}

function objectSeries(registry: Registry, prefix: string, calls: SyncCalls | undefined): ObjectSeries {
  const duration = new Gauge({
    name: `${prefix}_reconcile_duration`,
    help: 'Nanoseconds of the last pass.',
    labelNames: ['name', 'namespace'],
    registers: [registry],
  })
  const condition = new Gauge({
    name: `${prefix}_status_condition`,
    help: 'The condition Ready: 1 for its status.',
    labelNames: ['name', 'namespace', 'condition', 'status'],
    registers: [registry],
  })
  return {
    reconciled(object, seconds) {
      duration.set(labelsOf(object), Math.round(seconds * NANOSECONDS))
      calls?.all.inc(labelsOf(object))
    },
    failed: (object) => calls?.errors.inc(labelsOf(object)),
    conditions(object, ready) {
      if (!ready) return
      for (const status of ['True', 'False'])
        condition.set({ ...labelsOf(object), condition: 'Ready', status }, ready.status === status ? 1 : 0)
    },
    deleted(object) {
      const labels = labelsOf(object)
      for (const metric of [duration, calls?.all, calls?.errors]) metric?.remove(labels)
      for (const status of ['True', 'False']) condition.remove({ ...labels, condition: 'Ready', status })
    },
  }
}

function labelsOf({ metadata }: NamedObject): NameLabels {
  return { name: metadata.name, namespace: metadata.namespace ?? '' }
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
