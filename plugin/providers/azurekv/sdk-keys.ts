import { type JsonWebKey, KeyClient } from '@azure/keyvault-keys'
import { SecretValue } from '../../model/secret-value.ts'
import { type KeyVaultApi, vaultObject } from './api.ts'
import type { SendToVault } from './authorised-http.ts'
import { clientOptions, noCredential, understood } from './sdk-transport.ts'

/** Keys, by the official client on our transport: their public half as a JSON Web Key. */
export function keysApi(vaultUrl: string, send: SendToVault): KeyVaultApi {
  const client = new KeyClient(vaultUrl, noCredential, clientOptions(send))
  return {
    get: (ref, signal) =>
      understood(async () => {
        const { key, properties } = await client.getKey(ref.name, {
          abortSignal: signal,
          ...(ref.version !== undefined && { version: ref.version }),
        })
        return key?.kty ? vaultObject(SecretValue.fromText(jwkText(key)), properties) : undefined
      }),
  }
}

/** The members of a JWK in the order of RFC 7517 and 7518, as the vault sends them; the client has made bytes of the numbers. */
function jwkText(key: JsonWebKey): string {
  const { kid, kty, keyOps, crv } = key
  const numbers = (['n', 'e', 'x', 'y'] as const).map((name) => [name, base64Url(key[name])])
  return JSON.stringify({ kid, kty, key_ops: keyOps, crv, ...Object.fromEntries(numbers) })
}

function base64Url(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('base64url')
}
