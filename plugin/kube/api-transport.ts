/** What carries requests to one API server: authenticated, over kept connections, without knowing what they mean. */
export interface ApiTransport {
  /** Any status is an answer. Throws TransportFailure when there is none, and the signal's reason once it is aborted. */
  exchange(request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer>
  /** An answer whose body comes while it lasts, `lifetimeMs` at most; the chunks throw as `exchange` does. */
  open(request: ApiRequest, lifetimeMs: number, signal: AbortSignal): Promise<ApiStream>
  /** Ends idle connections and those of open streams. */
  close(): void
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path and query: `/api/v1/secrets?limit=500`. */
  readonly path: string
  readonly accept: string
  readonly contentType?: string
  readonly body?: string
  /** How many bytes of body are taken. */
  readonly maxBytes: number
}

export interface ApiAnswer {
  readonly status: number
  /** As the server gave it: seconds. */
  readonly retryAfter: string | undefined
  readonly body: string
}

export interface ApiStream extends Omit<ApiAnswer, 'body'> {
  readonly chunks: AsyncIterable<Uint8Array>
}

/** There was no whole answer. `code` is Node's (`ECONNREFUSED`), or `TooLarge`. */
export class TransportFailure extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.name = 'TransportFailure'
    this.code = code
  }
}
