import { parseGoDuration } from '../../api/go-duration.ts'
import { jsonValueBytes } from '../../json/go-json.ts'
import { SecretValue } from '../../model/secret-value.ts'
import { createCallRunner, DEFAULT_MAX_RETRIES } from '../call-runner.ts'
import { createHttpClient } from '../http-client.ts'
import { opaqueVersion } from '../opaque-version.ts'
import type { OpenContext, Provider } from '../provider.ts'
import type { SecretReader } from '../secret-reader.ts'
import { trustedCa } from '../tls-material.ts'
import { webhookConfig } from './config.ts'
import type { WebhookConfig } from './config-schema.ts'
import { WebhookReader } from './reader.ts'
import { referenceFacts } from './reference-facts.ts'
import { webhookRequests } from './request.ts'
import { objectOf } from './result.ts'
import { secretGroups } from './secret-groups.ts'
import { webhookTenancy } from './tenancy.ts'

const STORE_FIELD = 'spec.provider.webhook'
/** Methods that a server answers the same however often it is asked (RFC 9110). */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** A server that answers HTTP requests, written as templates (external-secrets.md 7.7). It has no versions, so nothing notices changes but reading. */
export const webhook: Provider<WebhookConfig> = {
  id: 'webhook',
  config: webhookConfig,
  open: openWebhook,
  // The reader has taken out what is wanted: property is a word of the templates alone, and metadataPolicy means nothing here.
  select: ({ value }) => value,
  extract: ({ value }) =>
    new Map(Array.from(objectOf(value.reveal()), ([key, member]) => [key, new SecretValue(jsonValueBytes(member))])),
  meansAbsent: (_ref, step) => step === 'fetch',
  cannotFind: true,
  tenancy: webhookTenancy,
}

async function openWebhook(config: WebhookConfig, context: OpenContext): Promise<SecretReader> {
  const { environment, mayConnect, extraCa, random, store } = context
  const secrets = await secretGroups(config, context.credentials, STORE_FIELD)
  const ca = await trustedCa(config, context.credentials, STORE_FIELD)
  const requests = await webhookRequests(config, STORE_FIELD, context)
  const tagKey = random.bytes(32)
  return new WebhookReader({
    requests,
    factsOf: (ref) => referenceFacts(ref, store.namespace, secrets),
    http: createHttpClient({
      environment,
      mayConnect,
      ...(extraCa !== undefined && { extraCa }),
      ...(ca !== undefined && { ca }),
    }),
    runner: runnerOf(config, context),
    nameBytes: (bytes) => opaqueVersion(tagKey, bytes),
    resultField: `${STORE_FIELD}.result.jsonPath`,
  })
}

/** ESO takes no notice of retrySettings here (external-secrets.md 5.1); we do, but what may have done something is not sent again. */
function runnerOf({ method, timeout }: WebhookConfig, context: OpenContext): ReturnType<typeof createCallRunner> {
  const { concurrency, clock, random, pace, store } = context
  const own = timeout === undefined ? undefined : parseGoDuration(timeout)
  const retries = store.retry ? (store.retry.maxRetries ?? DEFAULT_MAX_RETRIES) : DEFAULT_MAX_RETRIES
  const limits = {
    concurrency,
    callTimeoutMs: Math.max(1, Math.min(context.callTimeoutMs, own ?? context.callTimeoutMs)),
    pace,
    maxRetries: REPEATABLE.has((method || 'GET').toUpperCase()) ? retries : 0,
    ...(store.retry?.intervalMs !== undefined && { retryIntervalMs: store.retry.intervalMs }),
  }
  return createCallRunner(limits, clock, random)
}
