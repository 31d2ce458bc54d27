import { silentLogger } from '../../../../plugin/model/logger.ts'
import type { RemoteRef } from '../../../../plugin/model/remote-ref.ts'
import { asSecretError } from '../../../../plugin/model/secret-error.ts'
import type { CredentialSource } from '../../../../plugin/providers/credential-source.ts'
import type { Outcome } from '../../../../plugin/providers/secret-reader.ts'
import { processKeyRing } from '../../../../plugin/stores/keys/open-key-ring.ts'
import { freshStores, type StoreScope } from '../../../../plugin/stores/open-store.ts'
import type { StoreObject } from '../../../../plugin/stores/store-object.ts'
import { noFloors } from '../../../../plugin/stores/warm/version-floors.ts'
import { silentWarmListener } from '../../../../plugin/stores/warm/warm-listener.ts'
import {
  DEFAULT_CACHE,
  DEFAULT_READERS,
  type WarmStores,
  type WarmStoresOptions,
  warmStores,
} from '../../../../plugin/stores/warm/warm-stores.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { type GatedProvider, someone, storeNamed } from './gated-provider.ts'
import { ManualClock } from './manual-clock.ts'

export const GIT: StoreScope = { owner: 'project a' }

/** Warm stores over one provider, with a clock that stands still. */
export function openWarm(
  gated: GatedProvider,
  changes: Partial<WarmStoresOptions> = {},
): { readonly stores: WarmStores; readonly clock: ManualClock } {
  const clock = new ManualClock()
  const random = seededRandom('warm')
  const providers = new Map([['fake', async () => gated.provider]])
  const tools = {
    environment: new Map<string, string>(),
    clock,
    random,
    logger: silentLogger,
    callTimeoutMs: 1_000,
    concurrency: 8,
  }
  const stores = warmStores({
    opener: freshStores(providers, tools),
    providers,
    ring: processKeyRing(random),
    lastGood: undefined,
    patienceMs: 5_000,
    floors: noFloors,
    cache: DEFAULT_CACHE,
    readers: DEFAULT_READERS,
    clock,
    listener: silentWarmListener,
    ...changes,
  })
  return { stores, clock }
}

export interface Render {
  readonly keys: readonly string[]
  readonly store?: StoreObject
  readonly namespace?: string
  readonly source?: CredentialSource
  readonly scope?: StoreScope
  readonly signal?: AbortSignal
}

/** What a render does with a search: lists, reads what was found. The values in the order of their keys, or the kind of the failure alone. */
export async function renderFound(
  stores: WarmStores,
  asked: Omit<Render, 'keys'> & { readonly id?: string } = {},
): Promise<readonly string[]> {
  const { id = 'all', store = storeNamed('store'), namespace = 'app', source = someone(), scope = GIT } = asked
  const signal = asked.signal ?? new AbortController().signal
  try {
    const { reader } = await stores.open(store, namespace, source, scope)
    try {
      const found = (await reader.list?.({ id, tags: new Map() }, signal)) ?? []
      const refs = found.map(({ ref }) => ref).toSorted((one, other) => (one.key < other.key ? -1 : 1))
      const outcomes = await reader.fetch(refs, signal)
      return [...outcomes.map(textOf), ...(found.some(({ stale }) => stale) ? ['found before'] : [])]
    } finally {
      await reader.close()
    }
  } catch (thrown) {
    return [asSecretError(thrown).kind]
  }
}

export function refTo(key: string): RemoteRef {
  return { key, part: 'value' }
}

/** What a render does with a store: opens, reads, closes. The values, or the kinds of failures; the kind of the store's failure alone. */
export async function render(stores: WarmStores, asked: Render): Promise<readonly string[]> {
  const { keys, store = storeNamed('store'), namespace = 'app', source = someone(), scope = GIT, signal } = asked
  try {
    const { reader } = await stores.open(store, namespace, source, scope)
    try {
      const outcomes = await reader.fetch(keys.map(refTo), signal ?? new AbortController().signal)
      return outcomes.map(textOf)
    } finally {
      await reader.close()
    }
  } catch (thrown) {
    return [`store: ${asSecretError(thrown).kind}`]
  }
}

function textOf(outcome: Outcome): string {
  if (!outcome.ok) return outcome.error.kind
  return new TextDecoder().decode(outcome.secret.value.reveal()) + (outcome.secret.stale ? ' (stale)' : '')
}
