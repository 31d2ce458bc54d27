import { type ApiRequest, type ApiTransport, TransportFailure } from '../../../../plugin/kube/api-transport.ts'
import type { KubeApi, RawAnswer } from './kube-api.ts'
import type { WatchSink } from './watch-feeds.ts'

/** Calls `api` without a socket: nothing takes time, which is what a simulated day needs. All text goes through JSON all the same. */
export function localTransport(api: KubeApi, userAgent: string): ApiTransport {
  const ask = async (
    { method, path, accept, contentType = '', body = '' }: ApiRequest,
    signal?: AbortSignal,
  ): Promise<RawAnswer> => {
    signal?.throwIfAborted()
    const answered = api.answer({ method, url: path, accept, contentType, userAgent, authorization: `Bearer ${api.token}`, body })
    const answer = await answered
    if (answer.kind === 'hang') return await untilAborted(signal)
    if (answer.kind === 'cut') throw new TransportFailure('ECONNRESET')
    return answer
  }
  const open = new Set<() => void>()

  return {
    async exchange(request, signal) {
      const answer = await ask(request, signal)
      if (answer.kind !== 'answer') throw new TransportFailure('NoJson')
      return { status: answer.status, retryAfter: answer.retryAfterSeconds?.toString(), body: JSON.stringify(answer.body) }
    },
    async open(request, _lifetimeMs, signal) {
      const answer = await ask(request, signal)
      if (answer.kind !== 'stream') {
        const body = answer.kind === 'answer' ? JSON.stringify(answer.body) : ''
        const status = answer.kind === 'answer' ? answer.status : 0
        return { status, retryAfter: undefined, chunks: asChunks([body]) }
      }
      const lines = new LineQueue(signal)
      const stop = answer.open(lines)
      const finish = (): void => {
        open.delete(finish)
        stop()
        lines.end()
      }
      open.add(finish)
      return { status: 200, retryAfter: undefined, chunks: lines.chunks(finish) }
    },
    close() {
      for (const finish of open) finish()
    },
  }
}

async function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  // While it was answered: of what is over no listener is told any more.
  signal?.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  return await promise
}

async function* asChunks(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

/** Lines that wait for their reader. */
class LineQueue implements WatchSink {
  #lines: string[] = []
  #state: 'open' | 'ended' | 'cut' = 'open'
  #wake: () => void = () => undefined
  readonly #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  line(text: string): void {
    this.#lines.push(text)
    this.#wake()
  }

  end(): void {
    if (this.#state === 'open') this.#state = 'ended'
    this.#wake()
  }

  cut(): void {
    this.#state = 'cut'
    this.#wake()
  }

  async *chunks(finish: () => void): AsyncGenerator<Uint8Array> {
    const onAbort = (): void => this.#wake()
    this.#signal.addEventListener('abort', onAbort)
    try {
      for (;;) {
        this.#signal.throwIfAborted()
        const lines = this.#lines
        this.#lines = []
        if (lines.length > 0) yield Buffer.from(lines.join(''))
        else if (this.#state === 'cut') throw new TransportFailure('ECONNRESET')
        else if (this.#state === 'ended') return
        else await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      this.#signal.removeEventListener('abort', onAbort)
      finish()
    }
  }
}
