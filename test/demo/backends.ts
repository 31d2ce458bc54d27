import { type AwsEmulator, startAwsEmulator, TEST_KEY } from '../support/emulators/aws/aws-emulator.ts'
import { startAzureEmulator } from '../support/emulators/azure/start-azure-emulator.ts'
import { startGcpEmulator } from '../support/emulators/gcp/gcp-emulator.ts'
import { disturbedKube } from '../support/emulators/kube/disturbed-kube.ts'
import { putSecret, startRemote } from '../support/emulators/kube/remote-secrets.ts'
import { testCaFile, testTls } from '../support/emulators/tls/test-tls.ts'
import { appRoleLogin } from '../support/emulators/vault/logins/app-role.ts'
import { startVaultEmulator } from '../support/emulators/vault/vault-emulator.ts'
import { startWebhookEmulator } from '../support/emulators/webhook/webhook-emulator.ts'
import { startHostProxy } from './host-proxy.ts'

/** The four secret managers that `manifests/examples/` reads from, with the values that the examples speak of. */
export interface Backends {
  readonly aws: AwsEmulator
  /** What a child process needs to find them: the clouds' own endpoint variables, and a proxy for the hosts that the examples name. */
  readonly environment: Readonly<Record<string, string>>
  /** Name and loopback address, for the story. */
  readonly addresses: readonly (readonly [string, string])[]
  close(): Promise<void>
}

/** What `azure-key-vault.yaml` names. */
const AZURE_TENANT = '99999999-8888-7777-6666-555555555555'
const AZURE_CLIENT = '11111111-2222-3333-4444-555555555555'

export async function startBackends(): Promise<Backends> {
  const aws = await startSeededAws()
  const azure = await startAzureEmulator({ tenantId: AZURE_TENANT })
  azure.addApplication({ clientId: AZURE_CLIENT, clientSecret: 'example-client-secret' })
  azure.putSecret('smtp-password', 'letter-opener')
  azure.putSecret('storage-account', JSON.stringify({ keys: { primary: 'first-key', secondary: 'second-key' } }))
  const gcp = await startGcpEmulator({ project: 'demo-project' })
  gcp.grant('node@test-project.iam.gserviceaccount.com', 'secretAccessor')
  gcp.putSecret(
    'analytics-warehouse',
    new TextEncoder().encode(JSON.stringify({ user: 'analyst', password: 'columns-and-rows' })),
  )
  const vault = await startSeededVault()
  const webhook = await startWebhookEmulator(testTls())
  webhook.put('mailer', new TextEncoder().encode(JSON.stringify({ user: 'postmaster', password: 'stamps-and-envelopes' })))
  const { kube, token } = await startRemote('shared')
  const cluster = await disturbedKube(kube, token, testTls(), 'example-token')
  putSecret(kube, 'queue', { data: { password: 'first-in-first-out', config: '{"host":"queue.shared.svc"}' } }, 'shared')
  const proxy = await startHostProxy({
    'demo-vault.vault.azure.net:443': azure.vaultUrl,
    'vault.demo.example:443': vault.url,
    'kubernetes.demo.example:443': cluster.url,
    'webhook.demo.example:443': webhook.url,
  })

  return {
    aws,
    addresses: [
      ['AWS Secrets Manager and Parameter Store', aws.url],
      ['Azure Key Vault, as demo-vault.vault.azure.net', azure.vaultUrl],
      ['GCP Secret Manager', gcp.url],
      ['Vault, as vault.demo.example', vault.url],
      ['A cluster, as kubernetes.demo.example', cluster.url],
      ['A webhook, as webhook.demo.example', webhook.url],
    ],
    environment: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
      AZURE_AUTHORITY_HOST: azure.authorityHost,
      GCPSM_ENDPOINT: gcp.url,
      GCE_METADATA_HOST: new URL(gcp.url).host,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: '127.0.0.1,localhost',
      NODE_EXTRA_CA_CERTS: testCaFile(),
    },
    async close() {
      await Promise.all([aws, azure, gcp, vault, webhook, cluster, kube, proxy].map((one) => one.close()))
    },
  }
}

async function startSeededAws(): Promise<AwsEmulator> {
  const parameterReader = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example-secret-access-key' }
  const aws = await startAwsEmulator({ keys: [TEST_KEY, parameterReader] })
  aws.putSecret('my-app/database-credentials', JSON.stringify({ username: 'db_user', password: 'supersecretpassword' }))
  const inEurope = { type: 'SecureString', home: { account: '111111111111', region: 'eu-central-1' } } as const
  aws.putParameter('/payments/gateway/api-key', 'gateway-key-one', inEurope)
  aws.putParameter('/payments/gateway/api-key', 'gateway-key-two', inEurope)
  return aws
}

async function startSeededVault(): ReturnType<typeof startVaultEmulator> {
  const vault = await startVaultEmulator({ tls: testTls() })
  vault.root.enableLogin(
    'approle',
    appRoleLogin({ shop: { roleId: 'shop', secretId: 'example-secret-id', policies: ['reader'] } }),
  )
  const secrets = vault.root.enableKv2('secret')
  secrets.put('shop/database', JSON.stringify({ host: 'db.shop.svc', password: 'till-and-counter' }))
  secrets.put('shop/session', JSON.stringify({ key: 'session-signing-key' }))
  return vault
}
