import { createHash } from 'node:crypto'
import { CONFIG_MAPS } from '../../kube/core-resources.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import type { KubeObject } from '../../kube/kube-object.ts'
import { listPages } from '../../kube/list-pages.ts'
import type { Logger } from '../../model/logger.ts'
import type { FloorBoard } from './floor-board.ts'
import { floorsText, readFloors, readRecords, recordsText } from './persisted-index.ts'
import type { RenderIndex, RenderRecord } from './render-index.ts'

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

export interface IndexStoreTools {
  readonly client: Pick<KubeClient, 'list' | 'get' | 'create' | 'update'>
  /** Where the ConfigMaps are. */
  readonly namespace: string
  readonly index: RenderIndex
  readonly board: FloorBoard
  readonly logger: Logger
}

const SHARDS = 32
/** The API server takes objects of 1.5 MB (etcd) and ConfigMaps of 1 MiB (Kubernetes, ConfigMap). */
const MAX_BYTES = 900 * 1024
/** Of ConfigMaps that may all be as large as they can. */
const PAGE_SIZE = 8
const LABEL = 'argocd-external-secrets.io/index'
const FLOORS = 'floors'
const FIELD_MANAGER = 'argocd-external-secrets'

/**
 * The index in ConfigMaps: an Application is an entry of one of {@link SHARDS}, and only what changed is written. Read once by whoever becomes
 * the leader, and by `argocd-external-secrets refresh --dry-run`. What is lost is known again after the next render.
 */
export class IndexStore {
  readonly #tools: IndexStoreTools
  readonly #written = new Map<string, ConfigMap>()
  readonly #pending = new Set<string>()

  constructor(tools: IndexStoreTools) {
    this.#tools = tools
  }

  /** Rejects with KubeError. */
  async load(signal: AbortSignal): Promise<void> {
    const { index, board } = this.#tools
    const maps = await readIndexMaps(this.#tools.client, this.#tools.namespace, signal)
    for (const map of maps) this.#written.set(map.metadata.name, map)
    index.restore(recordsIn(maps, this.#tools.logger))
    const floors = maps.map(({ data }) => data?.[FLOORS]).find((text) => text !== undefined)
    board.restore((floors === undefined ? undefined : readFloors(floors)) ?? [])
  }

  /** Writes what changed. Rejects with KubeError; what was not written then is tried again the next time. */
  async save(signal: AbortSignal): Promise<void> {
    const { index, board } = this.#tools
    for (const id of index.takeDirty()) this.#pending.add(shardName(id))
    if (board.takeChanged()) this.#pending.add(floorsName())
    for (const name of this.#pending) {
      const data = name === floorsName() ? { [FLOORS]: floorsText(board.floors(), MAX_BYTES) } : this.#shardData(name)
      await this.#write(name, data, signal)
      this.#pending.delete(name)
    }
  }

  #shardData(name: string): Readonly<Record<string, string>> {
    const { index, logger } = this.#tools
    const data: Record<string, string> = {}
    let bytes = 0
    for (const id of index.ids()) {
      if (shardName(id) !== name) continue
      const entry = recordsText(index.recordsOf(id))
      bytes += Buffer.byteLength(entry) + id.length
      if (bytes > MAX_BYTES) {
        logger.warn('the index is too large to be kept whole: a restart forgets some Applications', { map: name })
        break
      }
      // A namespace has no underscore, nor has a name.
      data[id.replace('/', '_')] = entry
    }
    return data
  }

  async #write(name: string, data: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    const { client, namespace } = this.#tools
    const options = { fieldManager: FIELD_MANAGER, signal }
    const before = this.#written.get(name)
    const metadata = { name, namespace, labels: { [LABEL]: 'true', 'app.kubernetes.io/part-of': FIELD_MANAGER } }
    try {
      const map = before
        ? await client.update<ConfigMap>(CONFIG_MAPS, { ...before, data }, options)
        : await client.create<ConfigMap>(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, options)
      this.#written.set(name, map)
    } catch (thrown) {
      // Somebody else wrote or deleted it: what we know is newer, and is written over it the next time.
      if (isKubeError(thrown, 'Conflict', 'AlreadyExists')) {
        this.#written.set(name, await client.get<ConfigMap>(CONFIG_MAPS, { namespace, name }, { signal }))
      } else if (isKubeError(thrown, 'NotFound')) this.#written.delete(name)
      throw thrown
    }
  }
}

/** Every ConfigMap of an index. Rejects with KubeError. */
export async function readIndexMaps(
  client: Pick<KubeClient, 'list'>,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly ConfigMap[]> {
  const maps: ConfigMap[] = []
  const options = { namespace, labelSelector: `${LABEL}=true`, pageSize: PAGE_SIZE, signal }
  for await (const page of listPages<ConfigMap>(client, CONFIG_MAPS, options)) maps.push(...page)
  return maps
}

/** All records in them; what cannot be read is left out with a warning. */
export function recordsIn(maps: readonly ConfigMap[], logger: Logger): readonly RenderRecord[] {
  return maps.flatMap(({ metadata, data = {} }) =>
    Object.entries(data).flatMap(([name, text]) => {
      if (name === FLOORS) return []
      const records = readRecords(text)
      if (!records) logger.warn('an entry of the index cannot be read', { map: metadata.name, entry: name })
      return records ?? []
    }),
  )
}

function shardName(id: string): string {
  const shard = createHash('sha256').update(id).digest().readUInt32BE(0) % SHARDS
  return `${FIELD_MANAGER}-index-${String(shard).padStart(2, '0')}`
}

function floorsName(): string {
  return `${FIELD_MANAGER}-${FLOORS}`
}
