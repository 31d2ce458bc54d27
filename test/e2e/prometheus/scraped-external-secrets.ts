import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../../plugin/controller/resources.ts'
import { startController } from '../../support/controller-process.ts'
import { startAwsEmulator, TEST_KEY } from '../../support/emulators/aws/aws-emulator.ts'
import { startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import type { Scraped } from './scraped.ts'

/** `controller external-secrets` with a store of each kind and an ExternalSecret in which something stands in. It all ends with `running`. */
export async function scrapedExternalSecrets(running: AsyncDisposableStack): Promise<Scraped> {
  const aws = await startAwsEmulator()
  running.defer(() => aws.close())
  const kube = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  running.defer(() => kube.close())
  const metadata = (name: string): { readonly name: string; readonly namespace: string } => ({ name, namespace: 'shop' })
  kube.put(CLUSTER_SECRET_STORES, { metadata: { name: 'everywhere' }, spec: { provider: { fake: { data: [] } } } })
  kube.put(SECRET_STORES, {
    metadata: metadata('aws'),
    spec: { provider: { aws: { service: 'SecretsManager', region: 'us-east-1' } } },
  })
  kube.put(EXTERNAL_SECRETS, {
    metadata: {
      ...metadata('database'),
      annotations: { 'argocd-external-secrets.io/when-missing': '{password: {default: stands-in}}' },
    },
    spec: {
      refreshInterval: '1h',
      secretStoreRef: { name: 'aws' },
      data: [{ secretKey: 'password', remoteRef: { key: 'missing' } }],
    },
  })
  const environment = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
  }
  const controller = running.use(await startController('external-secrets', kube.kubeconfig, [], environment))
  return {
    texts: { 'external-secrets': `http://${controller.address}/metrics` },
    log: () => controller.log(),
  }
}
