import type { CallControl, ServerTime } from '../../support/call-control.ts'
import { startAwsEmulator, TEST_KEY } from '../../support/emulators/aws/aws-emulator.ts'
import { startAzureEmulator } from '../../support/emulators/azure/start-azure-emulator.ts'
import { startGcpEmulator } from '../../support/emulators/gcp/gcp-emulator.ts'
import { appRoleLogin } from '../../support/emulators/vault/logins/app-role.ts'
import { startVaultEmulator } from '../../support/emulators/vault/vault-emulator.ts'
import { MINUTE_MS, SECOND_MS } from './plan.ts'

/** A secret manager, and the store by which a cluster reads it. */
export interface Backend {
  readonly name: string
  /** Where a value is within a secret. */
  readonly property?: string
  /** `spec.provider` of its store; credentials are in the Secret `login` of {@link LOGIN_NAMESPACE}. */
  readonly provider: object
  readonly login: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
  /** How far its listing is behind. */
  readonly lagMs: number
  /** How long the first looks after a restart take. */
  readonly firstLooksMs: number
  readonly control: CallControl
  put(key: string, text: string): unknown
  /** Changes what is no value. */
  touch?(key: string): void
  close(): Promise<void>
}

/** Where stores and what they log in with are. */
export const LOGIN_NAMESPACE = 'stores'

const ROLE = 'arn:aws:iam::111111111111:role/reader'
const LISTING_LAG_MS = 5 * MINUTE_MS
const FIRST_LOOKS_MS = 30 * SECOND_MS

function ref(key: string): object {
  return { name: 'login', namespace: LOGIN_NAMESPACE, key }
}

/** Five secret managers with the quotas of limits-and-threats.md 1.5, whose tokens last an hour at most. */
export async function startFleet(time: ServerTime): Promise<readonly Backend[]> {
  const [ofAws, ...others] = await Promise.all([aws(), keyVault(), secretManager(), vault()])
  const backends = [...ofAws, ...others]
  for (const { control } of backends) control.time = time
  return backends
}

/** Both services of one account, which throttles them apart. */
async function aws(): Promise<readonly Backend[]> {
  const roles = [{ arn: ROLE, trusts: ['111111111111'] }]
  const emulator = await startAwsEmulator({ roles, listingLagMs: LISTING_LAG_MS })
  emulator.control.latencyMs = 50
  emulator.control.quotas = [
    { calls: /^secretsmanager\.(ListSecrets|BatchGetSecretValue)$/, most: 100, inMs: SECOND_MS },
    { calls: /^secretsmanager\.(GetSecretValue|DescribeSecret)$/, most: 10_000, inMs: SECOND_MS },
    { calls: /^AmazonSSM\./, most: 40, inMs: SECOND_MS },
  ]
  const secretRef = { accessKeyIDSecretRef: ref('aws-id'), secretAccessKeySecretRef: ref('aws-key') }
  const storeOf = (service: string): object => ({ aws: { service, region: 'us-east-1', role: ROLE, auth: { secretRef } } })
  const account = {
    login: { 'aws-id': TEST_KEY.accessKeyId, 'aws-key': TEST_KEY.secretAccessKey },
    environment: { AWS_ENDPOINT_URL: emulator.url },
    control: emulator.control,
  }
  return [
    {
      ...account,
      name: 'secrets-manager',
      provider: storeOf('SecretsManager'),
      lagMs: LISTING_LAG_MS,
      firstLooksMs: FIRST_LOOKS_MS,
      put: (key, text) => emulator.putSecret(key, text),
      close: () => emulator.close(),
    },
    {
      ...account,
      name: 'parameter-store',
      provider: storeOf('ParameterStore'),
      lagMs: 0,
      firstLooksMs: FIRST_LOOKS_MS,
      put: (key, text) => emulator.putParameter(key, text, { type: 'SecureString' }),
      // It is the same emulator's.
      close: async () => undefined,
    },
  ]
}

async function keyVault(): Promise<Backend> {
  const emulator = await startAzureEmulator()
  emulator.control.latencyMs = 20
  emulator.control.quotas = [{ calls: /./, most: 4_000, inMs: 10 * SECOND_MS }]
  const authSecretRef = { clientId: ref('azure-id'), clientSecret: ref('azure-secret') }
  const { clientId, clientSecret } = emulator.application
  return {
    name: 'key-vault',
    provider: { azurekv: { vaultUrl: emulator.vaultUrl, tenantId: emulator.tenantId, authSecretRef } },
    login: { 'azure-id': clientId, 'azure-secret': clientSecret },
    environment: { AZURE_AUTHORITY_HOST: emulator.authorityHost },
    lagMs: 0,
    firstLooksMs: FIRST_LOOKS_MS,
    control: emulator.control,
    put: (key, text) => emulator.putSecret(key, text),
    touch: (key) => emulator.contents.secrets.update(key, undefined, { tags: { touched: String(Date.now()) } }),
    close: () => emulator.close(),
  }
}

async function secretManager(): Promise<Backend> {
  const emulator = await startGcpEmulator()
  emulator.control.latencyMs = 100
  emulator.control.quotas = [
    { calls: /:access/, most: 90_000, inMs: MINUTE_MS },
    { calls: /^GET (?!.*:access)/, most: 600, inMs: MINUTE_MS },
  ]
  const auth = { secretRef: { secretAccessKeySecretRef: ref('gcp-key') } }
  return {
    name: 'secret-manager',
    provider: { gcpsm: { projectID: emulator.project, auth } },
    login: { 'gcp-key': JSON.stringify(emulator.serviceAccountKey()) },
    environment: { GCPSM_ENDPOINT: emulator.url, GCPSM_AUTH_ENDPOINT: emulator.url },
    lagMs: 0,
    // 300 keys one by one, at half of the quota.
    firstLooksMs: MINUTE_MS,
    control: emulator.control,
    put: (key, text) => emulator.putSecret(key, Buffer.from(text)),
    close: () => emulator.close(),
  }
}

/** Vault has no limit of its own: this is a quota that its administrator may have set. */
async function vault(): Promise<Backend> {
  const emulator = await startVaultEmulator({ now: () => Date.now() })
  emulator.control.latencyMs = 20
  emulator.control.quotas = [{ calls: /./, most: 200, inMs: SECOND_MS }]
  const kv = emulator.root.enableKv2('secret')
  emulator.root.setPolicy('day', { 'secret/*': ['read'] })
  const role = { roleId: 'day', secretId: 'of-the-day', policies: ['day'], ttlSeconds: 3_600, maxTtlSeconds: 14_400 }
  emulator.root.enableLogin('approle', appRoleLogin({ day: role }))
  const appRole = { path: 'approle', roleId: 'day', secretRef: ref('vault-secret') }
  return {
    name: 'vault',
    property: 'password',
    provider: { vault: { server: emulator.url, path: 'secret', version: 'v2', auth: { appRole } } },
    login: { 'vault-secret': role.secretId },
    environment: {},
    lagMs: 0,
    firstLooksMs: FIRST_LOOKS_MS,
    control: emulator.control,
    put: (key, text) => kv.put(key, JSON.stringify({ password: text })),
    touch: (key) => kv.setCustomMetadata(key, { touched: String(Date.now()) }),
    close: () => emulator.close(),
  }
}
