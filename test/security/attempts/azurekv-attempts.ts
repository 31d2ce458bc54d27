import { type Attempt, type ReadOptions, reads, storeOf, type Trial } from '../attempt.ts'
import { TEAM_A } from '../tenant-rules.ts'
import type { World } from '../world.ts'

const AUTH = { clientId: { name: 'azure', key: 'id' }, clientSecret: { name: 'azure', key: 'secret' } }

function azureStore({ azure }: World, change: object = {}): object {
  return storeOf('azurekv', { vaultUrl: azure.vaultUrl, tenantId: azure.tenantId, authSecretRef: AUTH, ...change })
}

const twin = (world: World): Trial => ({ manifests: [azureStore(world), reads('team-a-db')] })

function store(name: string, change: (world: World) => object): Attempt {
  return {
    name: `azurekv: ${name}`,
    trick: (world) => ({ manifests: [azureStore(world, change(world)), reads('team-a-db')] }),
    twin,
    outcome: 'refused',
  }
}

/** The store could not even be one. */
const wrong = (name: string, change: (world: World) => object): Attempt => ({ ...store(name, change), kind: 'InvalidSpec' })

function key(name: string, text: string, options: ReadOptions = {}): Attempt {
  return {
    name: `azurekv: ${name}`,
    trick: (world) => ({ manifests: [azureStore(world), reads(text, options)] }),
    twin,
    outcome: 'refused',
  }
}

function onStack(world: World, hosts: readonly string[]): Trial {
  const customCloudConfig = { activeDirectoryEndpoint: world.azure.authorityHost, keyVaultEndpoint: 'https://vault.azure.net' }
  const change = { environmentType: 'AzureStackCloud', useAzureSDK: true, customCloudConfig }
  const facts = {
    environmentType: ['AzureStackCloud'],
    'customCloudConfig.activeDirectoryEndpoint': ['**'],
    'customCloudConfig.keyVaultEndpoint': ['**'],
  }
  return {
    manifests: [azureStore(world, change), reads('team-a-db')],
    rules: allowing(world, facts, { folder: ['azure'] }, hosts),
  }
}

function asMachine(world: World, credentials: object): Trial {
  return {
    manifests: [azureStore(world, { authType: 'ManagedIdentity' }), reads('team-a-db')],
    rules: allowing(world, { authType: ['**'] }, credentials),
  }
}

export const azureKvAttempts: readonly Attempt[] = [
  store('the vault of somebody else', ({ evil }) => ({ vaultUrl: `https://${evil.host}` })),
  store('the vault of somebody else, with ours in its path', ({ azure, evil }) => ({
    vaultUrl: `https://${evil.host}/${azure.vaultUrl}`,
  })),
  wrong('the vault of somebody else, with ours as its user', ({ azure, evil }) => ({
    vaultUrl: `${azure.vaultUrl}@${evil.host}`,
  })),
  wrong('the vault without TLS', ({ azure }) => ({ vaultUrl: azure.vaultUrl.replace('https:', 'http:') })),
  store('another port of the host', ({ azure }) => ({ vaultUrl: `https://${new URL(azure.vaultUrl).hostname}:1` })),
  store('another tenant', () => ({ tenantId: '00000000-0000-0000-0000-000000000000' })),
  store('a tenant that is a path', ({ azure }) => ({ tenantId: `../${azure.tenantId}` })),
  store('a login host of the author', ({ evil }) => ({
    environmentType: 'AzureStackCloud',
    useAzureSDK: true,
    customCloudConfig: { activeDirectoryEndpoint: `https://${evil.host}`, keyVaultEndpoint: 'https://vault.azure.net' },
  })),
  store('another cloud', () => ({ environmentType: 'ChinaCloud' })),
  store("the machine's own identity", () => ({ authType: 'ManagedIdentity' })),
  store("another identity of the machine's", ({ azure }) => ({ authType: 'ManagedIdentity', identityId: azure.identities[1] })),
  store("the daemon's own workload identity", () => ({ authType: 'WorkloadIdentity' })),
  store('a ServiceAccount for a credential', () => ({ authType: 'WorkloadIdentity', serviceAccountRef: { name: 'azure' } })),
  store('a credential that the rule does not bind', () => ({
    authSecretRef: { clientId: { name: 'unbound', key: 'id' }, clientSecret: { name: 'unbound', key: 'secret' } },
  })),
  key('the secret of another team', 'team-b-db'),
  key('the secret of another team, in upper case', 'TEAM-B-DB'),
  key('the secret of another team, with its type', 'secret/team-b-db'),
  key('a key of the same name', 'key/team-a-db'),
  key('a certificate of the same name', 'cert/team-a-db'),
  key('a type in other case', 'Secret/team-a-db'),
  key('a type by a step', 'secret/../secrets/team-b-db'),
  key('a name with a query', 'team-a-db?api-version=7.4'),
  key('a name in its escaped form', 'team%2Da-db'),
  key('a name with a hyphen of another alphabet', 'team‐a-db'),
  key('a version that is a path', 'team-a-db', { remoteRef: { version: '../../team-b-db' } }),
  key('the tags of a secret of another team', 'team-b-db', { remoteRef: { metadataPolicy: 'Fetch' } }),
  {
    name: "azurekv: the machine's own identity, where the rule allows every way to log in",
    trick: (world) => asMachine(world, {}),
    twin: (world) => asMachine(world, { ambient: true }),
    outcome: 'refused',
  },
  {
    name: 'azurekv: a login host with a private address, where the rule allows its name',
    trick: (world) => onStack(world, [new URL(world.azure.vaultUrl).host]),
    twin: (world) =>
      onStack(
        world,
        [world.azure.vaultUrl, world.azure.authorityHost].map((url) => new URL(url).host),
      ),
    outcome: 'refused',
  },
  {
    name: 'azurekv: a vault with a private address',
    trick: (world) => ({
      manifests: [azureStore(world), reads('team-a-db')],
      rules: allowing(world, {}, { folder: ['azure'] }, []),
    }),
    twin,
    outcome: 'failed',
  },
]

function allowing(
  { azure }: World,
  facts: object,
  credentials: object = {},
  hosts: readonly string[] = [new URL(azure.vaultUrl).host],
): readonly object[] {
  const all = { vaultUrl: [azure.vaultUrl], tenantId: [azure.tenantId], ...facts }
  return [
    { name: 'allowing', ...TEAM_A, stores: [{ provider: 'azurekv', facts: all, hosts, credentials, keys: ['secret/team-a-*'] }] },
  ]
}
