import path from 'node:path'
import * as own from '../../config/applications-options.ts'
import { detectWatches } from '../../config/controller-options.ts'
import * as daemonOptions from '../../config/daemon-options.ts'
import type { Option } from '../../config/option.ts'
import * as options from '../../config/options.ts'
import { rotations, rotationsQueue } from '../../config/rotations-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { applicationStaleness } from '../../controller/applications/application-staleness.ts'
import type { Applications } from '../../controller/applications/applications.ts'
import type { ApplicationsController } from '../../controller/applications/applications-controller.ts'
import { applicationsView } from '../../controller/applications/applications-view.ts'
import { APPLICATIONS, argoAnnotations } from '../../controller/applications/argo-annotations.ts'
import { argoApi } from '../../controller/applications/argo-api.ts'
import { DEFAULT_GATE } from '../../controller/applications/health-gate.ts'
import { noPauses, type Pauses } from '../../controller/applications/pause-switch.ts'
import type { DashboardView } from '../../controller/dashboard/dashboard-view.ts'
import { SubscriptionPlaces } from '../../controller/detection/subscription-places.ts'
import { EventRecorder } from '../../kube/event-recorder.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { systemRandom } from '../../model/random.ts'
import { type ApplicationsMetrics, applicationsMetrics } from '../../observability/applications-metrics.ts'
import { jsonLogger } from '../../observability/json-logger.ts'
import { readPolicy } from '../../policy/read-policy.ts'
import { providers } from '../../providers/registry.ts'
import { openCredentialsFolder } from '../../stores/credentials-folder.ts'
import { openPeerClient } from '../../transport/peer-client.ts'
import { peerUrl } from '../../transport/peer-url.ts'
import type { CommandCall } from '../command.ts'
import { kubeConnection } from '../kube-connection.ts'
import { stderrLines } from '../log-lines.ts'
import { optionSources } from '../option-sources.ts'
import { openApplicationsListenings } from './applications-listenings.ts'
import { dashboardListening } from './dashboard-listening.ts'
import { detectQuotas } from './detect-quotas.ts'
import { type LeadApplicationsTools, leadApplications } from './lead-applications.ts'
import { type LeadOnce, openElections } from './open-elections.ts'
import { watchPauses } from './pause-watch.ts'
import { openRotationsQueue } from './rotations-queue.ts'
import { type RotationsRelay, rotationsRelay } from './rotations-relay.ts'
import { endedInTime, stopOnSignal } from './stop-on-signal.ts'
import { watchedStores } from './watched-stores.ts'

const LEASE = 'argocd-external-secrets-applications'
const COMPONENT = 'argocd-external-secrets'
const CONNECTION = { requestTimeoutMs: 30_000, maxConnections: 8 }
const JITTER_MS = 1_000
const LAST_EVENTS_MS = 2_000
const PORTS = { clock: systemClock, random: systemRandom }

/** The duty beside Argo CD; works until SIGTERM or SIGINT and gives the exit code. Throws UsageError. */
export async function runApplications(call: CommandCall, known: readonly Option<unknown>[]): Promise<number> {
  const sources = await optionSources(call, known)
  const logger = jsonLogger(setting(daemonOptions.logLevel, sources), systemClock, stderrLines())
  const stop = stopOnSignal(logger)
  const client = await kubeConnection(sources, { directory: call.directory, logger, ...CONNECTION })
  const namespace = setting(own.ownNamespace, sources)
  // In force before the ConfigMap could be read, and when it cannot be.
  const isPaused = { ...noPauses, all: setting(own.pause, sources) }
  const state: { leader: ApplicationsController | undefined; pauses: Pauses } = { leader: undefined, pauses: isPaused }
  const metrics = metricsOf(state)
  const recorder = new EventRecorder(COMPONENT, { ...PORTS, client, logger })
  const events = await openEvents(sources, client, metrics, logger)
  const listenings = await openApplicationsListenings(sources, call.directory, {
    leader: () => state.leader,
    intake: () => events.relay.intake,
    client,
    metrics,
    logger,
  })
  const dashboard = await dashboardListening(sources, call.directory, () => dashboardViewOf(state))
  const applications = await applicationsOf(sources, call, logger)
  const controller = controllerTools(sources, { logger, metrics, recorder, pauses: () => state.pauses })
  const elections = await openElections(sources, [{ namespace, name: LEASE }], { directory: call.directory, logger })
  logger.info('ready', { addresses: listenings.addresses.join(' ') })
  const pausing = watchPauses(
    client,
    namespace,
    (pauses) => (state.pauses = { ...pauses, all: pauses.all || setting(own.pause, sources) }),
    { clock: systemClock, logger },
    stop,
  )
  const stores = storesOf(sources, call, logger)
  const onLeader = (leader: ApplicationsController | undefined): void => void (state.leader = leader)
  const places = new SubscriptionPlaces(setting(detectWatches, sources))
  const leading = {
    namespace,
    controller,
    applications,
    stores,
    onLeader,
    relay: events.relay,
    quotas: detectQuotas(sources),
    places,
  }
  const lead: LeadOnce = (writer, signal) => leadApplications({ ...leading, client: writer }, signal)
  await endedInTime(elections.each[0].run(client, lead, stop), stop, setting(daemonOptions.grace, sources))
  events.close()
  await Promise.all([listenings.close(), dashboard?.close(), pausing, recorder.stop(AbortSignal.timeout(LAST_EVENTS_MS))])
  client.close()
  elections.close()
  logger.info('stopped')
  return 0
}

