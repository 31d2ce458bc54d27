import { randomUUID } from 'node:crypto'
import { CallControl } from '../../call-control.ts'
import { type Emulator, type Listening, listen } from '../../emulator.ts'
import { testTls } from '../tls/test-tls.ts'
import { AccessTokens } from './access-tokens.ts'
import { derOf } from './certificate-routes.ts'
import { type Application, Directory, federatedToken } from './directory.ts'
import { entraId } from './entra-id.ts'
import { newKey } from './key-routes.ts'
import { keyVault, VaultContents } from './key-vault.ts'
import { managedIdentityHost } from './managed-identity.ts'
import { vaultFailures } from './vault-failures.ts'
import type { NewProperties } from './vault-objects.ts'

export interface AzureEmulatorOptions {
  /** The audience of the vault's tokens; another one for a sovereign cloud. */
  readonly vaultResource?: string
  /** A random one when missing. */
  readonly tenantId?: string
}

export interface AzureEmulator extends Emulator {
  /** The same as `url`. */
  readonly vaultUrl: string
  /** For `AZURE_AUTHORITY_HOST`. */
  readonly authorityHost: string
  /** `http://127.0.0.1:PORT` of the machine's own token endpoints: for `AZURE_POD_IDENTITY_AUTHORITY_HOST`. */
  readonly managedIdentityHost: string
  /** For `IDENTITY_HEADER`, when `IDENTITY_ENDPOINT` is `<managedIdentityHost>/msi/token`. */
  readonly identityHeader: string
  /** PEM of the authority of both TLS hosts. */
  readonly ca: string
  readonly tenantId: string
  /** An application that may read the vault, with a client secret. */
  readonly application: Application & { readonly clientSecret: string }
  /** Client ids of the machine's identities: the system's own, then one that a user assigned. */
  readonly identities: readonly [string, string]
  readonly contents: VaultContents
  readonly tokens: AccessTokens
  /** Adds a version; gives its name. */
  putSecret(name: string, value: string, properties?: NewProperties): string
  putKey(name: string, type: 'RSA' | 'EC', properties?: NewProperties): string
  putCertificate(name: string, pem: string, properties?: NewProperties): string
  addApplication(application: Omit<Application, 'tenantId'>): void
  /** A service account's token of the cluster `issuer`. */
  federatedToken(issuer: string, subject: string, audience?: string): string
}

/** Key Vault, Entra ID and a machine's identity endpoints, on loopback ports: the first two over TLS, the last one not, as in Azure. */
export async function startAzureEmulator(options: AzureEmulatorOptions = {}): Promise<AzureEmulator> {
  const resource = options.vaultResource ?? 'https://vault.azure.net'
  const tls = testTls()
  const control = new CallControl(vaultFailures)
  const directory = new Directory()
  const contents = new VaultContents(resource)
  const [tenantId, identityHeader] = [options.tenantId ?? randomUUID(), randomUUID()]
  const application = { tenantId, clientId: randomUUID(), clientSecret: randomUUID() }
  const identities = [randomUUID(), randomUUID()] as const
  directory.add(application)
  const urls = { vault: '', login: '' }
  const tokens = new AccessTokens(() => urls.login)
  const shared = { control, tokens, resource, tenantId }
  const login = await listen(entraId({ ...shared, directory, url: () => urls.login }), tls)
  const vault = await listen(keyVault({ ...shared, contents, url: () => urls.vault, loginUrl: () => urls.login }), tls)
  const machine = await listen(managedIdentityHost({ ...shared, clientIds: identities, identityHeader }))
  urls.login = `https://localhost:${login.port}`
  urls.vault = `https://localhost:${vault.port}`

  return {
    url: urls.vault,
    vaultUrl: urls.vault,
    authorityHost: urls.login,
    managedIdentityHost: `http://127.0.0.1:${machine.port}`,
    identityHeader,
    ca: tls.ca,
    tenantId,
    application,
    identities,
    control,
    contents,
    tokens,
    ...writers(contents),
    addApplication: (added) => directory.add({ ...added, tenantId }),
    federatedToken,
    close: () => closeAll([login, vault, machine]),
  }
}

function writers(contents: VaultContents): Pick<AzureEmulator, 'putSecret' | 'putKey' | 'putCertificate'> {
  return {
    putSecret: (name, value, properties) => contents.secrets.put(name, { value }, properties).version,
    putKey(name, type, properties) {
      const content = newKey({ kty: type })
      if (!content) throw new Error(`no key of type ${type}`)
      return contents.keys.put(name, content, properties).version
    },
    putCertificate(name, pem, properties) {
      const der = derOf(pem)
      if (!der) throw new Error('not a certificate')
      return contents.certificates.put(name, { der }, properties).version
    },
  }
}

async function closeAll(listening: readonly Listening[]): Promise<void> {
  await Promise.all(listening.map((one) => one.close()))
}
