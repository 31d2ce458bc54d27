import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { generators } from '../../../plugin/generators/registry.ts'
import { startEtcd } from '../servers/etcd.ts'
import { freePort } from '../servers/free-port.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import type { KubeObject } from '../servers/kube-object.ts'
import { type ServerProcess, startServer } from '../servers/server-process.ts'
import { startedServers } from '../servers/started-servers.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { accountKubeconfig } from './account-kubeconfig.ts'
import { builtInstall, builtOverlay } from './kustomize-build.ts'
import { objectPath } from './object-paths.ts'

const MAIN = new URL('../../../plugin/main.ts', import.meta.url).pathname
const CONTROLLER = 'external-secrets-controller'
const SHOP = '/apis/external-secrets.io/v1/namespaces/shop'
const EVERYWHERE = '/apis/external-secrets.io/v1/clusterexternalsecrets'
const STORES = '/apis/external-secrets.io/v1/clustersecretstores'
const SECRETS = '/api/v1/namespaces/shop/secrets'
const GENERATORS = 'generators.external-secrets.io/v1alpha1'

/** Nobody listens there: what comes before a login has happened by then. */
const NOWHERE = 'http://127.0.0.1:9'

/** Rights that this work makes no request with. */
const NOT_MET: ReadonlySet<string> = new Set([
  // Asked for by the admission of owners that block.
  'update external-secrets.io/externalsecrets/finalizers',
  'update external-secrets.io/clusterexternalsecrets/finalizers',
  // A party has to have made something that lasts.
  'create generators.external-secrets.io/generatorstates',
  // What detectors remember is made at once and written again minutes after it changed.
  'update /configmaps',
  // And deleted when nothing uses their store any more.
  'delete /configmaps',
])

/** What an API server writes down of a request, at level Metadata (audit.k8s.io/v1). */
interface Request {
  readonly verb: string
  readonly user: { readonly username: string }
  readonly objectRef?: { readonly resource: string; readonly subresource?: string; readonly apiGroup?: string }
  readonly responseStatus?: { readonly code: number }
}

