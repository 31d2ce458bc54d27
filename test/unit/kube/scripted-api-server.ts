import type { KubeClient, ListOptions, ObjectList, WatchEvent, WatchOptions } from '../../../plugin/kube/kube-client.ts'
import { KubeError } from '../../../plugin/kube/kube-error.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import type { Clock } from '../../../plugin/model/clock.ts'
import { badRequest, gone } from './api-errors.ts'
import { ScriptedWatch } from './scripted-watch.ts'

/** What the server holds: as little as a reflector looks at. */
export interface Thing extends KubeObject {
  readonly spec?: { readonly note: string }
}

export type Change = Extract<WatchEvent<Thing>, { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' }>

export interface Revision {
  readonly revision: number
  readonly change: Change
  readonly before: Thing | undefined
}

export type Request =
  | { readonly verb: 'list'; readonly options: ListOptions }
  | { readonly verb: 'watch'; readonly options: WatchOptions }

/** What becomes of one request: an error, an answer that never comes, or (undefined) nothing unusual. */
export type Fault = KubeError | 'silence' | undefined

/**
 * One collection of an API server, in memory, on a clock of the test: revisions, pages of one version, watches with bookmarks and an end, compaction,
 * and an API server that is behind etcd. What it does is what Kubernetes API concepts say, and what apiserver's storage/cacher does.
 */
export class ScriptedApiServer {
  readonly clock: Clock
  readonly requests: Request[] = []
  readonly watches = new Set<ScriptedWatch>()
  readonly objects = new Map<string, Thing>()
  revision = 100
  compactedTo = 0
  /** The revision at which the API server's cache stands still; undefined: it is up to date. */
  behindAt: number | undefined
  sendsBookmarks = true
  fault: (request: Request) => Fault = () => undefined
  #log: Revision[] = []
  /** Called with every change, before anybody can see it. */
  onWrite: (change: Change) => void = () => {}
  #uids = 0
  #lists = 0
  readonly #snapshots = new Map<string, { readonly revision: number; readonly items: readonly Thing[] }>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  get visible(): number {
    return this.behindAt ?? this.revision
  }

  create(name: string, note = ''): Thing {
    const uid = `uid-${++this.#uids}`
    return this.#write('ADDED', { metadata: { namespace: 'here', name, uid }, spec: { note } })
  }

  update(name: string, note = ''): Thing {
    const before = this.objects.get(name)
    if (!before) throw new Error(`there is no ${name}`)
    return this.#write('MODIFIED', { ...before, spec: { note } })
  }

  delete(name: string): void {
    const before = this.objects.get(name)
    if (!before) throw new Error(`there is no ${name}`)
    this.#write('DELETED', before)
  }

  /** What happened after `revision` as far as the API server has seen it; the log is as long as nobody forgets it. */
  next(revision: number): Revision | undefined {
    const first = this.#log[0]?.revision ?? this.revision + 1
    const found = this.#log[Math.max(0, revision + 1 - first)]
    return found !== undefined && found.revision <= this.visible ? found : undefined
  }

  /** etcd forgets what was before now: watches and pages of older versions are refused. */
  compact(): void {
    this.compactedTo = this.visible
  }

  /** Frees the memory of all that no watch and no list may ask for again. */
  forget(): void {
    this.compactedTo = this.revision
    this.#log = []
    this.#snapshots.clear()
  }

  catchUp(): void {
    this.behindAt = undefined
    this.#wakeAll()
  }

  readonly client: KubeClient = {
    list: async <T extends KubeObject>(_: unknown, options: ListOptions = {}) =>
      // The test's reflectors are of Things.
      (await this.#list(options)) as unknown as ObjectList<T>,
    watch: <T extends KubeObject>(_: unknown, options: WatchOptions) =>
      this.#watch(options) as unknown as AsyncIterable<WatchEvent<T>>,
    get: unscripted,
    create: unscripted,
    update: unscripted,
    patch: unscripted,
    delete: unscripted,
    requestToken: unscripted,
    tokenIssuer: unscripted,
    resources: unscripted,
    serverVersion: unscripted,
    close: () => {},
  }

  async #list(options: ListOptions): Promise<ObjectList<Thing>> {
    await this.#receive({ verb: 'list', options })
    if (options.continue !== undefined && options.resourceVersion !== undefined) throw badRequest()
    if (options.continue !== undefined) return this.#page(options.continue, options.limit)
    const least = Number(options.resourceVersion ?? this.revision)
    if (options.resourceVersion !== undefined && options.resourceVersionMatch !== 'NotOlderThan' && least > 0) {
      throw new Error('a reflector never asks for one exact version')
    }
    if (options.resourceVersion === undefined) return this.#firstPage(this.revision, options.limit)
    if (least > this.visible) throw new KubeError('too large resource version', 504, 'ResourceVersionTooLarge', 1_000)
    return this.#firstPage(this.visible, options.limit)
  }

  #firstPage(revision: number, limit: number | undefined): ObjectList<Thing> {
    const id = `list-${++this.#lists}`
    this.#snapshots.set(id, { revision, items: this.#itemsAt(revision) })
    return this.#page(`${id}:0`, limit)
  }

  #page(token: string, limit = Number.POSITIVE_INFINITY): ObjectList<Thing> {
    const [id = '', from = 0] = token.split(':')
    const snapshot = this.#snapshots.get(id)
    if (!snapshot || (Number(from) > 0 && snapshot.revision < this.compactedTo)) throw gone()
    const end = Number(from) + limit
    const isLast = end >= snapshot.items.length
    const page = { items: snapshot.items.slice(Number(from), end), resourceVersion: String(snapshot.revision) }
    return isLast ? page : { ...page, continue: `${id}:${end}` }
  }

  #itemsAt(revision: number): readonly Thing[] {
    const items = new Map(this.objects)
    for (const { revision: at, change, before } of this.#log.toReversed()) {
      if (at <= revision) break
      if (before) items.set(change.object.metadata.name, before)
      else items.delete(change.object.metadata.name)
    }
    return Array.from(items.values())
  }

  async *#watch(options: WatchOptions): AsyncGenerator<WatchEvent<Thing>> {
    await this.#receive({ verb: 'watch', options })
    if (Number(options.resourceVersion) < this.compactedTo) throw gone()
    const watch = new ScriptedWatch(this, options)
    this.watches.add(watch)
    try {
      yield* watch.events()
    } finally {
      this.watches.delete(watch)
      watch.close()
    }
  }

  async #receive(request: Request): Promise<void> {
    const { signal } = request.options
    signal?.throwIfAborted()
    this.requests.push(request)
    const fault = this.fault(request)
    if (fault === 'silence') await aborted(signal)
    else if (fault) throw fault
    // An answer takes a turn at least.
    await Promise.resolve()
  }

  #write(type: Change['type'], object: Thing): Thing {
    const { name } = object.metadata
    const before = this.objects.get(name)
    const now: Thing = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.revision) } }
    if (type === 'DELETED') this.objects.delete(name)
    else this.objects.set(name, now)
    const change = { type, object: now }
    this.#log.push({ revision: this.revision, change, before })
    this.onWrite(change)
    this.#wakeAll()
    return now
  }

  #wakeAll(): void {
    for (const watch of this.watches) watch.wake()
  }
}

async function unscripted(): Promise<never> {
  throw new Error('a reflector only lists and watches')
}

/** Never resolves: whoever waits for an answer must give up. */
async function aborted(signal: AbortSignal | undefined): Promise<void> {
  const { promise, reject } = Promise.withResolvers<void>()
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  await promise
}
