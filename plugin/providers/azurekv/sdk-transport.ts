import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline'
import { SecretError } from '../../model/secret-error.ts'
import type { VaultObject } from './api.ts'
import type { SendToVault } from './authorised-http.ts'
import { VaultFailure } from './vault-failure.ts'

/** How the clients of the SDK are made: on our transport, which alone retries, redirects (never) and authorises. */
export function clientOptions(send: SendToVault): {
  httpClient: HttpClient
  retryOptions: { maxRetries: 0 }
  redirectOptions: { maxRetries: 0 }
  disableChallengeResourceVerification: true
} {
  return {
    httpClient: httpClient(send),
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    // There is no challenge to verify: `send` never lets one through.
    disableChallengeResourceVerification: true,
  }
}

/** The clients want a credential, and ask it only when a vault challenges them. */
export const noCredential = { getToken: async (): Promise<null> => null }

/** Runs a call of the SDK. What it throws beside our own errors is that it did not understand the answer, which its text may quote. */
export async function understood(call: () => Promise<VaultObject | undefined>): Promise<VaultObject> {
  const object = await call().catch((thrown: unknown) => {
    if (thrown instanceof SecretError || thrown instanceof VaultFailure) throw thrown
    return undefined
  })
  if (object?.version) return object
  throw new SecretError('Unavailable', 'the answer is not one of Key Vault', {
    lasting: true,
    remedy: 'check vaultUrl, and that no proxy answers in its place',
  })
}

function httpClient(send: SendToVault): HttpClient {
  return {
    async sendRequest(request) {
      const { url, method } = request
      const answer = await send({
        url: new URL(url),
        method,
        headers: headersOf(request),
        body: bodyOf(request),
        signal: signalOf(request),
      })
      return {
        request,
        status: answer.status,
        headers: createHttpHeaders(answer.headers),
        bodyAsText: new TextDecoder().decode(answer.body),
      }
    },
  }
}

/** Without `accept-encoding`: our transport does not unpack, so that its limit counts what it reads. */
function headersOf(request: PipelineRequest): Record<string, string> {
  const { 'accept-encoding': _packed, ...headers } = request.headers.toJSON()
  return headers
}

function bodyOf({ body }: PipelineRequest): string | undefined {
  return typeof body === 'string' ? body : undefined
}

/** The signal is the one that we gave to the client; its type there is only wider. */
function signalOf({ abortSignal }: PipelineRequest): AbortSignal {
  return abortSignal instanceof AbortSignal ? abortSignal : new AbortController().signal
}
