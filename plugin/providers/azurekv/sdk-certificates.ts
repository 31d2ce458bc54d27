import { CertificateClient } from '@azure/keyvault-certificates'
import { SecretValue } from '../../model/secret-value.ts'
import { type KeyVaultApi, vaultObject } from './api.ts'
import type { SendToVault } from './authorised-http.ts'
import { clientOptions, noCredential, understood } from './sdk-transport.ts'

/** Certificates, by the official client on our transport: their DER, without the private key. */
export function certificatesApi(vaultUrl: string, send: SendToVault): KeyVaultApi {
  const client = new CertificateClient(vaultUrl, noCredential, clientOptions(send))
  return {
    get: (ref, signal) =>
      understood(async () => {
        const options = { abortSignal: signal }
        const { cer, properties } = await (ref.version === undefined
          ? client.getCertificate(ref.name, options)
          : client.getCertificateVersion(ref.name, ref.version, options))
        return cer && cer.byteLength > 0 ? vaultObject(new SecretValue(cer), properties) : undefined
      }),
  }
}