const servers = startedServers()
let folder: string
let api: KubeApiServer
let granted: ReadonlySet<string>

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rights-'))
  const etcd = servers.keep(await startEtcd(folder))
  // Some clusters let only those name an owner that blocks who may write its finalizers.
  const words = ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement']
  api = servers.keep(await startKubeApiServer(etcd, 'rights', folder, words))
  for (const name of ['external-secrets', 'team-a', 'argocd']) await create('/api/v1/namespaces', { metadata: { name } })
  await create('/api/v1/namespaces', { metadata: { name: 'shop', labels: { team: 'shop' } } })
  const objects = await builtInstall('external-secrets')
  granted = new Set(objects.flatMap(grantedBy))
  for (const object of [...(await builtInstall('crds')), ...objects])
    await api.client.apply(objectPath(object), object, 'installer')
  await waitUntil('the kinds are served', async () => await isServed())
})
after(async () => {
  await servers.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('the account of the controller of ExternalSecrets', () => {
  test('of a whole cluster may do all that its work needs, and uses every right that it has, but for five that wait or are asked by admission', async () => {
    await makeStateThatIsOver()
    servers.keep(await startController('external-secrets', CONTROLLER, ['external-secrets']))
    await makeWork()
    await waitUntil(
      'every right has been used',
      async () => (await unused()).length === 0,
      async () => `not used: ${(await unused()).join(', ')}`,
    )
    assert.deepEqual(await denied('external-secrets'), [])
  })

  test('of one namespace may do it there, and asks for nothing else', async () => {
    const objects = await builtOverlay({ resources: ['external-secrets/namespaced'], namespace: 'team-a' })
    for (const object of objects) await api.client.apply(objectPath(object), object, 'installer')
    const team = '/apis/external-secrets.io/v1/namespaces/team-a'
    await create(`${team}/secretstores`, { ...head('SecretStore', 'own'), spec: fake('first') })
    const data = [{ secretKey: 'k', remoteRef: { key: 'k' } }]
    await create(`${team}/externalsecrets`, {
      ...head('ExternalSecret', 'made'),
      spec: { secretStoreRef: { name: 'own' }, data },
    })
    servers.keep(await startController('team-a', CONTROLLER, ['external-secrets', '--watch-namespace=team-a']))
    await waitUntil(
      'the Secret is there',
      async () => (await api.client.find('/api/v1/namespaces/team-a/secrets/made')) !== undefined,
    )
    assert.deepEqual(await denied('team-a'), [])
  })
})

describe('the account of the controller beside Argo CD', () => {
  test('may lead and keep its index, and asks for nothing that it may not do', async () => {
    for (const object of await builtInstall('applications/annotations'))
      await api.client.apply(objectPath(object), object, 'installer')
    const secret = path.join(folder, 'rotations-secret')
    await writeFile(secret, 'secret-of-senders')
    const daemons = '--intake-service-accounts=argocd/argocd-repo-server'
    const intake = [`--intake=127.0.0.1:${await freePort()}`, daemons, '--operator-listen=']
    const rotations = [`--rotations=127.0.0.1:${await freePort()}`, `--rotations-secret=${secret}`]
    servers.keep(
      await startController('argocd', 'external-secrets-applications', [
        'applications',
        '--refresh-by=annotation',
        ...intake,
        ...rotations,
      ]),
    )
    await waitUntil('it leads and has read its index', async () => {
      const used = new Set((await requests('argocd', 'external-secrets-applications')).map(wordsOf))
      return ['create coordination.k8s.io/leases', 'list /configmaps', 'watch /configmaps', 'get /configmaps'].every((right) =>
        used.has(right),
      )
    })
    assert.deepEqual(await denied('argocd', 'external-secrets-applications'), [])
  })
})

/** An ExternalSecret in a namespace that is selected, changed, and selected no more. */
async function makeEverywhere(externalSecretSpec: object): Promise<void> {
  const child = async (): Promise<KubeObject | undefined> => await api.client.find(`${SHOP}/externalsecrets/everywhere`)
  const namespaceSelectors = [{ matchLabels: { team: 'shop' } }]
  await create(EVERYWHERE, { ...head('ClusterExternalSecret', 'everywhere'), spec: { externalSecretSpec, namespaceSelectors } })
  await waitUntil('it is there', async () => (await child()) !== undefined)
  const externalSecretMetadata = { labels: { changed: 'yes' } }
  await api.client.call('PATCH', `${EVERYWHERE}/everywhere`, { spec: { externalSecretMetadata } })
  await waitUntil('it is changed', async () => (await child())?.metadata.labels?.['changed'] === 'yes')
  await api.client.call('PATCH', `${EVERYWHERE}/everywhere`, {
    spec: { namespaceSelectors: [{ matchLabels: { team: 'other' } }] },
  })
  await waitUntil('it is gone', async () => (await child()) === undefined)
}

/** Everything that duty B does with the API server, once. */
async function makeWork(): Promise<void> {
  const clusterStore = { conditions: [{ namespaceSelector: { matchLabels: { team: 'shop' } } }], ...fake('first') }
  await create(STORES, { ...head('ClusterSecretStore', 'shared'), spec: clusterStore })
  await create(`${SHOP}/secretstores`, { ...head('SecretStore', 'own'), spec: fake('first') })
  await create('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'templates' }, data: { t: '{{ .k }}' } })
  await create(SECRETS, { metadata: { name: 'there' }, stringData: { other: 'x' } })

  const data = [{ secretKey: 'k', remoteRef: { key: 'k' } }]
  const shared = { secretStoreRef: { name: 'shared', kind: 'ClusterSecretStore' }, refreshInterval: '1s', data }
  const own = { secretStoreRef: { name: 'own' }, data }
  const template = { templateFrom: [{ configMap: { name: 'templates', items: [{ key: 't' }] } }] }
  await create(`${SHOP}/externalsecrets`, {
    ...head('ExternalSecret', 'made'),
    spec: { ...shared, target: { deletionPolicy: 'Delete' } },
  })
  await create(`${SHOP}/externalsecrets`, { ...head('ExternalSecret', 'templated'), spec: { ...own, target: { template } } })
  await create(`${SHOP}/externalsecrets`, {
    ...head('ExternalSecret', 'merged'),
    spec: { ...own, target: { name: 'there', creationPolicy: 'Merge' } },
  })
  await makeGenerators()
  await makeEverywhere(own)
  await removeWhatEsoLeft(own)
  await makeLogins(data)
  for (const name of ['made', 'templated'])
    await waitUntil(`${name} is there`, async () => (await api.client.find(`${SECRETS}/${name}`)) !== undefined)

  await api.client.call('PATCH', `${STORES}/shared`, { spec: fake('second') })
  await waitUntil('the new value is there', async () => (await valueOf('made')) === 'second')
  await api.client.call('DELETE', `${SHOP}/externalsecrets/made`)
  await waitUntil('its Secret is deleted', async () => (await api.client.find(`${SECRETS}/made`)) === undefined)
}

/** What a generator made is to be taken back: of a Fake that is nothing. */
async function makeStateThatIsOver(): Promise<void> {
  const resource = { apiVersion: GENERATORS, kind: 'Fake', metadata: { name: 'made' }, spec: { data: {} } }
  await create(`/apis/${GENERATORS}/namespaces/shop/generatorstates`, {
    apiVersion: GENERATORS,
    kind: 'GeneratorState',
    metadata: { name: 'over', finalizers: ['generatorstate.externalsecrets.io/finalizer'] },
    spec: { resource, state: {}, garbageCollectionDeadline: '2026-01-01T00:00:00Z' },
  })
}

/** An ExternalSecret for each kind of generator: it is looked for, whether there is one or not. */
async function makeGenerators(): Promise<void> {
  const head = { apiVersion: GENERATORS, metadata: { name: 'made' } }
  await create(`/apis/${GENERATORS}/namespaces/shop/fakes`, { ...head, kind: 'Fake', spec: { data: { k: 'made' } } })
  for (const kind of ['ClusterGenerator', ...generators.keys()]) {
    const spec = { dataFrom: [{ sourceRef: { generatorRef: { kind, name: 'made' } } }] }
    await create(`${SHOP}/externalsecrets`, {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: `generated-${kind.toLowerCase()}` },
      spec,
    })
  }
  await waitUntil('a generated Secret is there', async () => (await valueOf('generated-fake')) === 'made')
  const states = `/apis/${GENERATORS}/namespaces/shop/generatorstates`
  await waitUntil('the state that is over is gone', async () => (await api.client.find(`${states}/over`)) === undefined)
}

/** What External Secrets Operator left goes away, finalizers of it included. */
async function removeWhatEsoLeft(externalSecretSpec: object): Promise<void> {
  const mark = 'externalsecrets.external-secrets.io'
  await api.client.call('PATCH', '/api/v1/namespaces/shop', { metadata: { finalizers: [`${mark}/ces-left`] } })
  const metadata = { name: 'left', finalizers: [`${mark}/clusterexternalsecret-cleanup`] }
  const namespaceSelectors = [{ matchLabels: { team: 'other' } }]
  await create(EVERYWHERE, {
    ...head('ClusterExternalSecret', 'left'),
    metadata,
    spec: { externalSecretSpec, namespaceSelectors },
  })
  await api.client.call('DELETE', `${EVERYWHERE}/left`)
  await waitUntil('it is gone', async () => (await api.client.find(`${EVERYWHERE}/left`)) === undefined)
}

/** Two stores that log in as a ServiceAccount: by its token, and by its annotation as well. */
async function makeLogins(data: readonly object[]): Promise<void> {
  const serviceAccountRef = { name: 'reader' }
  const metadata = { name: 'reader', annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/reader' } }
  await create('/api/v1/namespaces/shop/serviceaccounts', { metadata })
  const providers: Readonly<Record<string, object>> = {
    vault: { server: NOWHERE, path: 'secret', auth: { kubernetes: { role: 'reader', serviceAccountRef } } },
    aws: { service: 'SecretsManager', region: 'eu-central-1', auth: { jwt: { serviceAccountRef } } },
  }
  for (const [name, config] of Object.entries(providers)) {
    await create(`${SHOP}/secretstores`, { ...head('SecretStore', name), spec: { provider: { [name]: config } } })
    const spec = { secretStoreRef: { name }, data }
    await create(`${SHOP}/externalsecrets`, { ...head('ExternalSecret', `by-${name}`), spec })
  }
}

async function valueOf(name: string): Promise<string | undefined> {
  const secret = await api.client.find(`${SECRETS}/${name}`)
  const { k = '' } = (secret?.['data'] ?? {}) as { k?: string }
  return Buffer.from(k, 'base64').toString()
}

function fake(value: string): object {
  return { provider: { fake: { data: [{ key: 'k', value }] } } }
}

function head(kind: string, name: string): object {
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name } }
}

async function create(collection: string, object: object): Promise<KubeObject> {
  return await api.client.call('POST', collection, object)
}

async function isServed(): Promise<boolean> {
  try {
    return (await api.client.find(`${SHOP}/externalsecrets`)) !== undefined && (await api.client.find(STORES)) !== undefined
  } catch {
    return false
  }
}

/** The program, logged in as the account of its installation in a namespace. */
async function startController(namespace: string, account: string, words: readonly string[]): Promise<ServerProcess> {
  const kubeconfig = await accountKubeconfig(api, folder, { namespace, name: account })
  const port = await freePort()
  return await startServer(await pythonEnvironment(), {
    name: `controller of ${namespace}`,
    program: process.execPath,
    words: [MAIN, 'controller', ...words, `--kubeconfig=${kubeconfig}`, `--listen=127.0.0.1:${port}`],
    environment: {
      POD_NAMESPACE: namespace,
      POD_NAME: 'controller-0',
      AWS_STS_ENDPOINT: NOWHERE,
      AWS_SECRETSMANAGER_ENDPOINT: NOWHERE,
    },
    log: path.join(folder, `${namespace}.log`),
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok,
  })
}

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

function grantedBy({ kind, rules }: KubeObject): readonly string[] {
  if (kind !== 'Role' && kind !== 'ClusterRole') return []
  return (rules as readonly Rule[]).flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`))),
  )
}

/** Every request of the account of the installation in a namespace. */
async function requests(namespace: string, account = CONTROLLER): Promise<readonly Request[]> {
  const all = (await api.audit()) as unknown as readonly Request[]
  return all.filter(({ user }) => user.username === `system:serviceaccount:${namespace}:${account}`)
}

async function denied(namespace: string, account = CONTROLLER): Promise<readonly string[]> {
  return (await requests(namespace, account)).filter(({ responseStatus }) => responseStatus?.code === 403).map(wordsOf)
}

async function unused(): Promise<readonly string[]> {
  const used = new Set((await requests('external-secrets')).map(wordsOf))
  return [...granted].filter((right) => !used.has(right) && !NOT_MET.has(right))
}

function wordsOf({ verb, objectRef }: Request): string {
  const { apiGroup = '', resource = '', subresource } = objectRef ?? {}
  return `${verb} ${apiGroup}/${resource}${subresource ? `/${subresource}` : ''}`
}
