import { jsonValueBytes } from '../../json/go-json.ts'
import { SecretValue } from '../../model/secret-value.ts'
import { opaqueVersion } from '../opaque-version.ts'
import type { OpenContext, Provider } from '../provider.ts'
import type { SecretReader } from '../secret-reader.ts'
import { webhookConfig } from './config.ts'
import type { WebhookConfig } from './config-schema.ts'
import { connectWebhook } from './connection.ts'
import { WebhookReader } from './reader.ts'
import { referenceFacts } from './reference-facts.ts'
import { objectOf } from './result.ts'
import { webhookTenancy } from './tenancy.ts'

const STORE_FIELD = 'spec.provider.webhook'

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
  const { secrets, ...connection } = await connectWebhook(config, STORE_FIELD, context)
  const tagKey = context.random.bytes(32)
  return new WebhookReader({
    ...connection,
    factsOf: (ref) => referenceFacts(ref, context.store.namespace, secrets),
    nameBytes: (bytes) => opaqueVersion(tagKey, bytes),
    resultField: `${STORE_FIELD}.result.jsonPath`,
  })
}
