import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { SecretObject } from '../../plugin/controller/external-secrets/secret-object.ts'
import { CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES } from '../../plugin/controller/resources.ts'
import type { StoreKubeObject } from '../../plugin/controller/stores/store-kube-object.ts'
import { CONFIG_MAPS, NAMESPACES, SECRETS } from '../../plugin/kube/core-resources.ts'
import type { Resource } from '../../plugin/kube/resource.ts'
import { type ControllerProcess, startController } from '../support/controller-process.ts'
import { type DaemonProcess, startDaemonProcess } from '../support/daemon-process.ts'
import { putSecret, startRemote } from '../support/emulators/kube/remote-secrets.ts'
import { type KubeEmulator, startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { eventually } from '../support/eventually.ts'
import { FAKE_REPOSITORY, type FakeArgoServer, startFakeArgoServer } from '../support/fake-argo-server.ts'
import { externalSecret } from '../support/render-cases.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const isTrue = (holds: boolean): true | undefined => (holds ? true : undefined)

/** Where the watches of the last requests are: their namespaces. */
function watched(remote: KubeEmulator): readonly (string | undefined)[] {
  return remote.audit().flatMap(({ verb, namespace }) => (verb === 'watch' ? [namespace] : []))
}

/** A cluster whose stores read from another one, and the controller of ExternalSecrets there. */
async function startCluster(stores: readonly string[], flags: readonly string[] = []) {
  const { kube: remote, token } = await startRemote()
  const kube = await startKubeEmulator({ resources: [EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES] })
  kube.put(NAMESPACES, { metadata: { name: 'shop' } })
  put(SECRETS, 'login', { data: { token: base64(token) } })
  putSecret(remote, 'db', { data: { text: 'first' } })
  putSecret(remote, 'db', { data: { text: 'elsewhere' } }, 'other')

  function put(resource: Resource, name: string, content: object, generation = 1): void {
    kube.put(resource, { metadata: { namespace: 'shop', name, generation }, ...content })
  }
  function putStore(name: string, remoteNamespace = 'remote', generation = 1): void {
    const auth = { token: { bearerToken: { name: 'login', key: 'token' } } }
    const spec = { provider: { kubernetes: { server: { url: remote.url }, auth, remoteNamespace } } }
    put(SECRET_STORES, name, { spec }, generation)
  }
  function want(name: string, store: string): void {
    const data = [{ secretKey: 'text', remoteRef: { key: 'db', property: 'text' } }]
    put(EXTERNAL_SECRETS, name, { spec: { secretStoreRef: { name: store }, refreshInterval: '1h', data } })
  }

  for (const store of stores) putStore(store)
  const controller = await startController('external-secrets', kube.kubeconfig, flags)
  return {
    remote,
    kube,
    putStore,
    want,
    has: (name: string, text: string): Promise<true> =>
      eventually(
        () => {
          const secret: SecretObject | undefined = kube.get(SECRETS, { namespace: 'shop', name })
          return isTrue(secret?.data?.['text'] === base64(text))
        },
        () => controller.log(),
      ),
    /** What a store says of why it is not watched. */
    unwatched: (name: string): string | undefined => {
      const store: StoreKubeObject | undefined = kube.get(SECRET_STORES, { namespace: 'shop', name })
      return store?.status?.conditions?.find(({ type }) => type === 'Watched')?.message
    },
    async [Symbol.asyncDispose]() {
      await controller[Symbol.asyncDispose]()
      await Promise.all([kube.close(), remote.close()])
    },
  }
}

test('a store is watched once for all objects that use it, as it is now, and not after it is gone', async () => {
  await using cluster = await startCluster(['store'])
  const { remote, kube } = cluster
  for (const name of ['one', 'two']) cluster.want(name, 'store')
  for (const name of ['one', 'two']) await cluster.has(name, 'first')
  await eventually(() => isTrue(remote.watches() === 1))
  putSecret(remote, 'db', { data: { text: 'second' } })
  for (const name of ['one', 'two']) await cluster.has(name, 'second')
  assert.deepEqual(watched(remote), ['remote'])

  cluster.putStore('store', 'other', 2)
  for (const name of ['one', 'two']) await cluster.has(name, 'elsewhere')
  await eventually(() => isTrue(watched(remote).at(-1) === 'other' && remote.watches() === 1))

  kube.remove(SECRET_STORES, { namespace: 'shop', name: 'store' })
  await eventually(() => isTrue(remote.watches() === 0))
})

test('no more stores are watched than may be: the others say so, and follow when one is not used any more', async () => {
  await using cluster = await startCluster(['first', 'second'], ['--detect-watches', '1'])
  const { remote, kube } = cluster
  cluster.want('one', 'first')
  await cluster.has('one', 'first')
  await eventually(() => isTrue(remote.watches() === 1))
  cluster.want('two', 'second')
  await cluster.has('two', 'first')
  await eventually(() => isTrue(/as many stores as may be/.test(cluster.unwatched('second') ?? '')))
  assert.deepEqual([remote.watches(), cluster.unwatched('first')], [1, undefined])

  kube.remove(EXTERNAL_SECRETS, { namespace: 'shop', name: 'one' })
  await eventually(() => isTrue(cluster.unwatched('second') === undefined && remote.watches() === 1))
  putSecret(remote, 'db', { data: { text: 'second' } })
  await cluster.has('two', 'second')
})

describe('the controller beside Argo CD with Secrets of another cluster', () => {
  const NAME = 'shop'
  let folder: string
  let remote: KubeEmulator
  let kube: KubeEmulator
  let argo: FakeArgoServer
  let daemon: DaemonProcess
  let controller: ControllerProcess
  let rendered: string | undefined

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'watch-'))
    const { kube: other, token } = await startRemote()
    remote = other
    kube = await startKubeEmulator({ namespaces: ['argocd'], scheme: 'https' })
    argo = await startFakeArgoServer(render)
    putSecret(remote, 'db', { data: { password: 'first' } })
    const policy = policyOf(remote.url)
    await mkdir(path.join(folder, 'policy'))
    await mkdir(path.join(folder, 'credentials/shared/login'), { recursive: true })
    for (const [name, text] of Object.entries({
      token: 'daemon-token',
      argo: 'argo-token',
      'policy/policy.yaml': policy,
      'credentials/shared/login/token': token,
    }))
      await writeFile(path.join(folder, name), text)
    controller = await startControllerBesideArgo()
    const [intake = ''] = controller.address.split(' ')
    daemon = await startDaemonProcess({
      policy: { 'policy.yaml': policy },
      credentials: { 'shared/login/token': token },
      flags: ['--controller', `http://${intake}`, '--controller-token', path.join(folder, 'token')],
    })
    await eventually(() => isTrue(daemon.log().includes('connected to the controller')))
  })
  after(async () => {
    await Promise.all([controller[Symbol.asyncDispose](), daemon[Symbol.asyncDispose]()])
    await Promise.all([argo[Symbol.asyncDispose](), kube.close(), remote.close()])
    await rm(folder, { recursive: true })
  })

  test('has the Application rendered again as soon as a Secret changes there, however seldom it asks', async () => {
    const application = { name: NAME, namespace: 'argocd', project: 'team-a', path: NAME, revision: 'f00f' }
    argo.applications.set(NAME, { ...application, syncStatus: 'Synced', hasError: false })
    assert.ok(await render())
    assert.equal(rendered, 'first')
    await eventually(
      () => isTrue(remote.watches() === 1),
      () => controller.log(),
    )
    putSecret(remote, 'db', { data: { password: 'second' } })
    await eventually(
      () => isTrue(rendered === 'second'),
      () => controller.log(),
    )
    assert.deepEqual(watched(remote), ['remote'])
    const all = JSON.stringify(kube.list(CONFIG_MAPS, 'argocd'))
    for (const said of [all, controller.log()]) for (const value of ['first', 'second']) assert.ok(!said.includes(base64(value)))
  })

  async function startControllerBesideArgo(): Promise<ControllerProcess> {
    const flags = {
      policy: path.join(folder, 'policy'),
      credentials: path.join(folder, 'credentials'),
      'argocd-url': argo.url,
      'argocd-token': path.join(folder, 'argo'),
      intake: '127.0.0.1:0',
      'intake-token': path.join(folder, 'token'),
      'operator-listen': '',
      'detect-interval': '3600000',
      'refresh-rate': '120',
    }
    const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])
    return await startController('applications', kube.kubeconfig, words)
  }

  async function render(): Promise<boolean> {
    const manifest = externalSecret().replace('  namespace: default\n', '')
    const files = { 'app.yaml': manifest.replace('{name: store}', '{name: store, kind: ClusterSecretStore}') }
    const answer = await daemon.generate(files, {
      ARGOCD_APP_NAME: NAME,
      ARGOCD_APP_PROJECT_NAME: 'team-a',
      ARGOCD_APP_REVISION: 'f00f',
      ARGOCD_APP_SOURCE_REPO_URL: FAKE_REPOSITORY,
      ARGOCD_APP_SOURCE_PATH: NAME,
    })
    if (!answer.ok) return false
    const [secret] = answer.manifests as readonly { readonly data: { readonly password: string } }[]
    rendered = Buffer.from(secret?.data.password ?? '', 'base64').toString()
    return true
  }
})

function policyOf(url: string): string {
  return `apiVersion: argocd-external-secrets.io/v1
kind: TenancyPolicy
metadata: {name: teams}
stores:
  - kind: ClusterSecretStore
    metadata: {name: store}
    projects: ['**']
    spec:
      provider:
        kubernetes:
          server: {url: "${url}"}
          auth: {token: {bearerToken: {name: login, namespace: shared, key: token}}}
          remoteNamespace: remote
rules:
  - name: all
    projects: ['**']
    namespaces: ['**']
    stores:
      - {administrator: store, keys: [db]}
`
}
