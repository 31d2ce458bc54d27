import { CONFIG_MAPS } from '../../../plugin/kube/core-resources.ts'
import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'

/** What the API server accepted, in its order, from a watch of the ConfigMap that all contenders write. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[]
  /** Those who wrote, each once for each time that it took over. */
  writers(): readonly string[]
  stop(): Promise<void>
}

export interface LedgerEntry {
  readonly count: number
  readonly writer: string
  /** When the watch saw it (performance.now). */
  readonly at: number
}

interface LedgerObject extends KubeObject {
  readonly data: { readonly count: string; readonly writer: string }
}

/** `name`: of the ConfigMap. */
export async function startLedger(client: KubeClient, name: string): Promise<Ledger> {
  const { metadata } = await client.create<KubeObject>(CONFIG_MAPS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name },
  })
  const stopping = new AbortController()
  const entries: LedgerEntry[] = []
  const watching = (async () => {
    const events = client.watch<LedgerObject>(CONFIG_MAPS, {
      namespace: 'default',
      fieldSelector: `metadata.name=${name}`,
      resourceVersion: metadata.resourceVersion ?? '',
      timeoutSeconds: 3_600,
      signal: stopping.signal,
    })
    for await (const event of events) {
      if (event.type === 'BOOKMARK') continue
      const { count, writer } = event.object.data
      entries.push({ count: Number(count), writer, at: performance.now() })
    }
  })().catch((thrown: unknown) => {
    if (!stopping.signal.aborted) throw thrown
  })
  return {
    entries,
    writers: () => entries.map(({ writer }) => writer).filter((writer, place, all) => writer !== all[place - 1]),
    async stop() {
      stopping.abort()
      await watching
    },
  }
}
