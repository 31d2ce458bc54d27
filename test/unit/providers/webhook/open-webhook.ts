import type { z } from 'zod'
import { systemClock } from '../../../../plugin/model/clock.ts'
import { silentLogger } from '../../../../plugin/model/logger.ts'
import { systemRandom } from '../../../../plugin/model/random.ts'
import type { OpenContext } from '../../../../plugin/providers/provider.ts'
import type { SecretReader } from '../../../../plugin/providers/secret-reader.ts'
import type { webhookConfig } from '../../../../plugin/providers/webhook/config.ts'
import { webhook } from '../../../../plugin/providers/webhook/provider.ts'
import { credentialsOf } from '../vault/open-vault.ts'

/** What a store writes under `spec.provider.webhook`. */
export type WebhookSpec = z.input<typeof webhookConfig>

export interface Surroundings
  extends Partial<Pick<OpenContext, 'callTimeoutMs' | 'mayConnect' | 'extraCa' | 'clock' | 'environment'>> {
  /** By `name/key`. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly namespace?: string
  readonly retry?: OpenContext['store']['retry']
}

/** Opens a store as a render would: the schema first, then the provider. */
export function openWebhook(
  spec: WebhookSpec,
  { secrets = {}, namespace, retry, ...more }: Surroundings = {},
): Promise<SecretReader> {
  return webhook.open(webhook.config.parse(spec), {
    credentials: credentialsOf({ secrets }),
    environment: new Map(),
    store: { kind: 'SecretStore', name: 'store', namespace: namespace ?? 'default', ...(retry && { retry }) },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    callTimeoutMs: 60_000,
    concurrency: 32,
    ...more,
  })
}
