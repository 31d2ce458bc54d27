import { SecretClient, type SecretProperties } from '@azure/keyvault-secrets'
import { SecretError } from '../../model/secret-error.ts'
import type { ListedSecret } from './api.ts'
import type { SendToVault } from './authorised-http.ts'
import { clientOptions, noCredential } from './sdk-transport.ts'

/**
 * Pages of properties, without values: of all secrets of a vault, or of the versions of one. By the official client on our transport, `send`, which is
 * called for every page and retries by itself, because a listing that failed cannot be gone on with. Throws SecretError.
 */
export async function* listedSecrets(
  vaultUrl: string,
  send: SendToVault,
  versionsOf: string | undefined,
): AsyncGenerator<readonly ListedSecret[]> {
  const client = new SecretClient(vaultUrl, noCredential, clientOptions(sameVaultOnly(vaultUrl, send)))
  const pages = versionsOf === undefined ? client.listPropertiesOfSecrets() : client.listPropertiesOfSecretVersions(versionsOf)
  try {
    for await (const page of pages.byPage()) yield page.map(listed)
  } catch (thrown) {
    throw thrown instanceof SecretError ? thrown : notUnderstood()
  }
}

/** The next page is where the vault says: never elsewhere, since the token goes with it (R5). */
function sameVaultOnly(vaultUrl: string, send: SendToVault): SendToVault {
  const { origin } = new URL(vaultUrl)
  return async (request) => {
    if (request.url.origin !== origin) throw notUnderstood()
    return send(request)
  }
}

function listed({ name, version, createdOn, updatedOn, enabled, tags = {} }: SecretProperties): ListedSecret {
  if (!createdOn || !updatedOn) throw notUnderstood()
  return {
    name,
    version,
    createdAtMs: createdOn.getTime(),
    updatedAtMs: updatedOn.getTime(),
    isEnabled: enabled !== false,
    tags: new Map(Object.entries(tags)),
  }
}

function notUnderstood(): SecretError {
  return new SecretError('Unavailable', 'the answer is not one of Key Vault', {
    lasting: true,
    remedy: 'check vaultUrl, and that no proxy answers in its place',
  })
}
