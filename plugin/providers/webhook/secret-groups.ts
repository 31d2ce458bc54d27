import { SecretError } from '../../model/secret-error.ts'
import type { CredentialSource, SecretLabel } from '../credential-source.ts'
import type { WebhookConfig } from './config-schema.ts'

/** What the owner of a Secret says with it: that the Secret may be sent to the servers of webhooks (external-secrets.md 7.7). */
const LABEL: SecretLabel = { name: 'external-secrets.io/type', value: 'webhook' }

/** The Secrets that templates see, by their names; of one name all keys together. `prefix` is the path of the configuration. Throws SecretError. */
export async function secretGroups(
  { secrets = [] }: Pick<WebhookConfig, 'secrets'>,
  credentials: CredentialSource,
  prefix: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>> {
  const groups = new Map<string, Map<string, Uint8Array>>()
  for (const [index, { name, secretRef }] of secrets.entries()) {
    const field = `${prefix}.secrets[${index}].secretRef`
    const data = await credentials.labelledSecret(secretRef, LABEL, field)
    const group = groups.get(name) ?? new Map<string, Uint8Array>()
    groups.set(name, group)
    for (const [key, value] of data) group.set(key, value.reveal())
    if (data.size === 0) throw new SecretError('InvalidSpec', 'the Secret has no keys', { place: { field } })
  }
  return groups
}
