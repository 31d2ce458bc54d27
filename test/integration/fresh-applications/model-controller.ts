import { leadApplications } from '../../../plugin/cli/controller/lead-applications.ts'
import { PAUSE_MAP, watchPauses } from '../../../plugin/cli/controller/pause-watch.ts'
import type { ApplicationEvent } from '../../../plugin/controller/applications/application-event.ts'
import type { ApplicationsController } from '../../../plugin/controller/applications/applications-controller.ts'
import { argoAnnotations } from '../../../plugin/controller/applications/argo-annotations.ts'
import { argoApi } from '../../../plugin/controller/applications/argo-api.ts'
import { DEFAULT_GATE } from '../../../plugin/controller/applications/health-gate.ts'
import { noPauses, type Pauses } from '../../../plugin/controller/applications/pause-switch.ts'
import type { SyncPolicy } from '../../../plugin/controller/applications/sync-follower.ts'
import { DEFAULT_QUOTAS } from '../../../plugin/controller/detection/call-quota.ts'
import type { WatchedStore } from '../../../plugin/controller/detection/detection-schedule.ts'
import { SubscriptionPlaces } from '../../../plugin/controller/detection/subscription-places.ts'
import { CONFIG_MAPS } from '../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import type { Logger } from '../../../plugin/model/logger.ts'
import type { Random } from '../../../plugin/model/random.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { applicationsMetrics } from '../../../plugin/observability/applications-metrics.ts'
import type { PeerClient } from '../../../plugin/transport/peer-client.ts'
import type { KubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import type { VirtualClock } from '../../support/virtual-clock.ts'
import { NO_GAUGES } from '../../unit/controller/applications/no-gauges.ts'
import type { Intake } from './model-daemon.ts'
import { type SecretManagers, WATCHED_STORES } from './secret-managers.ts'

export interface ModelControllerTools {
  readonly clock: VirtualClock
  readonly random: Random
  readonly logger: Logger
  readonly kube: KubeEmulator
  readonly managers: SecretManagers
  readonly door: Pick<PeerClient, 'send'>
  readonly refreshBy: 'api' | 'annotation'
  readonly sync: SyncPolicy['sync']
  readonly onEvent: (application: string, event: ApplicationEvent) => void
}

export const DETECT_MS = 60_000
export const LEAST_INTERVAL_MS = 600_000
export const PER_MINUTE = 60
export const BURST = 1
const NAMESPACE = 'argocd'

/** The controller of Applications as its command puts it together, but for Leases and listeners; it is started, stopped and killed. */
export class ModelController {
  readonly #tools: ModelControllerTools
  #leader: ApplicationsController | undefined
  #gone = new AbortController()
  #process: { readonly stopping: AbortController; readonly dying: AbortController; readonly ended: Promise<unknown> } | undefined

  constructor(tools: ModelControllerTools) {
    this.#tools = tools
  }

  get leader(): ApplicationsController | undefined {
    return this.#leader
  }

  get intake(): Intake {
    return { leader: this.#leader, gone: this.#gone.signal }
  }

  start(): void {
    const { clock, random, logger, kube, managers, door, refreshBy, sync, onEvent } = this.#tools
    const stopping = new AbortController()
    const dying = new AbortController()
    const client = livingClient(kube.localClient({ clock }), dying.signal)
    const peer: Pick<PeerClient, 'send'> = {
      send: async (request) => {
        living(dying.signal)
        return door.send({ ...request, signal: AbortSignal.any([request.signal, dying.signal]) })
      },
    }
    const pauses: { now: Pauses } = { now: noPauses }
    const leading = leadApplications(
      {
        client,
        namespace: NAMESPACE,
        applications: (writer) =>
          refreshBy === 'api' ? argoApi(peer, { maySync: sync !== 'never' }) : argoAnnotations(writer, NAMESPACE, clock),
        stores: async () => ({ watched: watchedStores(managers), digest: '' }),
        onLeader: (leader) => this.#onLeader(leader),
        relay: { lead: (_shard, _target, signal) => aborted(signal) },
        quotas: DEFAULT_QUOTAS,
        places: new SubscriptionPlaces(0),
        controller: {
          clock,
          random,
          logger,
          metrics: applicationsMetrics(NO_GAUGES),
          policy: { sync, hooks: false },
          rate: { perSecond: PER_MINUTE / 60, burst: BURST },
          slots: { all: 10, perStore: 5, perProject: 5 },
          gate: DEFAULT_GATE,
          jitterMs: 1_000,
          pauses: () => pauses.now,
          argoNamespace: NAMESPACE,
          detectMs: DETECT_MS,
          leastIntervalMs: LEAST_INTERVAL_MS,
          tell: ({ namespace, name }, event) => onEvent(`${namespace}/${name}`, event),
        },
      },
      stopping.signal,
    )
    const pausing = watchPauses(client, NAMESPACE, (now) => (pauses.now = now), { clock, logger }, stopping.signal)
    this.#process = { stopping, dying, ended: Promise.all([leading, pausing]) }
  }

  /** Ends as told, or without another word to anybody. */
  async end(how: 'stopped' | 'killed'): Promise<void> {
    const { clock } = this.#tools
    const process = this.#process
    if (!process) return
    if (how === 'killed') {
      process.dying.abort()
      this.#onLeader(undefined)
    }
    process.stopping.abort()
    const state = { isDone: false }
    void process.ended.finally(() => (state.isDone = true))
    while (!state.isDone) await clock.run(100)
    this.#process = undefined
  }

  pause(data: Readonly<Record<string, string>>): void {
    const map: KubeObject & { readonly data: unknown } = { metadata: { namespace: NAMESPACE, name: PAUSE_MAP }, data }
    this.#tools.kube.put(CONFIG_MAPS, map)
  }

  #onLeader(leader: ApplicationsController | undefined): void {
    this.#leader = leader
    if (leader) this.#gone = new AbortController()
    else this.#gone.abort()
  }
}

function watchedStores(managers: SecretManagers): ReadonlyMap<string, WatchedStore> {
  return new Map(
    WATCHED_STORES.map((name) => {
      const backend = managers.backendOf(name)
      return [name, { identity: name, name, provider: 'fake', open: async (pace) => backend.detector(pace) }]
    }),
  )
}

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

function living(dying: AbortSignal): void {
  if (dying.aborted) throw new SecretError('Unavailable', 'this process is dead')
}

/** What a dead process asks for does not come about. */
function livingClient(client: KubeClient, dying: AbortSignal): KubeClient {
  return new Proxy(client, {
    get(target, name) {
      living(dying)
      const found: unknown = Reflect.get(target, name)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
}
