import type { ApiCall } from './api-call.ts'
import type { Change, KubeStorage } from './kube-storage.ts'
import { revisionOf } from './list-objects.ts'
import { expired, Refused } from './refused.ts'
import { asMetadata, wantsMetadata } from './representation.ts'
import { selectorOf } from './selectors.ts'
import { apiVersionOf, type StoredObject } from './stored-object.ts'

/** Where the lines of one watch go. */
export interface WatchSink {
  line(text: string): void
  end(): void
  /** The connection breaks. */
  cut(): void
}

/** A watch that is open. */
interface Feed {
  readonly sink: WatchSink
  bookmark(): void
  stop(): void
}

/** Acts after so many milliseconds; gives what prevents it. */
export type Later = (ms: number, act: () => void) => () => void

const later: Later = (ms, act) => {
  const timer = setTimeout(act, ms).unref()
  return () => clearTimeout(timer)
}

/** All open watches of one server, so that a test can disturb them. */
export class WatchFeeds {
  readonly #storage: KubeStorage
  readonly #feeds = new Set<Feed>()
  #held: (() => void)[] | undefined
  readonly #later: Later

  constructor(storage: KubeStorage, inTime: Later = later) {
    this.#storage = storage
    this.#later = inTime
  }

  get size(): number {
    return this.#feeds.size
  }

  /** Opens one; gives what ends it when its client goes away. A version that is too old is said in the stream, as the watch cache says it. */
  open(call: ApiCall, sink: WatchSink): () => void {
    const isMatched = selectorOf(call.query)
    const isSelected = (object: StoredObject): boolean =>
      (call.namespace === undefined || object.metadata.namespace === call.namespace) && isMatched(object)
    const represent = wantsMetadata(call) ? asMetadata : (object: StoredObject): object => object
    const send = (type: string, object: object): void => this.#deliver(() => sink.line(`${JSON.stringify({ type, object })}\n`))
    const onChange = (change: Change): void => {
      const [type, object] = seen(change, isSelected)
      if (type !== undefined) send(type, represent(object))
    }
    const unlisten = this.#storage.listen(call.resource, onChange)
    const forget = this.#later(timeoutMs(call.query), () => this.#end(feed))
    const bookmark = (): void => send('BOOKMARK', bookmarkOf(call, this.#storage.revision))
    const stop = (): void => {
      unlisten()
      forget()
      this.#feeds.delete(feed)
    }
    const feed: Feed = { sink, stop, bookmark: call.query.get('allowWatchBookmarks') === 'true' ? bookmark : () => undefined }
    this.#feeds.add(feed)
    this.#replay(call, feed, { onChange, onPresent: (object) => isSelected(object) && send('ADDED', represent(object)), send })
    return stop
  }

  /** What tells a watch that it has seen everything up to now. */
  bookmarkAll(): void {
    for (const feed of this.#feeds) feed.bookmark()
  }

  /** As a server that is going down or thinks they lasted long enough. */
  endAll(): void {
    for (const feed of this.#feeds) this.#end(feed)
  }

  cutAll(): void {
    for (const feed of Array.from(this.#feeds)) {
      feed.stop()
      feed.sink.cut()
    }
  }

  /** 410 in mid-stream. */
  expireAll(): void {
    for (const feed of Array.from(this.#feeds)) {
      const object = expired('The resourceVersion for the provided watch is too old.').status()
      feed.sink.line(`${JSON.stringify({ type: 'ERROR', object })}\n`)
      feed.stop()
      feed.sink.end()
    }
  }

  /** Nothing comes any more, and no connection ends, until {@link release}. */
  hold(): void {
    this.#held ??= []
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const deliver of held) deliver()
  }

  #replay(
    { resource, namespace, query }: ApiCall,
    feed: Feed,
    to: {
      onChange: (change: Change) => void
      onPresent: (object: StoredObject) => unknown
      send: (type: string, object: object) => void
    },
  ): void {
    const asked = query.get('resourceVersion') ?? ''
    try {
      if (asked === '' || asked === '0') for (const object of this.#storage.list(resource, namespace)) to.onPresent(object)
      else for (const change of this.#storage.since(resource, revisionOf(asked))) to.onChange(change)
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown
      to.send('ERROR', thrown.status())
      this.#end(feed)
    }
  }

  #end(feed: Feed): void {
    feed.stop()
    this.#deliver(() => feed.sink.end())
  }

  #deliver(deliver: () => void): void {
    if (this.#held) this.#held.push(deliver)
    else deliver()
  }
}

/** A selector makes of a change what it is for those who see only what is selected. */
function seen(
  { type, object, before }: Change,
  isSelected: (object: StoredObject) => boolean,
): readonly [string | undefined, StoredObject] {
  const was = before !== undefined && isSelected(before)
  const is = type !== 'DELETED' && isSelected(object)
  if (is) return [was ? 'MODIFIED' : 'ADDED', object]
  if (!was) return [undefined, object]
  const { resourceVersion } = object.metadata
  return ['DELETED', { ...before, metadata: { ...before.metadata, ...(resourceVersion && { resourceVersion }) } }]
}

function bookmarkOf(call: ApiCall, revision: number): object {
  const metadata = { resourceVersion: String(revision), creationTimestamp: null }
  if (wantsMetadata(call)) return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
  return { kind: call.resource.kind, apiVersion: apiVersionOf(call.resource), metadata }
}

function timeoutMs(query: URLSearchParams): number {
  return Number(query.get('timeoutSeconds') ?? 1800) * 1000
}
