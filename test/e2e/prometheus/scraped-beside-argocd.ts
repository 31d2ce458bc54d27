import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type ControllerProcess, startController } from '../../support/controller-process.ts'
import { startDaemonProcess } from '../../support/daemon-process.ts'
import { startAwsEmulator, TEST_KEY } from '../../support/emulators/aws/aws-emulator.ts'
import { startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import { FAKE_REPOSITORY, startFakeArgoServer } from '../../support/fake-argo-server.ts'
import { externalSecret } from '../../support/render-cases.ts'
import { waitUntil } from '../tools/wait-until.ts'
import type { Scraped } from './scraped.ts'

const POLICY = `apiVersion: argocd-external-secrets.io/v1
kind: TenancyPolicy
metadata: {name: teams}
stores:
  - kind: ClusterSecretStore
    metadata: {name: store}
    projects: ['**']
    spec:
      provider: {aws: {service: SecretsManager, region: us-east-1}}
rules:
  - name: all
    projects: ['**']
    namespaces: ['**']
    stores: [{administrator: store, keys: ['**']}]
`
const MANIFEST = externalSecret({
  metadata: `  annotations: {argocd-external-secrets.io/when-missing: '{password: {default: stands-in}}'}`,
  spec: '  data: [{secretKey: password, remoteRef: {key: missing}}]',
})
  .replace('  namespace: default\n', '')
  .replace('{name: store}', '{name: store, kind: ClusterSecretStore}')
const APPLICATION = { name: 'shop', namespace: 'argocd', project: 'team-a', path: 'shop', revision: 'f00f' }

/** A daemon and `controller applications`, which know one Application, in which something stands in. It all ends with `running`. */
export async function scrapedBesideArgoCd(running: AsyncDisposableStack): Promise<Scraped> {
  const aws = await startAwsEmulator()
  running.defer(() => aws.close())
  const kube = await startKubeEmulator({ namespaces: ['argocd'], scheme: 'https' })
  running.defer(() => kube.close())
  const argo = running.use(await startFakeArgoServer(async () => true))
  argo.applications.set(APPLICATION.name, { ...APPLICATION, syncStatus: 'Synced', hasError: false })
  const folder = await mkdtemp(path.join(os.tmpdir(), 'scraped-'))
  running.defer(() => rm(folder, { recursive: true, force: true }))
  await mkdir(path.join(folder, 'policy'))
  const files = { 'policy/policy.yaml': POLICY, 'daemon-token': 'daemon-token', 'argo-token': 'argo-token' }
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text)
  const environment = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
  }
  const controller = running.use(await startApplications(kube.kubeconfig, folder, argo.url, environment))
  const [intake = '', health = ''] = controller.address.split(' ')
  const daemon = running.use(
    await startDaemonProcess({
      policy: { 'policy.yaml': POLICY },
      flags: [
        '--listen',
        '127.0.0.1:0',
        '--controller',
        `http://${intake}`,
        '--controller-token',
        path.join(folder, 'daemon-token'),
      ],
      environment,
    }),
  )
  const log = (): string => `${controller.log()}\n${daemon.log()}`
  await waitUntil('the daemon is connected', async () => daemon.log().includes('connected to the controller'), log)
  await daemon.generate(
    { 'app.yaml': MANIFEST },
    {
      ARGOCD_APP_NAME: APPLICATION.name,
      ARGOCD_APP_PROJECT_NAME: APPLICATION.project,
      ARGOCD_APP_REVISION: APPLICATION.revision,
      ARGOCD_APP_SOURCE_PATH: APPLICATION.path,
      ARGOCD_APP_SOURCE_REPO_URL: FAKE_REPOSITORY,
    },
  )
  const ofDaemon = /"addresses":"[^" ]* ([^"]+)"/.exec(daemon.log())?.[1]
  return {
    texts: { applications: `http://${health}/metrics`, sidecar: `http://${ofDaemon}/metrics` },
    log,
  }
}

async function startApplications(
  kubeconfig: string,
  folder: string,
  argocdUrl: string,
  environment: Readonly<Record<string, string>>,
): Promise<ControllerProcess> {
  const own = {
    policy: path.join(folder, 'policy'),
    'argocd-url': argocdUrl,
    'argocd-token': path.join(folder, 'argo-token'),
    intake: '127.0.0.1:0',
    'intake-token': path.join(folder, 'daemon-token'),
    'operator-listen': '',
  }
  return await startController(
    'applications',
    kubeconfig,
    Object.entries(own).flatMap(([name, value]) => [`--${name}`, value]),
    environment,
  )
}
