import { type ApiAnswer, type ApiRequest, type ApiStream, type ApiTransport, TransportFailure } from '../../kube/api-transport.ts'
import { isKubeError } from '../../kube/kube-error.ts'
import { errorPolicy } from '../../model/error-policy.ts'
import { asSecretError, type SecretError } from '../../model/secret-error.ts'
import type { HttpRequest, HttpStream } from '../http-client.ts'
import type { CallPace } from '../provider.ts'
import type { KubeConnection } from './connection.ts'

export interface StoreTransportParts {
  /** Makes the connection of the store as its credentials are now. Throws SecretError. */
  readonly connect: () => Promise<KubeConnection>
  readonly pace: CallPace | undefined
  readonly callTimeoutMs: number
}

/** What becomes of streams. */
export interface StreamListener {
  /** One is granted. */
  onOpen(): void
  /**
   * One was given up for its silence, or something comes again. An API server sends a bookmark a minute: behind such silence is a dead connection or a
   * proxy that holds back what is said, and nobody may rely on being told.
   */
  onMute(isMute: boolean): void
}

/**
 * Carries the requests of plugin/kube's client over the connection of a store, its authorities, proxies and guards (R5) included. Credentials are
 * read anew for each stream, and after one that the server does not know.
 */
export class StoreTransport implements ApiTransport {
  /** Why nobody could be asked, where trying again does not help. */
  lasting: SecretError | undefined
  readonly #parts: StoreTransportParts
  readonly #listener: StreamListener
  #connection: KubeConnection | undefined

  constructor(parts: StoreTransportParts, listener: StreamListener) {
    this.#parts = parts
    this.#listener = listener
  }

  async exchange(request: ApiRequest, signal = new AbortController().signal): Promise<ApiAnswer> {
    return await this.#guarded(signal, async () => {
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(this.#parts.callTimeoutMs)])
      this.#connection ??= await this.#parts.connect()
      const { http } = this.#connection
      const answer = await http.send(await this.#request(this.#connection, request, inTime))
      return { ...this.#head(answer), body: new TextDecoder().decode(answer.body) }
    })
  }

  async open(request: ApiRequest, lifetimeMs: number, signal: AbortSignal): Promise<ApiStream> {
    return await this.#guarded(signal, async () => {
      const late = new AbortController()
      const inTime = AbortSignal.any([signal, late.signal, AbortSignal.timeout(lifetimeMs)])
      const timer = setTimeout(() => late.abort(), this.#parts.callTimeoutMs)
      try {
        this.close()
        this.#connection = await this.#parts.connect()
        const { http } = this.#connection
        const stream = await http.open(await this.#request(this.#connection, request, inTime))
        if (stream.status === 200) this.#listener.onOpen()
        return { ...this.#head(stream), chunks: this.#chunks(stream, signal) }
      } finally {
        clearTimeout(timer)
      }
    })
  }

  close(): void {
    this.#connection?.http.close()
    this.#connection = undefined
  }

  async #request(connection: KubeConnection, request: ApiRequest, signal: AbortSignal): Promise<HttpRequest> {
    const url = new URL(connection.server.href.replace(/\/+$/, '') + request.path)
    const headers = { ...(await connection.login()), accept: request.accept }
    await this.#parts.pace?.take(signal)
    return { method: request.method, url, headers, signal }
  }

  #head({ status, headers }: Omit<HttpStream, 'chunks'>): Omit<ApiAnswer, 'body'> {
    if (status === 401) this.close()
    return { status, retryAfter: headers['retry-after'] }
  }

  async *#chunks({ status, chunks }: HttpStream, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunks) {
        if (status === 200) this.#listener.onMute(false)
        yield chunk
      }
    } catch (thrown) {
      throw this.#failureOf(thrown, signal)
    } finally {
      if (isKubeError(signal.reason, 'Silence')) this.#listener.onMute(true)
    }
  }

  async #guarded<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    try {
      signal.throwIfAborted()
      return await run()
    } catch (thrown) {
      throw this.#failureOf(thrown, signal)
    }
  }

  /** A connection that is lost is one for the client; what will not get better is kept as it is. */
  #failureOf(thrown: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason
    const error = asSecretError(thrown)
    if (errorPolicy[error.kind].retryCall && !error.lasting) return new TransportFailure(error.kind)
    this.lasting = error
    return error
  }
}
