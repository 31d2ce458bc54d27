import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { NAMESPACES } from '../../plugin/kube/core-resources.ts'
import { type AwsEmulator, startAwsEmulator, TEST_KEY } from '../support/emulators/aws/aws-emulator.ts'
import { type AzureEmulator, startAzureEmulator } from '../support/emulators/azure/start-azure-emulator.ts'
import { type GcpEmulator, NODE_ACCOUNT, startGcpEmulator } from '../support/emulators/gcp/gcp-emulator.ts'
import type { ServiceAccountKey } from '../support/emulators/gcp/principals.ts'
import { type DisturbedKube, disturbedKube } from '../support/emulators/kube/disturbed-kube.ts'
import { putSecret, startRemote } from '../support/emulators/kube/remote-secrets.ts'
import { startVaultEmulator, type VaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { startWebhookEmulator, type WebhookEmulator } from '../support/emulators/webhook/webhook-emulator.ts'
import { tenantRules } from './tenant-rules.ts'

export const ACCOUNT = '111111111111'
export const OTHER_ACCOUNT = '222222222222'
const OTHER_PROJECT = 'other-project'
/** A good token that team-a has in Git, as it should not. */
export const OWN_TOKEN = 'hvs.of-team-a'

/** Six backends whose credentials may read everything: only the policy stands between team-a and the secrets of team-b. */
export interface World {
  readonly vault: VaultEmulator
  readonly aws: AwsEmulator
  readonly azure: AzureEmulator
  readonly gcp: GcpEmulator
  readonly googleKey: ServiceAccountKey
  readonly webhook: WebhookEmulator
  /** A cluster; team-a's Secrets are in the namespace `team-a`. */
  readonly cluster: DisturbedKube
  /** A server of the attacker's: whoever connects to it has lost. */
  readonly evil: Evil
  /** What team-a may read. */
  readonly allowed: string
  /** What nobody of team-a may see: team-b's values, and the credentials. */
  readonly forbidden: readonly string[]
  /** The daemon's own environment: every ambient identity would work. */
  readonly environment: ReadonlyMap<string, string>
  /** `--credentials` of the daemon. */
  readonly credentials: string
  /** What team-a may do. */
  readonly rules: readonly object[]
  /** Calls and logins that arrived at the backends since the last reset. */
  calls(): number
  reset(): void
  close(): Promise<void>
}

export interface Evil {
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly connections: number
}

export async function startWorld(): Promise<World> {
  const [vault, aws, azure, gcp, evil, webhook, { kube, token }] = await Promise.all([
    startVaultEmulator(),
    startAwsEmulator({
      keys: [TEST_KEY],
      roles: ['team-a', 'team-b'].map((name) => ({ arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, trusts: [ACCOUNT] })),
      regions: ['us-east-1', 'eu-west-1'],
    }),
    startAzureEmulator(),
    startGcpEmulator(),
    startEvil(),
    startWebhookEmulator(),
    startRemote('team-a'),
  ])
  const cluster = await disturbedKube(kube, token)
  const [allowed, canary] = [`allowed-${randomBytes(12).toString('hex')}`, `canary-${randomBytes(12).toString('hex')}`]
  fillBackends({ vault, aws, azure, gcp }, JSON.stringify({ password: allowed }), JSON.stringify({ password: canary }))
  for (const [key, value] of [
    ['team-a/db', allowed],
    ['team-b/db', canary],
    ['admin', canary],
  ] as const)
    webhook.put(key, Buffer.from(JSON.stringify({ password: value })))
  kube.put(NAMESPACES, { metadata: { name: 'team-b' } })
  putSecret(kube, 'db', { data: { password: allowed } }, 'team-a')
  putSecret(kube, 'other', { data: { password: canary } }, 'team-a')
  putSecret(kube, 'db', { data: { password: canary } }, 'team-b')
  const googleKey = gcp.serviceAccountKey()
  const credentials = await writeCredentials({ vault, azure, googleKey, webhook: webhook.authorization, cluster: token })
  const backends = [vault, aws, azure, gcp, webhook, cluster]
  return {
    vault,
    aws,
    azure,
    gcp,
    googleKey,
    webhook,
    cluster,
    evil,
    allowed,
    forbidden: [canary, vault.rootToken, TEST_KEY.secretAccessKey, azure.application.clientSecret, webhook.authorization, token],
    environment: environmentOf({ aws, azure, gcp }),
    credentials,
    rules: tenantRules({ vault, azure, gcp, webhook, cluster }),
    calls: () => backends.reduce((sum, { control }) => sum + control.calls + control.logins, 0),
    reset() {
      for (const { control } of backends) control.reset()
    },
    async close() {
      await Promise.all([...backends, evil].map((server) => server.close()))
      await kube.close()
      await rm(credentials, { recursive: true })
    },
  }
}

type Backends = Pick<World, 'vault' | 'aws' | 'azure' | 'gcp'>

function fillBackends({ vault, aws, azure, gcp }: Backends, allowed: string, canary: string): void {
  vault.tokens.issue('', { policies: ['root'], ttlSeconds: 0 }, OWN_TOKEN)
  const secret = vault.root.enableKv2('secret')
  secret.put('team-a/db', allowed)
  secret.put('team-b/db', canary)
  secret.put('data/team-b/db', canary)
  const other = vault.root.enableKv2('other')
  other.put('team-a/db', canary)
  const inside = vault.createNamespace('team-b').enableKv2('secret')
  inside.put('team-a/db', canary)

  aws.putSecret('team-a/db', allowed)
  aws.putSecret('team-b/db', canary)
  aws.putSecret('team-a/db', canary, { home: { account: OTHER_ACCOUNT, region: 'us-east-1' } })
  aws.putSecret('team-a/db', canary, { home: { account: ACCOUNT, region: 'eu-west-1' } })
  aws.putParameter('/team-a/db', allowed)
  aws.putParameter('/team-b/db', canary)

  for (const [name, value] of [
    ['team-a-db', allowed],
    ['team-b-db', canary],
  ] as const) {
    azure.putSecret(name, value)
    gcp.putSecret(name, Buffer.from(value))
  }
  gcp.putSecret('team-a-db', Buffer.from(canary), { project: OTHER_PROJECT })
  gcp.putSecret('team-a-db', Buffer.from(canary), { location: 'europe-west3' })
  gcp.grant(NODE_ACCOUNT, 'secretAccessor', 'viewer')
}

function environmentOf({ aws, azure, gcp }: Pick<World, 'aws' | 'azure' | 'gcp'>): ReadonlyMap<string, string> {
  return new Map([
    ['AWS_ENDPOINT_URL', aws.url],
    ['AWS_ACCESS_KEY_ID', TEST_KEY.accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', TEST_KEY.secretAccessKey],
    ['AZURE_AUTHORITY_HOST', azure.authorityHost],
    ['AZURE_POD_IDENTITY_AUTHORITY_HOST', azure.managedIdentityHost],
    ['GCPSM_ENDPOINT', gcp.url],
    ['GCPSM_AUTH_ENDPOINT', gcp.url],
    ['GCE_METADATA_HOST', new URL(gcp.url).host],
  ])
}

/** `<namespace>/<Secret>/<key>`: team-b and the administrator have what team-a must not borrow. */
async function writeCredentials({
  vault,
  azure,
  googleKey,
  webhook,
  cluster,
}: Pick<World, 'vault' | 'azure' | 'googleKey'> & { readonly webhook: string; readonly cluster: string }): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'attempts-'))
  const mounted = {
    'vault/token': vault.rootToken,
    'aws/id': TEST_KEY.accessKeyId,
    'aws/key': TEST_KEY.secretAccessKey,
    'azure/id': azure.application.clientId,
    'azure/secret': azure.application.clientSecret,
    'gcp/key.json': JSON.stringify(googleKey),
    'webhook/token': webhook,
    'cluster/token': cluster,
    'unbound/token': vault.rootToken,
  }
  for (const namespace of ['team-a', 'team-b', 'admin']) {
    for (const [name, text] of Object.entries(mounted)) {
      const file = path.join(directory, namespace, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, text)
    }
  }
  return directory
}

async function startEvil(): Promise<Evil & { close(): Promise<void> }> {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections
    },
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}
