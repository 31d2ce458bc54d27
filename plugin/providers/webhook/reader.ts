import type { RemoteRef } from '../../model/remote-ref.ts'
import { asSecretError, type SecretError } from '../../model/secret-error.ts'
import { SecretValue } from '../../model/secret-value.ts'
import type { CallRunner } from '../call-runner.ts'
import type { HttpClient } from '../http-client.ts'
import type { Outcome, SecretReader } from '../secret-reader.ts'
import type { RequestFacts, WebhookRequest, WebhookRequests } from './request.ts'
import { resultOf } from './result.ts'
import { sendRequest } from './send.ts'

export interface WebhookReaderOptions {
  readonly requests: WebhookRequests
  readonly factsOf: (ref: RemoteRef) => RequestFacts
  readonly http: Pick<HttpClient, 'send' | 'close'>
  readonly runner: CallRunner
  readonly nameBytes: (bytes: Uint8Array) => string
  /** Where `result.jsonPath` is in the object. */
  readonly resultField: string
}

type Written = { readonly ok: true; readonly request: WebhookRequest } | { readonly ok: false; readonly error: SecretError }

/** One request a reference; references whose requests are the same in every byte share one, such as several values of one answer. */
export class WebhookReader implements SecretReader {
  readonly #options: WebhookReaderOptions

  constructor(options: WebhookReaderOptions) {
    this.#options = options
  }

  async fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const answers = new Map<string, Promise<Uint8Array>>()
    return Promise.all(
      refs.map(async (ref) => {
        const written = this.#write(ref)
        return written.ok ? this.#outcome(written.request, answers, signal) : written
      }),
    )
  }

  async close(): Promise<void> {
    this.#options.http.close()
  }

  #write(ref: RemoteRef): Written {
    const { requests, factsOf } = this.#options
    try {
      return { ok: true, request: requests.write(factsOf(ref)) }
    } catch (thrown) {
      return { ok: false, error: asSecretError(thrown) }
    }
  }

  async #outcome(request: WebhookRequest, answers: Map<string, Promise<Uint8Array>>, signal: AbortSignal): Promise<Outcome> {
    const { nameBytes, resultField } = this.#options
    const id = idOf(request)
    const answer = answers.get(id) ?? this.#send(request, signal)
    answers.set(id, answer)
    try {
      const bytes = resultOf(await answer, request.jsonPath, resultField)
      return { ok: true, secret: { value: new SecretValue(bytes), version: nameBytes(bytes) } }
    } catch (thrown) {
      return { ok: false, error: asSecretError(thrown) }
    }
  }

  #send(request: WebhookRequest, signal: AbortSignal): Promise<Uint8Array> {
    const { http, runner } = this.#options
    return runner.run((attempt) => sendRequest(request, http, attempt), signal)
  }
}

function idOf({ method, url, headers, body }: WebhookRequest): string {
  return JSON.stringify([method, url.href, headers, body ? Buffer.from(body).toString('base64') : ''])
}
