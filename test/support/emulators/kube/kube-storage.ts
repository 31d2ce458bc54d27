import { expired } from './refused.ts'
import { type ServedResource, type StoredObject, storageKey } from './stored-object.ts'

export interface Change {
  readonly revision: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** For a deletion the last state, with the version of the deletion. */
  readonly object: StoredObject
  readonly before: StoredObject | undefined
}

export type ChangeListener = (change: Change) => void

interface Shelf {
  readonly objects: Map<string, StoredObject>
  history: Change[]
  readonly listeners: Set<ChangeListener>
  /** Keys in order; made when asked for. */
  keys: readonly string[] | undefined
}

/** What etcd is to an API server: one counter of revisions, and what happened since the last compaction. */
export class KubeStorage {
  #revision = 1_000
  #compactedAt = 0
  readonly #shelves = new Map<string, Shelf>()

  get revision(): number {
    return this.#revision
  }

  get compactedAt(): number {
    return this.#compactedAt
  }

  get(resource: ServedResource, namespace: string | undefined, name: string): StoredObject | undefined {
    return this.#shelf(resource).objects.get(storageKey(namespace, name))
  }

  /** All of them in the order of etcd, those of one namespace when it is given, as they are or as they were at `revision`. */
  list(resource: ServedResource, namespace?: string, revision: number = this.#revision): readonly StoredObject[] {
    const shelf = this.#shelf(resource)
    const now = revision === this.#revision ? inOrder(shelf) : this.#past(shelf, revision)
    return namespace === undefined ? now : now.filter(({ metadata }) => metadata.namespace === namespace)
  }

  put(resource: ServedResource, object: StoredObject): StoredObject {
    const shelf = this.#shelf(resource)
    const key = storageKey(object.metadata.namespace, object.metadata.name)
    const before = shelf.objects.get(key)
    const stamped = this.#stamped(object)
    shelf.objects.set(key, stamped)
    if (!before) shelf.keys = undefined
    this.#tell(shelf, before ? 'MODIFIED' : 'ADDED', stamped, before)
    return stamped
  }

  delete(resource: ServedResource, object: StoredObject): StoredObject {
    const shelf = this.#shelf(resource)
    const key = storageKey(object.metadata.namespace, object.metadata.name)
    const before = shelf.objects.get(key)
    shelf.objects.delete(key)
    shelf.keys = undefined
    const stamped = this.#stamped(object)
    this.#tell(shelf, 'DELETED', stamped, before)
    return stamped
  }

  /** Changes after `revision`, oldest first. Throws 410 when they are forgotten. */
  since(resource: ServedResource, revision: number): readonly Change[] {
    this.assertKnown(revision)
    const { history } = this.#shelf(resource)
    const first = history.findIndex((change) => change.revision > revision)
    return first < 0 ? [] : history.slice(first)
  }

  assertKnown(revision: number): void {
    if (revision < this.#compactedAt) throw expired(`too old resource version: ${revision} (${this.#compactedAt})`)
  }

  listen(resource: ServedResource, listener: ChangeListener): () => void {
    const { listeners } = this.#shelf(resource)
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Forgets all that happened so far. */
  compact(): void {
    this.#compactedAt = this.#revision
    for (const shelf of this.#shelves.values()) shelf.history = []
  }

  /** Every object of every resource that has any. */
  *everything(): Iterable<readonly [string, StoredObject]> {
    for (const [resource, { objects }] of this.#shelves) for (const object of objects.values()) yield [resource, object]
  }

  #past(shelf: Shelf, revision: number): readonly StoredObject[] {
    this.assertKnown(revision)
    const then = new Map(shelf.objects)
    for (const { object, before, revision: at } of shelf.history.toReversed()) {
      if (at <= revision) break
      const key = storageKey(object.metadata.namespace, object.metadata.name)
      if (before) then.set(key, before)
      else then.delete(key)
    }
    return inOrder({ ...shelf, objects: then, keys: undefined })
  }

  #stamped(object: StoredObject): StoredObject {
    this.#revision++
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } }
  }

  #tell(shelf: Shelf, type: Change['type'], object: StoredObject, before: StoredObject | undefined): void {
    const change = { revision: this.#revision, type, object, before }
    shelf.history.push(change)
    for (const listener of shelf.listeners) listener(change)
  }

  #shelf({ group, plural }: ServedResource): Shelf {
    const name = `${plural}.${group}`
    const known = this.#shelves.get(name)
    if (known) return known
    const made: Shelf = { objects: new Map(), history: [], listeners: new Set(), keys: undefined }
    this.#shelves.set(name, made)
    return made
  }
}

function inOrder(shelf: Shelf): readonly StoredObject[] {
  shelf.keys ??= Array.from(shelf.objects.keys()).sort((a, b) => (a < b ? -1 : 1))
  return shelf.keys.flatMap((key) => shelf.objects.get(key) ?? [])
}
