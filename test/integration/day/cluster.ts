import { externalSecretsParts } from '../../../plugin/cli/controller/external-secrets-parts.ts'
import { externalSecretsSettings } from '../../../plugin/cli/controller/external-secrets-settings.ts'
import type { OptionSources } from '../../../plugin/config/settings.ts'
import { ExternalSecretsController } from '../../../plugin/controller/external-secrets/external-secrets-controller.ts'
import {
  CLUSTER_EXTERNAL_SECRETS,
  CLUSTER_SECRET_STORES,
  EXTERNAL_SECRETS,
  SECRET_STORES,
} from '../../../plugin/controller/resources.ts'
import { SECRETS } from '../../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import type { Logger } from '../../../plugin/model/logger.ts'
import type { Random } from '../../../plugin/model/random.ts'
import { controllerMetrics } from '../../../plugin/observability/controller-metrics.ts'
import type { OpenDetector } from '../../../plugin/stores/open-detector.ts'
import { type KubeEmulator, startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import type { SimulatedTime } from '../../support/simulated-time.ts'
import { type Backend, LOGIN_NAMESPACE } from './fleet.ts'
import type { PlannedObject } from './plan.ts'

const NAMESPACES = 40

export interface ClusterTools {
  readonly time: SimulatedTime
  readonly random: Random
  readonly logger: Logger
  /** A detector begins to ask. */
  readonly onAsk: () => void
  /** A detector has told something of a key of a store. */
  readonly onLook: (store: string, key: string) => void
}

type Spoken = KubeObject & { readonly spec: unknown }

/** The ClusterSecretStores of all backends, and what they log in with. */
export async function startCluster(backends: readonly Backend[], { clock }: SimulatedTime): Promise<KubeEmulator> {
  const resources = [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES, CLUSTER_EXTERNAL_SECRETS]
  const kube = await startKubeEmulator({ resources, clock })
  const login = Object.assign({}, ...backends.map((backend) => backend.login)) as Readonly<Record<string, string>>
  const data = Object.fromEntries(Object.entries(login).map(([key, text]) => [key, Buffer.from(text).toString('base64')]))
  const secret: KubeObject & { readonly data: unknown } = { metadata: { namespace: LOGIN_NAMESPACE, name: 'login' }, data }
  kube.put(SECRETS, secret)
  for (const { name, provider } of backends) {
    const store: Spoken = { metadata: { name }, spec: { provider } }
    kube.put(CLUSTER_SECRET_STORES, store)
  }
  return kube
}

/** Gives the name of its Secret, with the namespace. */
export function putExternalSecret(kube: KubeEmulator, { name: store, property }: Backend, object: PlannedObject): string {
  const { number, keys, intervalMs } = object
  const metadata = { namespace: `team-${number % NAMESPACES}`, name: `${store}-${number}` }
  const data = keys.map((key, place) => ({ secretKey: ENTRIES[place], remoteRef: { key, ...(property && { property }) } }))
  const wanted: Spoken = {
    metadata,
    spec: {
      secretStoreRef: { kind: 'ClusterSecretStore', name: store },
      refreshInterval: `${intervalMs / 1_000}s`,
      data,
      ...(number % 5 === 0 && { target: { template: { mergePolicy: 'Merge', data: { dsn: DSN } } } }),
    },
  }
  kube.put(EXTERNAL_SECRETS, wanted)
  return `${metadata.namespace}/${metadata.name}`
}

/** Entries of a Secret that come from the keys of its object, in their order. */
export const ENTRIES = ['password', 'other'] as const
const DSN = 'postgres://app:{{ .password | urlquery }}@db/app'

/** The controller as the command puts it together, but for Leases and listeners. */
export function startController(kube: KubeEmulator, backends: readonly Backend[], tools: ClusterTools): AsyncDisposable {
  const { time, random, logger } = tools
  const { clock } = time
  const environment = new Map(backends.flatMap((backend) => Object.entries(backend.environment)))
  const sources: OptionSources = { flags: { 'lease-namespace': LOGIN_NAMESPACE }, environment, file: {} }
  const metrics = controllerMetrics({ shards: () => [], detectors: () => [], staleness: () => [], partial: () => new Map() })
  const client = kube.localClient({ clock })
  const parts = externalSecretsParts(sources, client, { clock, random, logger, metrics })
  const detection = parts.ports.detection && {
    ...parts.ports.detection,
    openDetector: watchedDetector(parts.ports.detection.openDetector, tools),
  }
  const stop = new AbortController()
  const ports = { ...parts.ports, detection }
  const controller = new ExternalSecretsController(ports, externalSecretsSettings(sources), 1, stop.signal)
  const working = controller.run(0, client, stop.signal, async () => undefined)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await time.until(working)
      await time.until(parts.close())
      client.close()
    },
  }
}

function watchedDetector(open: OpenDetector, { onAsk, onLook }: ClusterTools): OpenDetector {
  return async (store, ...others) => {
    const detector = await open(store, ...others)
    return (
      detector && {
        ...detector,
        async versions(queries, signal) {
          onAsk()
          const outcomes = await detector.versions(queries, signal)
          for (const [place, { key }] of queries.entries())
            if (outcomes[place]?.state === 'version') onLook(store.resource.metadata.name, key)
          return outcomes
        },
      }
    )
  }
}
