import { SecretClient } from '@azure/keyvault-secrets'
import { SecretValue } from '../../model/secret-value.ts'
import { type KeyVaultApi, vaultObject } from './api.ts'
import type { SendToVault } from './authorised-http.ts'
import { clientOptions, noCredential, understood } from './sdk-transport.ts'

/** Secrets, by the official client on our transport. */
export function secretsApi(vaultUrl: string, send: SendToVault): KeyVaultApi {
  const client = new SecretClient(vaultUrl, noCredential, clientOptions(send))
  return {
    get: (ref, signal) =>
      understood(async () => {
        const { value, properties } = await client.getSecret(ref.name, {
          abortSignal: signal,
          ...(ref.version !== undefined && { version: ref.version }),
        })
        return value === undefined ? undefined : vaultObject(SecretValue.fromText(value), properties)
      }),
  }
}
