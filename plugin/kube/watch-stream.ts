import { refusalInStream, refusalOf } from './api-refusal.ts'
import { type ApiTransport, TransportFailure } from './api-transport.ts'
import { callFailure } from './call-failure.ts'
import type { WatchEvent, WatchOptions } from './kube-client.ts'
import type { KubeObject } from './kube-object.ts'
import { parseAnswer } from './parse-answer.ts'
import type { Resource } from './resource.ts'
import { MAX_OBJECT_BYTES, watchRequest } from './rest-requests.ts'
import { splitLines } from './split-lines.ts'

/** How much later than announced the server may end a watch before the connection counts as dead. */
const MARGIN_MS = 30_000

/** One watch: an event a line (Kubernetes API concepts, "Efficient detection of changes"). */
export async function* watchStream<T extends KubeObject>(
  transport: ApiTransport,
  resource: Resource,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>> {
  const what = `watch ${resource.plural}${options.namespace === undefined ? '' : ` in ${options.namespace}`}`
  const lifetimeMs = options.timeoutSeconds * 1000 + MARGIN_MS
  try {
    const { chunks, ...head } = await transport.open(watchRequest(resource, options), lifetimeMs, options.signal)
    if (head.status !== 200) throw refusalOf(what, { ...head, body: await textOf(chunks) })
    for await (const line of splitLines(chunks, MAX_OBJECT_BYTES)) {
      if (line !== '') yield eventOf<T>(what, line)
    }
  } catch (thrown) {
    throw callFailure(what, thrown, options.signal)
  }
}

interface WireEvent<T> {
  readonly type: WatchEvent<KubeObject>['type'] | 'ERROR'
  readonly object: T
}

function eventOf<T extends KubeObject>(what: string, line: string): WatchEvent<T> {
  const { type, object } = parseAnswer<WireEvent<T>>(what, line)
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object }
    case 'BOOKMARK':
      return { type, resourceVersion: object.metadata.resourceVersion ?? '' }
    default:
      throw refusalInStream(what, object)
  }
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const held: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > MAX_OBJECT_BYTES) throw new TransportFailure('TooLarge')
    held.push(chunk)
  }
  return Buffer.concat(held).toString('utf8')
}
