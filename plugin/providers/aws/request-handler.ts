import { SecretError } from '../../model/secret-error.ts'
import type { HttpClient } from '../http-client.ts'

/** The part of the SDK's request (@smithy/types, HttpRequest) that is sent. */
export interface SdkRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface SdkAnswer {
  readonly response: { readonly statusCode: number; readonly headers: Record<string, string>; readonly body: Uint8Array }
}

/** The SDK's transport (@smithy/types, HttpHandler) on our own client: R5 holds for every call, the ones of the SDK's role chains too. */
export interface SdkRequestHandler {
  readonly metadata: { readonly handlerProtocol: string }
  handle(request: SdkRequest, options?: { readonly abortSignal?: unknown }): Promise<SdkAnswer>
  updateHttpClientConfig(): void
  httpHandlerConfigs(): Record<string, never>
}

export function requestHandler(http: HttpClient): SdkRequestHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request, options) {
      const { abortSignal } = options ?? {}
      const answer = await http.send({
        method: request.method,
        url: urlOf(request),
        headers: request.headers,
        body: typeof request.body === 'string' || request.body instanceof Uint8Array ? request.body : undefined,
        signal: abortSignal instanceof AbortSignal ? abortSignal : new AbortController().signal,
      })
      if (answer.status >= 300 && answer.status < 400) throw redirected(request.hostname)
      return { response: { statusCode: answer.status, headers: { ...answer.headers }, body: answer.body } }
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  }
}

function urlOf({ protocol, hostname, port, path, query }: SdkRequest): URL {
  const url = new URL(path, `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`)
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of [value ?? ''].flat()) url.searchParams.append(name, one)
  }
  return url
}

function redirected(host: string): SecretError {
  return new SecretError('Unavailable', `${host} answered with a redirect, which is not followed`, {
    lasting: true,
    remedy: 'check the endpoint and the proxy of this process',
  })
}
