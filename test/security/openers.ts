import { systemClock } from '../../plugin/model/clock.ts'
import { silentLogger } from '../../plugin/model/logger.ts'
import { systemRandom } from '../../plugin/model/random.ts'
import { providers } from '../../plugin/providers/registry.ts'
import { processKeyRing } from '../../plugin/stores/keys/open-key-ring.ts'
import { freshStores, type StoreOpener } from '../../plugin/stores/open-store.ts'
import { noFloors } from '../../plugin/stores/warm/version-floors.ts'
import { silentWarmListener } from '../../plugin/stores/warm/warm-listener.ts'
import { DEFAULT_CACHE, DEFAULT_READERS, type WarmStores, warmStores } from '../../plugin/stores/warm/warm-stores.ts'
import type { World } from './world.ts'

/** The world's backends, with readers of its own for every render. */
export function freshOpener({ environment, azure }: World): StoreOpener {
  return freshStores(providers, {
    environment,
    extraCa: azure.ca,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    callTimeoutMs: 5_000,
    concurrency: 8,
  })
}

/** The same as the daemon opens them: readers and values stay for whoever asks next, for longer than the tests take. */
export function warmOpener(world: World): WarmStores {
  return warmStores({
    opener: freshOpener(world),
    providers,
    ring: processKeyRing(systemRandom),
    lastGood: undefined,
    patienceMs: 5_000,
    floors: noFloors,
    cache: { ...DEFAULT_CACHE, ttlMs: 600_000 },
    readers: DEFAULT_READERS,
    clock: systemClock,
    listener: silentWarmListener,
  })
}
