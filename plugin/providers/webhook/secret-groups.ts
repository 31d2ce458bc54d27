import { SecretError } from '../../model/secret-error.ts'
import type { CredentialSource } from '../credential-source.ts'
import type { WebhookConfig } from './config-schema.ts'
import { WEBHOOK_LABEL } from './webhook-label.ts'

/** The Secrets that templates see, by their names; of one name all keys together. `prefix` is the path of the configuration. Throws SecretError. */
export async function secretGroups(
  { secrets = [] }: Pick<WebhookConfig, 'secrets'>,
  credentials: CredentialSource,
  prefix: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>> {
  const groups = new Map<string, Map<string, Uint8Array>>()
  for (const [index, { name, secretRef }] of secrets.entries()) {
    const field = `${prefix}.secrets[${index}].secretRef`
    const data = await credentials.labelledSecret(secretRef, WEBHOOK_LABEL, field)
    const group = groups.get(name) ?? new Map<string, Uint8Array>()
    groups.set(name, group)
    for (const [key, value] of data) group.set(key, value.reveal())
    if (data.size === 0) throw new SecretError('InvalidSpec', 'the Secret has no keys', { place: { field } })
  }
  return groups
}
