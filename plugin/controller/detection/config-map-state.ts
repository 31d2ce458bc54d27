import { createHash } from 'node:crypto'
import { CONFIG_MAPS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject, ObjectKey } from '../../kube/kube-object.ts'
import { listPages } from '../../kube/list-pages.ts'
import type { DetectorState } from './detector-state.ts'
import { readVersionChunks, versionChunks } from './version-chunks.ts'

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

export interface ConfigMapStateTools {
  readonly client: Pick<KubeClient, 'list' | 'get' | 'create' | 'update' | 'delete'>
  /** Where the ConfigMaps are: this program's own namespace. */
  readonly namespace: string
  /** Of a store that has no versions any more they are deleted, where stores come and go; they stay, empty, where only the administrator's are known. */
  readonly deletes?: true
}

const MANAGER = 'argocd-external-secrets'
/** Its value is a digest of the store's identity. */
const LABEL = `${MANAGER}.io/versions-of`
const ENTRY = 'versions'
/** Of ConfigMaps that may all be as large as they can. */
const PAGE_SIZE = 8
/** A ConfigMap that somebody else writes at the same time is read again, so often. */
const ATTEMPTS = 3

/** Versions in ConfigMaps: some for each store, and of these only the ones that changed are written. Rejects with KubeError. */
export function configMapState({ client, namespace, deletes }: ConfigMapStateTools): DetectorState {
  /** As the API server has them, by name. */
  const known = new Map<string, ConfigMap>()
  const counts = new Map<string, number>()

  async function write(name: string, digest: string, text: string, signal: AbortSignal): Promise<void> {
    const options = { fieldManager: MANAGER, signal }
    for (let attempt = 1; ; attempt++) {
      const before = known.get(name)
      if (before?.data?.[ENTRY] === text) return
      try {
        const map = before
          ? await client.update<ConfigMap>(CONFIG_MAPS, { ...before, data: { [ENTRY]: text } }, options)
          : await client.create<ConfigMap>(CONFIG_MAPS, newMap({ name, namespace }, digest, text), options)
        known.set(name, map)
        return
      } catch (thrown) {
        if (attempt >= ATTEMPTS || !isKubeError(thrown, 'Conflict', 'AlreadyExists', 'NotFound')) throw thrown
        await look(name, signal)
      }
    }
  }

  async function look(name: string, signal: AbortSignal): Promise<void> {
    try {
      known.set(name, await client.get<ConfigMap>(CONFIG_MAPS, { namespace, name }, { signal }))
    } catch (thrown) {
      if (!isKubeError(thrown, 'NotFound')) throw thrown
      known.delete(name)
    }
  }

  return {
    async load(storeIdentity, signal) {
      const labelSelector = `${LABEL}=${digestOf(storeIdentity)}`
      const texts: string[] = []
      const options = { namespace, labelSelector, pageSize: PAGE_SIZE, signal }
      for await (const page of listPages<ConfigMap>(client, CONFIG_MAPS, options)) {
        for (const map of page) known.set(map.metadata.name, map)
        texts.push(...page.flatMap(({ data }) => data?.[ENTRY] ?? []))
      }
      const { versions, count } = readVersionChunks(texts)
      counts.set(storeIdentity, count)
      return versions
    },
    async save(storeIdentity, versions, signal) {
      const digest = digestOf(storeIdentity)
      if (deletes && versions.size === 0) {
        counts.delete(storeIdentity)
        return await deleteAll({ client, known, digest }, signal)
      }
      const texts = versionChunks(versions, counts.get(storeIdentity) ?? 1)
      counts.set(storeIdentity, texts.length)
      for (const [index, text] of texts.entries()) await write(`${MANAGER}-versions-${digest}-${index}`, digest, text, signal)
    },
  }
}

function newMap(key: ObjectKey & { readonly namespace: string }, digest: string, text: string): ConfigMap {
  const labels = { [LABEL]: digest, 'app.kubernetes.io/part-of': MANAGER }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...key, labels }, data: { [ENTRY]: text } }
}

interface Kept {
  readonly client: Pick<KubeClient, 'delete'>
  readonly known: Map<string, ConfigMap>
  readonly digest: string
}

/** Of one store, what this process has seen of it. */
async function deleteAll({ client, known, digest }: Kept, signal: AbortSignal): Promise<void> {
  const maps = Array.from(known.values()).filter(({ metadata }) => metadata.labels?.[LABEL] === digest)
  for (const { metadata } of maps) {
    const { uid, resourceVersion } = metadata
    try {
      await client.delete(CONFIG_MAPS, metadata, { uid, resourceVersion, signal })
    } catch (thrown) {
      // Another process has written it since, or was faster.
      if (!isKubeError(thrown, 'Conflict', 'NotFound')) throw thrown
    }
    known.delete(metadata.name)
  }
}

/** An identity may be longer than a name, and hold other characters. */
function digestOf(storeIdentity: string): string {
  return createHash('sha256').update(storeIdentity).digest('hex').slice(0, 32)
}
