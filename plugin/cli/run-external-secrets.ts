import os from 'node:os'
import * as controllerOptions from '../config/controller-options.ts'
import * as daemonOptions from '../config/daemon-options.ts'
import type { Option } from '../config/option.ts'
import { type OptionSources, setting } from '../config/settings.ts'
import { UsageError } from '../config/usage-error.ts'
import { ExternalSecretsController } from '../controller/external-secrets/external-secrets-controller.ts'
import { externalSecretsView } from '../controller/external-secrets/external-secrets-view.ts'
import { agreeOnShards } from '../controller/external-secrets/shard-agreement.ts'
import type { Lane } from '../controller/queue/lane.ts'
import type { RotationIntake } from '../controller/rotations/rotation-intake.ts'
import { clashWithEso, findEsoControllers, findEsoControllersIfAllowed } from '../controller/takeover/find-eso-controllers.ts'
import { healthApp } from '../daemon/health-app.ts'
import { type Listening, listenOnPort } from '../daemon/listen.ts'
import type { KubeClient } from '../kube/kube-client.ts'
import type { ObjectKey } from '../kube/kube-object.ts'
import { systemClock } from '../model/clock.ts'
import type { Logger } from '../model/logger.ts'
import { systemRandom } from '../model/random.ts'
import {
  type ControllerGauges,
  type ControllerMetrics,
  controllerMetrics,
  type ShardGauges,
} from '../observability/controller-metrics.ts'
import { jsonLogger } from '../observability/json-logger.ts'
import type { CommandCall } from './command.ts'
import { dashboardListening } from './controller/dashboard-listening.ts'
import { externalSecretsParts } from './controller/external-secrets-parts.ts'
import { externalSecretsSettings } from './controller/external-secrets-settings.ts'
import { listeningFiles } from './controller/listening-files.ts'
import { type LeadOnce, openElections } from './controller/open-elections.ts'
import { openRotationsListening } from './controller/rotations-listening.ts'
import { openRotationsQueue } from './controller/rotations-queue.ts'
import { rotationsRelay } from './controller/rotations-relay.ts'
import { restInSmallerHeap } from './controller/small-heap.ts'
import { endedInTime, stopOnSignal } from './controller/stop-on-signal.ts'
import { daemonThreads } from './daemon/daemon-threads.ts'
import { kubeConnection } from './kube-connection.ts'
import { stderrLines } from './log-lines.ts'
import { optionSources } from './option-sources.ts'

const REQUEST_TIMEOUT_MS = 30_000
/** Objects that may wait for their passes without being work to speak of. */
const WAITING_AT_REST = 20

/** Works until SIGTERM or SIGINT; gives the exit code. Throws UsageError for settings that cannot work. */
export async function runExternalSecrets(call: CommandCall, known: readonly Option<unknown>[]): Promise<number> {
  const sources = await optionSources(call, known)
  const logger = jsonLogger(setting(daemonOptions.logLevel, sources), systemClock, stderrLines())
  const client = await kubeConnection(sources, {
    directory: call.directory,
    logger,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    maxConnections: setting(controllerOptions.kubeConnections, sources),
  })
  await refuseBesideEso(client, sources, logger)
  const stop = stopOnSignal(logger)
  const shards = shardsOf(sources)
  const elections = await openElections(sources, shards.leases, { directory: call.directory, logger })
  await shards.agree(client)
  const ending = new AbortController()
  const threads = daemonThreads()
  const hasObjectLabels = setting(controllerOptions.extendedMetricLabels, sources)
  const metrics = metricsOf(elections.each, () => controller, hasObjectLabels)
  const parts = externalSecretsParts(sources, client, {
    clock: systemClock,
    random: systemRandom,
    logger,
    metrics,
    long: threads.templates,
  })
  const settings = externalSecretsSettings(sources)
  const controller = new ExternalSecretsController(parts.ports, settings, elections.each.length, ending.signal)
  const queue = await openRotationsQueue(sources, metrics, logger)
  const relay = rotationsRelay({ ports: parts.ports, map: shards.notices, queue }, ending.signal)
  const listenings = await openListenings(sources, call.directory, controller, { metrics, logger, intake: () => relay.intake })
  logger.info('ready', { ...listenings.addresses, host: os.hostname() })

  const leadOf = (shard: number): LeadOnce => {
    return async (writer, signal) => {
      await shards.agree(writer)
      await controller.run(shard, writer, signal, (target, leading) => relay.lead(shard, target, leading))
    }
  }
  void restInSmallerHeap(() => hasWork(controller, elections.each.length), systemClock, stop)
  const working = Promise.all(elections.each.map((election, shard) => election.run(client, leadOf(shard), stop)))
  await endedInTime(working, stop, setting(daemonOptions.grace, sources))
  ending.abort()
  await parts.close()
  await Promise.all([threads.close(), listenings.close()])
  queue.close()
  client.close()
  elections.close()
  logger.info('stopped')
  return 0
}

