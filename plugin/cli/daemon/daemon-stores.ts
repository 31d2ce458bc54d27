import path from 'node:path'
import * as daemonOptions from '../../config/daemon-options.ts'
import * as options from '../../config/options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { measuredStores } from '../../daemon/measured-stores.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import { systemRandom } from '../../model/random.ts'
import type { DaemonMetrics } from '../../observability/daemon-metrics.ts'
import { providers } from '../../providers/registry.ts'
import type { KeyRing } from '../../stores/keys/key-ring.ts'
import { freshStores } from '../../stores/open-store.ts'
import { openFolderFiles } from '../../stores/warm/folder-files.ts'
import type { LastGood } from '../../stores/warm/last-good.ts'
import { DEFAULT_LAST_GOOD, openLastGood } from '../../stores/warm/last-good-folder.ts'
import { noFloors } from '../../stores/warm/version-floors.ts'
import type { WarmListener } from '../../stores/warm/warm-listener.ts'
import { DEFAULT_READERS, type WarmStores, warmStores } from '../../stores/warm/warm-stores.ts'
import type { ControllerLink } from './controller-link.ts'

export interface DaemonStoresTools {
  /** Where relative paths start. */
  readonly directory: string
  readonly ring: KeyRing
  readonly logger: Logger
  readonly metrics: DaemonMetrics
  /** Tells of rotations. */
  readonly link: ControllerLink | undefined
}

/** The stores of the daemon: kept warm, and counted where they ask their providers. */
export async function daemonStores(sources: OptionSources, tools: DaemonStoresTools): Promise<WarmStores> {
  const { ring, logger, metrics, link } = tools
  const fresh = freshStores(providers, {
    environment: sources.environment,
    clock: systemClock,
    random: systemRandom,
    logger,
    callTimeoutMs: setting(options.callTimeout, sources),
    concurrency: setting(options.maxConcurrency, sources),
    unstable: 'refused',
  })
  return warmStores({
    opener: measuredStores(fresh, metrics, () => performance.now()),
    providers,
    ring,
    lastGood: await lastGoodOf(sources, tools),
    patienceMs: setting(options.callTimeout, sources),
    floors: link?.floors ?? noFloors,
    cache: {
      ttlMs: setting(daemonOptions.cacheTtl, sources),
      maxBytes: setting(daemonOptions.cacheBytes, sources),
      ...(link && { connectedTtlMs: () => link.connectedTtlMs() }),
    },
    readers: DEFAULT_READERS,
    clock: systemClock,
    listener: warmListener(metrics),
  })
}

/** Throws UsageError. */
async function lastGoodOf(
  sources: OptionSources,
  { directory, ring, logger, metrics }: DaemonStoresTools,
): Promise<LastGood | undefined> {
  const folder = setting(daemonOptions.state, sources)
  if (folder === '') return undefined
  if (setting(daemonOptions.keys, sources) === '')
    throw new UsageError('--state: what is kept there is encrypted with keys that outlive the process', 'give --keys DIR as well')
  return openLastGood({
    ...DEFAULT_LAST_GOOD,
    maxStaleMs: setting(daemonOptions.maxStale, sources),
    files: await openFolderFiles(path.resolve(directory, folder)),
    ring,
    clock: systemClock,
    random: systemRandom,
    logger,
    onEvict: () => metrics.evicted('lastGood'),
  })
}

function warmListener(metrics: DaemonMetrics): WarmListener {
  return {
    onFetch: ({ refs }) => metrics.cache('miss', refs),
    onHit: ({ refs }) => metrics.cache('hit', refs),
    onStale: () => metrics.stale(1),
    onEvict: ({ what }) => metrics.evicted(what),
  }
}
