import * as options from '../../config/options.ts'
import type { OptionSources } from '../../config/settings.ts'
import { setting } from '../../config/settings.ts'
import type { WatchedStore } from '../../controller/detection/detection-schedule.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { systemRandom } from '../../model/random.ts'
import type { AdministratorStore } from '../../policy/administrator-store.ts'
import { providers } from '../../providers/registry.ts'
import { administratorCredentials } from '../../stores/administrator-credentials.ts'
import type { CredentialsFolder } from '../../stores/credentials-folder.ts'
import { detectorOpener } from '../../stores/open-detector.ts'
import { ADMINISTRATOR } from '../../stores/open-store.ts'
import { storeId } from '../../stores/store-lookup.ts'
import { dependsOnConsumer, storeProvider } from '../../stores/store-provider.ts'

export interface WatchedStoresTools {
  readonly sources: OptionSources
  readonly folder: CredentialsFolder | undefined
  readonly logger: Logger
}

/**
 * The administrator's stores whose changes can be noticed here: one login serves all who use them, and their provider tells versions without
 * values. By name, as reports have it.
 */
export async function watchedStores(
  stores: readonly AdministratorStore[],
  tools: WatchedStoresTools,
): Promise<ReadonlyMap<string, WatchedStore>> {
  const watched = await Promise.all(stores.map((store) => watchedStore(store, tools)))
  return new Map(watched.filter((one) => one !== undefined).map((one) => [one.name, one]))
}

async function watchedStore(
  store: AdministratorStore,
  { sources, folder, logger }: WatchedStoresTools,
): Promise<WatchedStore | undefined> {
  const { resource, namespace } = store
  const { id } = storeProvider(resource)
  const provider = await providers.get(id)?.()
  const isShared = resource.kind === 'SecretStore' || !dependsOnConsumer(resource)
  if (!provider?.detect || !isShared) return undefined
  const name = storeId(resource.kind, namespace, resource.metadata.name)
  const credentials = administratorCredentials((own) => (resource.kind === 'ClusterSecretStore' && own ? own : namespace), folder)
  const openDetector = detectorOpener(providers, {
    environment: sources.environment,
    clock: systemClock,
    random: systemRandom,
    logger,
    callTimeoutMs: setting(options.callTimeout, sources),
    concurrency: setting(options.maxConcurrency, sources),
  })
  return {
    // Names of the administrator's stores are his own, and stay.
    identity: name,
    name,
    provider: id,
    open: (pace) => openDetector(store, namespace, credentials, pace, { owner: ADMINISTRATOR }),
  }
}
