import { parseGoDuration } from '../../api/go-duration.ts'
import { type CallRunner, createCallRunner, DEFAULT_MAX_RETRIES } from '../call-runner.ts'
import { createHttpClient, type HttpClient } from '../http-client.ts'
import type { OpenContext } from '../provider.ts'
import { trustedCa } from '../tls-material.ts'
import type { WebhookConfig } from './config-schema.ts'
import { ntlmClient } from './ntlm/ntlm-client.ts'
import { ntlmAccount } from './ntlm-account.ts'
import { type RequestFacts, type WebhookRequests, webhookRequests } from './request.ts'
import { secretGroups } from './secret-groups.ts'

/** How a server is asked, and what templates see of Secrets. */
export interface Connection {
  readonly secrets: RequestFacts['elsewhere']
  readonly requests: WebhookRequests
  readonly http: Pick<HttpClient, 'send' | 'close'>
  readonly runner: CallRunner
}

/** Each has a connection of its own, which logs in for itself. */
const NTLM_CONCURRENCY = 4
/** Methods that a server answers the same however often it is asked (RFC 9110). */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** What a store and a generator have in common. `prefix` is the path of the configuration in the object, for errors. Throws SecretError. */
export async function connectWebhook(config: WebhookConfig, prefix: string, context: OpenContext): Promise<Connection> {
  const { environment, mayConnect, extraCa } = context
  const secrets = await secretGroups(config, context.credentials, prefix)
  const ca = await trustedCa(config, context.credentials, prefix)
  const account = config.auth?.ntlm && (await ntlmAccount(config.auth.ntlm, context.credentials, `${prefix}.auth.ntlm`))
  const connect = (): HttpClient =>
    createHttpClient({
      environment,
      mayConnect,
      ...(extraCa !== undefined && { extraCa }),
      ...(ca !== undefined && { ca }),
    })
  return {
    secrets,
    requests: await webhookRequests(config, prefix, context),
    http: account ? ntlmClient({ account, connect, clock: context.clock, random: context.random }) : connect(),
    runner: runnerOf(config, context),
  }
}

/** ESO takes no notice of retrySettings here (external-secrets.md 5.1); we do, but what may have done something is not sent again. */
function runnerOf({ method, timeout, auth }: WebhookConfig, context: OpenContext): CallRunner {
  const { concurrency, clock, random, pace, store } = context
  const own = timeout === undefined ? undefined : parseGoDuration(timeout)
  const retries = store.retry ? (store.retry.maxRetries ?? DEFAULT_MAX_RETRIES) : DEFAULT_MAX_RETRIES
  const limits = {
    concurrency: auth?.ntlm ? Math.min(concurrency, NTLM_CONCURRENCY) : concurrency,
    callTimeoutMs: Math.max(1, Math.min(context.callTimeoutMs, own ?? context.callTimeoutMs)),
    pace,
    maxRetries: REPEATABLE.has((method || 'GET').toUpperCase()) ? retries : 0,
    ...(store.retry?.intervalMs !== undefined && { retryIntervalMs: store.retry.intervalMs }),
  }
  return createCallRunner(limits, clock, random)
}