interface Events {
  readonly relay: RotationsRelay
  readonly close: () => void
}

/** How events reach whoever leads; where none can come nothing is watched. */
async function openEvents(
  sources: OptionSources,
  client: KubeClient,
  metrics: ApplicationsMetrics,
  logger: Logger,
): Promise<Events> {
  const ending = new AbortController()
  const queue = await openRotationsQueue(sources, metrics, logger)
  const isTold = [rotations, rotationsQueue].some((option) => setting(option, sources) !== '')
  const map = isTold ? { namespace: setting(own.ownNamespace, sources), name: `${LEASE}-notices` } : undefined
  const relay = rotationsRelay({ ports: { ...PORTS, client, logger }, map, queue }, ending.signal)
  return {
    relay,
    close() {
      ending.abort()
      queue.close()
    },
  }
}

interface LeadingState {
  readonly leader: ApplicationsController | undefined
  readonly pauses: Pauses
}

/** Of a process that stands by, empty. */
function dashboardViewOf({ leader, pauses }: LeadingState): DashboardView {
  const now = systemClock.now()
  if (leader) return applicationsView(leader.facts(), pauses, now)
  return { at: now, stores: [], secrets: [], applications: [], pauses: ['another process leads: look there'] }
}

function metricsOf(state: LeadingState): ApplicationsMetrics {
  return applicationsMetrics({
    leads: () => (state.leader ? 1 : 0),
    waiting: () => state.leader?.waiting ?? 0,
    oldestSeconds: () => (state.leader?.oldestMs ?? 0) / 1_000,
    held: () => state.leader?.held ?? 0,
    running: () => state.leader?.running ?? 0,
    applications: () => state.leader?.index.applications ?? 0,
    keys: () => state.leader?.index.keys ?? 0,
    daemons: () => state.leader?.board.connected ?? 0,
    stoppedStores: () => state.leader?.stoppedStores().length ?? 0,
    paused: () => (state.pauses.all ? 1 : 0),
    standIns: () => state.leader?.index.standInsByProject() ?? new Map(),
    stale: () => state.leader?.facts().staleStores.size ?? 0,
    detectors: () => state.leader?.facts().detections ?? [],
    staleness: () => (state.leader ? applicationStaleness(state.leader.facts(), systemClock.now()) : []),
  })
}

interface ControllerParts {
  readonly logger: Logger
  readonly metrics: ApplicationsMetrics
  readonly recorder: EventRecorder
  readonly pauses: () => Pauses
}

function controllerTools(
  sources: OptionSources,
  { logger, metrics, recorder, pauses }: ControllerParts,
): LeadApplicationsTools['controller'] {
  return {
    ...PORTS,
    logger,
    metrics,
    policy: { sync: setting(own.sync, sources), hooks: setting(own.syncHooks, sources) },
    rate: { perSecond: setting(own.refreshRate, sources) / 60, burst: setting(own.refreshBurst, sources) },
    slots: {
      all: setting(own.refreshConcurrency, sources),
      perStore: setting(own.refreshPerStore, sources),
      perProject: setting(own.refreshPerProject, sources),
    },
    gate: DEFAULT_GATE,
    jitterMs: JITTER_MS,
    pauses,
    argoNamespace: setting(own.argocdNamespace, sources),
    detectMs: setting(own.detectInterval, sources),
    leastIntervalMs: setting(own.leastInterval, sources),
    tell({ namespace, name, uid }, event) {
      recorder.record({ resource: APPLICATIONS, metadata: { namespace, name, ...(uid !== '' && { uid }) } }, event)
    },
  }
}

/** For whoever leads: by the API of Argo CD, or with the client that writes for the leader alone. */
async function applicationsOf(
  sources: OptionSources,
  { directory }: CommandCall,
  logger: Logger,
): Promise<(writer: KubeClient) => Applications> {
  const sync = setting(own.sync, sources) !== 'never' || setting(own.syncHooks, sources)
  if (setting(own.refreshBy, sources) === 'annotation') {
    if (sync) throw new UsageError('--sync and --sync-hooks need --refresh-by api', 'give --argocd-url and --argocd-token')
    return (writer) => argoAnnotations(writer, setting(own.argocdNamespace, sources), systemClock)
  }
  const token = setting(own.argocdToken, sources)
  if (token === '')
    throw new UsageError('--argocd-token is missing', 'name a file with a token of an account that has applications, get')
  const ca = setting(own.argocdCa, sources)
  const peer = await openPeerClient({
    url: peerUrl('--argocd-url', setting(own.argocdUrl, sources)),
    files: { token: path.resolve(directory, token), ca: ca === '' ? undefined : path.resolve(directory, ca) },
    environment: sources.environment,
    clock: systemClock,
    logger,
  }).catch((thrown: unknown) => {
    if (thrown instanceof UsageError) throw thrown
    throw new UsageError('--argocd-token or --argocd-ca cannot be read', 'mount them')
  })
  const applications = argoApi(peer, { maySync: sync })
  return () => applications
}

function storesOf(sources: OptionSources, { directory }: CommandCall, logger: Logger) {
  const policy = setting(daemonOptions.policy, sources)
  const credentials = setting(options.credentials, sources)
  const folder = credentials === '' ? undefined : openCredentialsFolder(path.resolve(directory, credentials))
  return async () => {
    if (policy === '') return { watched: new Map(), digest: '' }
    const { stores, digest } = await readPolicy(path.resolve(directory, policy), providers)
    return { watched: await watchedStores(stores, { sources, folder, logger }), digest }
  }
}