/** They are read when somebody asks; by then there is a controller. */
function metricsOf(
  elections: readonly { isLeader(): boolean }[],
  controller: () => ExternalSecretsController,
  hasObjectLabels: boolean,
): ControllerMetrics {
  const gauges: ControllerGauges = {
    shards: () => elections.map((election, shard) => ({ isLeading: election.isLeader(), lanes: lanesOf(controller(), shard) })),
    detectors: () => controller().detections,
    staleness: () => controller().staleness(),
    partial: () => controller().partial(),
  }
  return controllerMetrics(gauges, hasObjectLabels)
}

/** Whether more waits than periodic refreshes bring about. */
function hasWork(controller: ExternalSecretsController, shards: number): boolean {
  let ready = 0
  for (let shard = 0; shard < shards; shard++)
    for (const lane of ['priority', 'periodic'] as const) ready += controller.load(shard, lane).ready
  return !controller.isSynced || ready > WAITING_AT_REST
}

/** Two controllers would write the same Secrets in turns. Throws SecretError Conflict. */
async function refuseBesideEso(client: KubeClient, sources: OptionSources, logger: Logger): Promise<void> {
  const { namespace, controllerClass } = externalSecretsSettings(sources)
  if (setting(controllerOptions.esoCheck, sources) === 'off') return
  const find = namespace === undefined ? findEsoControllers : findEsoControllersIfAllowed
  const search = await find(client, AbortSignal.timeout(REQUEST_TIMEOUT_MS))
  if (!search.found) return logger.warn('whether the External Secrets Operator runs cannot be told', { why: search.why })
  const clash = clashWithEso(search.found, { namespace, controllerClass })
  if (clash) throw clash
}

interface Shards {
  /** One each; none where this process works alone. */
  readonly leases: readonly ObjectKey[]
  /** Where they tell each other of rotations; undefined where this process works alone. */
  readonly notices: ObjectKey | undefined
  /** Throws SecretError Conflict where others count them differently. */
  agree(client: KubeClient): Promise<void>
}

/** The first has the Lease of a cluster that is not divided, so that no process of such an installation works beside it. Throws UsageError. */
function shardsOf(sources: OptionSources): Shards {
  const namespace = setting(controllerOptions.leaseNamespace, sources)
  const count = setting(controllerOptions.shards, sources)
  const name = setting(controllerOptions.leaseName, sources)
  if (namespace === '') {
    if (count === 1) return { leases: [], notices: undefined, agree: async () => undefined }
    throw new UsageError('--shards needs Leases', 'give --lease-namespace')
  }
  const map = { namespace, name: `${name}-shards` }
  return {
    leases: Array.from({ length: count }, (_, shard) => ({ namespace, name: shard === 0 ? name : `${name}-${shard}` })),
    notices: { namespace, name: `${name}-notices` },
    agree: (client) => agreeOnShards(client, map, count, AbortSignal.timeout(REQUEST_TIMEOUT_MS)),
  }
}

function lanesOf(controller: ExternalSecretsController, shard: number): ShardGauges['lanes'] {
  const laneOf = (lane: Lane): { readonly ready: number; readonly oldestSeconds: number } => {
    const { ready, oldestMs } = controller.load(shard, lane)
    return { ready, oldestSeconds: oldestMs / 1_000 }
  }
  return { priority: laneOf('priority'), periodic: laneOf('periodic') }
}

interface ListeningTools {
  readonly metrics: ControllerMetrics
  readonly logger: Logger
  readonly intake: () => RotationIntake | undefined
}

interface Listenings {
  /** `HOST:PORT` each, empty for none. */
  readonly addresses: { readonly address: string; readonly rotations: string }
  close(): Promise<unknown>
}

/** Where Prometheus, providers and people come in. Throws UsageError. */
async function openListenings(
  sources: OptionSources,
  directory: string,
  controller: ExternalSecretsController,
  { metrics, logger, intake }: ListeningTools,
): Promise<Listenings> {
  const files = listeningFiles(sources, directory)
  const rotations = await openRotationsListening(sources, { files, intake, metrics, logger })
  const health = await healthListening(sources, controller, metrics)
  const dashboard = await dashboardListening(sources, directory, () => externalSecretsView(controller.facts()))
  return {
    addresses: { address: health?.address ?? '', rotations: rotations?.address ?? '' },
    close: () => Promise.all([rotations?.close(), health?.close(), dashboard?.close()]),
  }
}

async function healthListening(
  sources: OptionSources,
  controller: ExternalSecretsController,
  metrics: ControllerMetrics,
): Promise<Listening | undefined> {
  const address = setting(daemonOptions.listen, sources)
  if (address === '') return undefined
  const caches = { name: 'caches', problem: () => (controller.isSynced ? undefined : 'what is in the cluster is being read') }
  return listenOnPort(address, healthApp([caches], metrics))
}
