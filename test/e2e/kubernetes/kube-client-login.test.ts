import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connectToEndpoint, connectToKube } from '../../../plugin/kube/connect-to-kube.ts'
import { CONFIG_MAPS, SECRETS, SERVICE_ACCOUNTS } from '../../../plugin/kube/core-resources.ts'
import { inClusterEndpoint } from '../../../plugin/kube/in-cluster-endpoint.ts'
import type { KubeClient } from '../../../plugin/kube/kube-client.ts'
import type { KubeObject } from '../../../plugin/kube/kube-object.ts'
import type { Resource } from '../../../plugin/kube/resource.ts'
import { systemClock } from '../../../plugin/model/clock.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { refused } from '../../contract/kube-world.ts'
import { startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'

const PORTS = { clock: systemClock, random: systemRandom, logger: silentLogger }
/** Tells who asks: `system:basic-user` lets everybody who is logged in. */
const REVIEWS: Resource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'selfsubjectreviews',
  kind: 'SelfSubjectReview',
  isNamespaced: false,
}
interface Review extends KubeObject {
  readonly status?: { readonly userInfo: object }
}
const ACCOUNT = { namespace: 'default', name: 'pod' }

describe('the connections of a KubeClient to kube-apiserver', () => {
  const servers = startedServers()
  const clients: KubeClient[] = []
  let folder: string
  let api: KubeApiServer
  let admin: KubeClient

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kube-login-'))
    const etcd = servers.keep(await startEtcd(folder))
    api = servers.keep(await startKubeApiServer(etcd, 'login', folder))
    const settings = { kubeconfig: api.kubeconfig, environment: new Map(), requestTimeoutMs: 10_000 }
    admin = await connectToKube({ ...settings, maxConnections: 4, userAgent: 'admin/1' }, PORTS)
    clients.push(admin)
  })
  after(async () => {
    for (const client of clients) client.close()
    await servers.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('3,000 writes, 20 at a time, take 20 connections', async () => {
    const counter = await countConnections(api.url)
    servers.keep(counter)
    const kubeconfig = path.join(folder, 'through-relay.json')
    await writeFile(kubeconfig, JSON.stringify(kubeconfigTo(`https://127.0.0.1:${counter.port}`)))
    const options = { kubeconfig, environment: new Map(), requestTimeoutMs: 10_000, maxConnections: 20, userAgent: 'writer/1' }
    const kube = await connectToKube(options, PORTS)
    clients.push(kube)
    const numbers = Array.from({ length: 3_000 }, (_, i) => i).values()
    const write = async (): Promise<void> => {
      for (const i of numbers) await kube.create(SECRETS, { metadata: { name: `s-${i}`, namespace: 'default' } })
    }
    await Promise.all(Array.from({ length: 20 }, write))
    assert.equal((await kube.list(SECRETS, { namespace: 'default', metadataOnly: true })).items.length, 3_000)
    assert.equal(counter.connections(), 20)
  })

  test('whoever acts as somebody else is that one, whole, to the API server', async () => {
    const extra = { 'acme.com/project': ['one', 'two'], größe: ['x'] }
    const as = { as: 'jäne', 'as-uid': '42', 'as-groups': ['developers', 'système'], 'as-user-extra': extra }
    const kubeconfig = path.join(folder, 'impersonating.json')
    await writeFile(kubeconfig, JSON.stringify(kubeconfigTo(api.url, as)))
    const options = { kubeconfig, environment: new Map(), requestTimeoutMs: 10_000, maxConnections: 1, userAgent: 'jane/1' }
    const kube = await connectToKube(options, PORTS)
    clients.push(kube)
    const review = (): Promise<Review> => kube.create<Review>(REVIEWS, { metadata: { name: '' } })
    await waitUntil('everybody may ask who he is', () => review().then(Boolean, () => false))
    const groups = ['developers', 'système', 'system:authenticated']
    assert.deepEqual((await review()).status?.userInfo, { username: 'jäne', uid: '42', groups, extra })
  })

  function kubeconfigTo(server: string, more: object = {}): object {
    const authority = Buffer.from(api.ca).toString('base64')
    return {
      'current-context': 'here',
      clusters: [{ name: 'here', cluster: { server, 'certificate-authority-data': authority } }],
      users: [{ name: 'admin', user: { token: api.token, ...more } }],
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'admin' } }],
    }
  }

  test('a pod logs in by its token file, and takes up a new token as soon as the old one is refused', async () => {
    await makeAccount()
    await allow(api)
    const { hostname, port } = new URL(api.url)
    const environment = new Map([
      ['KUBERNETES_SERVICE_HOST', hostname],
      ['KUBERNETES_SERVICE_PORT', port],
    ])
    const endpoint = await inClusterEndpoint(environment, systemClock, folder)
    assert.ok(endpoint)
    const settings = { environment, requestTimeoutMs: 10_000, maxConnections: 2, userAgent: 'pod/1' }
    const kube = connectToEndpoint(endpoint, settings, PORTS)
    clients.push(kube)
    await waitUntil('the account may list', () => kube.list(CONFIG_MAPS).then(Boolean, () => false))
    const error = await refused(kube.create(CONFIG_MAPS, { metadata: { name: 'c', namespace: 'default' } }), 403, 'Forbidden')
    assert.equal(error.message, 'cannot create configmaps default/c: Forbidden (403)')

    await admin.delete(SERVICE_ACCOUNTS, ACCOUNT)
    await refusedInTheEnd(kube)
    await makeAccount()
    assert.ok((await kube.list(CONFIG_MAPS)).resourceVersion)
  })

  async function makeAccount(): Promise<void> {
    await admin.create(SERVICE_ACCOUNTS, { metadata: ACCOUNT })
    const { token } = await admin.requestToken(ACCOUNT, { audiences: [] })
    await writeFile(path.join(folder, 'token'), token)
    await writeFile(path.join(folder, 'ca.crt'), api.ca)
  }

  /** The API server remembers for ten seconds whom a token is of. */
  async function refusedInTheEnd(kube: KubeClient): Promise<void> {
    await waitUntil('the token is worth nothing', () => kube.list(CONFIG_MAPS).then(() => false, Boolean))
    await refused(kube.list(CONFIG_MAPS), 401, 'Unauthorized')
  }
})

/** Lets the account list ConfigMaps. */
async function allow({ client }: KubeApiServer): Promise<void> {
  const of = (kind: string): object => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name: 'pod' } })
  const root = '/apis/rbac.authorization.k8s.io/v1'
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
  await client.call('POST', `${root}/clusterroles`, { ...of('ClusterRole'), rules })
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'pod' }
  const subjects = [{ kind: 'ServiceAccount', ...ACCOUNT }]
  await client.call('POST', `${root}/clusterrolebindings`, { ...of('ClusterRoleBinding'), roleRef, subjects })
}

interface Counter {
  readonly port: number
  connections(): number
  stop(): Promise<void>
}

/** A way to `url` that counts who takes it. */
async function countConnections(url: string): Promise<Counter> {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer((caller) => {
    connections++
    const callee = connect(Number(port), hostname)
    for (const socket of [caller, callee]) open.add(socket.on('error', () => undefined))
    caller.pipe(callee).pipe(caller)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    async stop() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}
