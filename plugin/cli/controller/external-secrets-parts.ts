import { cachedEngine } from '../../../templates/cached-engine.ts'
import type { TemplateEngine } from '../../../templates/engine.ts'
import type { TemplateEngineName } from '../../api/annotations.ts'
import * as controllerOptions from '../../config/controller-options.ts'
import * as options from '../../config/options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { configMapState } from '../../controller/detection/config-map-state.ts'
import { createDetection } from '../../controller/detection/create-detection.ts'
import { noState } from '../../controller/detection/detector-state.ts'
import { SubscriptionPlaces } from '../../controller/detection/subscription-places.ts'
import type { DetectionPorts, ExternalSecretsPorts } from '../../controller/external-secrets/external-secrets-ports.ts'
import type { TemplatingTools } from '../../controller/external-secrets/shaping-tools.ts'
import { ClusterObjectReads } from '../../controller/stores/cluster-objects.ts'
import { ReadFloors } from '../../controller/stores/read-floors.ts'
import { readLabels } from '../../controller/stores/read-labels.ts'
import { measuredStores } from '../../daemon/measured-stores.ts'
import type { LongTemplates } from '../../expansion/template-runs.ts'
import { generators } from '../../generators/registry.ts'
import { EventRecorder } from '../../kube/event-recorder.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import type { Clock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { Random } from '../../model/random.ts'
import type { ControllerMetrics } from '../../observability/controller-metrics.ts'
import { providers } from '../../providers/registry.ts'
import { processKeyRing } from '../../stores/keys/open-key-ring.ts'
import { detectorOpener } from '../../stores/open-detector.ts'
import { freshStores, type OpenTools } from '../../stores/open-store.ts'
import { silentWarmListener } from '../../stores/warm/warm-listener.ts'
import { DEFAULT_CACHE, DEFAULT_READERS, type WarmStores, warmStores } from '../../stores/warm/warm-stores.ts'
import { templateBudget, templateEngine, templateSurroundings } from '../template-tools.ts'
import { detectQuotas } from './detect-quotas.ts'

/** How long a credential out of the cluster serves; one that was rotated is seen after that. */
const CREDENTIALS_MS = 30_000
/**
 * How long values are kept at most (R15: longer where it is told what is too old, and every pass says from when its values have to be): a first sync
 * reads each key once.
 */
const KEPT_VALUES_MS = 60_000
/** For the last events, once everything has ended. */
const LAST_EVENTS_MS = 2_000

/** What the controller of ExternalSecrets works with, as the options want it. */
export interface ExternalSecretsParts {
  readonly ports: ExternalSecretsPorts
  /** Once no pass is under way: the last events are written, the stores closed. */
  close(): Promise<void>
}

export interface PartsTools {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: ControllerMetrics
  /** Where templates go that take long. */
  readonly long?: LongTemplates
}

/** Time and chance are its caller's: in a test a day passes within a minute. Throws UsageError. */
export function externalSecretsParts(sources: OptionSources, client: KubeClient, tools: PartsTools): ExternalSecretsParts {
  const { clock, random, logger, metrics, long } = tools
  const floors = new ReadFloors(clock)
  const stores = storesOf(sources, floors, tools)
  const events = eventRecorders(client, tools)
  return {
    ports: {
      client,
      clock,
      random,
      logger,
      events,
      metrics: metrics.objects,
      providers,
      opener: stores,
      generators: { known: generators, tools: openTools(sources, tools) },
      objects: new ClusterObjectReads(client, clock, CREDENTIALS_MS),
      floors,
      templating: { ...templatingTools(), ...(long && { long }) },
      detection: detectionOf(sources, tools),
    },
    async close() {
      await Promise.all(Object.values(events).map((recorder) => recorder.stop(AbortSignal.timeout(LAST_EVENTS_MS))))
      await stores.close()
    },
  }
}

/** Versions survive a restart where there is a namespace to keep them in. */
function detectionOf(sources: OptionSources, tools: PartsTools): DetectionPorts {
  const { clock, random, logger } = tools
  const namespace = setting(controllerOptions.leaseNamespace, sources)
  const quotas = detectQuotas(sources)
  const places = new SubscriptionPlaces(setting(controllerOptions.detectWatches, sources))
  return {
    createSchedule: (client, told) =>
      createDetection({
        clock,
        random,
        logger,
        quotas,
        places,
        ...told,
        state: namespace === '' ? noState : configMapState({ client, namespace, deletes: true }),
      }),
    openDetector: detectorOpener(providers, openTools(sources, tools)),
  }
}

function openTools(sources: OptionSources, { clock, random, logger }: PartsTools): OpenTools {
  return {
    clock,
    random,
    logger,
    environment: sources.environment,
    callTimeoutMs: setting(options.callTimeout, sources),
    concurrency: setting(options.maxConcurrency, sources),
  }
}

/** All objects of one store share its reader, its reads and, for some seconds, what was read. */
function storesOf(sources: OptionSources, floors: ReadFloors, tools: PartsTools): WarmStores {
  const { clock, random, metrics } = tools
  const callTimeoutMs = setting(options.callTimeout, sources)
  const fresh = freshStores(providers, openTools(sources, tools))
  return warmStores({
    opener: measuredStores(fresh, metrics, () => clock.monotonic(), readLabels),
    providers,
    ring: processKeyRing(random),
    lastGood: undefined,
    patienceMs: callTimeoutMs,
    floors,
    cache: { ...DEFAULT_CACHE, ttlMs: KEPT_VALUES_MS },
    readers: DEFAULT_READERS,
    clock,
    listener: silentWarmListener,
  })
}

/** Components as ESO names them (external-secrets.md 4.15, 5.2). */
function eventRecorders(
  client: KubeClient,
  { clock, random, logger }: PartsTools,
): Readonly<Record<'externalSecrets' | 'stores' | 'clusterStores', EventRecorder>> {
  const ports = { clock, random, client, logger }
  return {
    externalSecrets: new EventRecorder('external-secrets', ports),
    stores: new EventRecorder('secret-store', ports),
    clusterStores: new EventRecorder('cluster-secret-store', ports),
  }
}

/** Each engine once, so that what it has compiled stays. */
function templatingTools(): TemplatingTools {
  const engines = new Map<TemplateEngineName, Promise<TemplateEngine>>()
  return {
    engine(name) {
      const engine = engines.get(name) ?? templateEngine(name).then((loaded) => cachedEngine(loaded))
      engines.set(name, engine)
      return engine
    },
    keyRenaming: async () => (await import('../../../templates/scopes/go-key-renaming.ts')).goKeyRenaming,
    budget: templateBudget,
    surroundings: templateSurroundings,
  }
}
