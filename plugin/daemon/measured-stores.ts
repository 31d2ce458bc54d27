import type { OpenStore } from '../expansion/store-source.ts'
import type { DaemonMetrics } from '../observability/daemon-metrics.ts'
import type { Outcome, SecretReader } from '../providers/secret-reader.ts'
import { ADMINISTRATOR, type StoreOpener, type StoreScope } from '../stores/open-store.ts'
import type { StoreObject } from '../stores/store-object.ts'
import { storeProvider } from '../stores/store-provider.ts'

/** Stores of Git are one: their names are without bound. */
const STORE_OF_GIT = 'git'

/** By what the reads of a store are counted. */
export interface ReadLabels {
  readonly provider: string
  readonly store: string
}

/** Counts what is really read at providers: goes around the opener that asks them, inside every cache. `nowMs` never goes back. */
export function measuredStores(
  opener: StoreOpener,
  metrics: Pick<DaemonMetrics, 'fetched'>,
  nowMs: () => number,
  labelsOf: (store: StoreObject, scope: StoreScope | undefined) => ReadLabels = daemonLabels,
): StoreOpener {
  return {
    async open(store, namespace, credentials, scope) {
      const opened = await opener.open(store, namespace, credentials, scope)
      return { ...opened, reader: measured(opened, labelsOf(store, scope), metrics, nowMs) }
    },
  }
}

function daemonLabels({ resource }: StoreObject, scope: StoreScope | undefined): ReadLabels {
  return {
    provider: storeProvider(resource).id,
    store: scope?.owner === ADMINISTRATOR ? resource.metadata.name : STORE_OF_GIT,
  }
}

function measured(
  { reader }: OpenStore,
  { provider, store }: ReadLabels,
  metrics: Pick<DaemonMetrics, 'fetched'>,
  nowMs: () => number,
): SecretReader {
  return {
    async fetch(refs, signal) {
      const startedAt = nowMs()
      const told = (outcomes: ReadonlyMap<string, number>): void =>
        metrics.fetched(provider, store, (nowMs() - startedAt) / 1_000, outcomes)
      try {
        const outcomes = await reader.fetch(refs, signal)
        told(counted(outcomes))
        return outcomes
      } catch (thrown) {
        told(new Map([['failed', refs.length]]))
        throw thrown
      }
    },
    list: reader.list?.bind(reader),
    validate: reader.validate?.bind(reader),
    close: () => reader.close(),
  }
}

function counted(outcomes: readonly Outcome[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const outcome of outcomes) {
    const name = outcome.ok ? 'ok' : outcome.error.kind
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
