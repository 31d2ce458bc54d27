import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { changeSubscriptionContract } from '../../contract/change-subscription.contract.ts'
import { type ControllerProcess, startController } from '../../support/controller-process.ts'
import { detectKubernetes } from '../../unit/providers/kubernetes/open-kubernetes.ts'
import type { AuditEvent, KubeApiServer } from '../servers/kube-api-server.ts'
import type { KubeObject } from '../servers/kube-object.ts'
import { startedServers } from '../servers/started-servers.ts'
import { startTcpRelay, type TcpRelay } from '../servers/tcp-relay.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { type CrdServer, startCrdServer } from './crd-server.ts'

const SHOP = '/apis/external-secrets.io/v1/namespaces/shop'
const REMOTE = '/api/v1/namespaces/remote'
const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/remote'
/** Nothing is noticed by it while a test lasts. */
const SELDOM = '1h'

/** What the tests read of an audit event beside {@link AuditEvent}. */
interface Request extends AuditEvent {
  readonly stage: string
  readonly user: { readonly username: string }
}

const servers = startedServers()
let crds: CrdServer
let api: KubeApiServer
/** The way of the stores to the API server. */
let relay: TcpRelay

before(async () => {
  crds = servers.keep(await startCrdServer())
  api = crds.api
  relay = servers.keep(await startTcpRelay([target()]))
  for (const name of ['shop', 'remote']) await create('/api/v1/namespaces', { metadata: { name } })
  // As docs/providers/kubernetes.md grants them.
  await account('watcher', ['get', 'list', 'watch'])
  await account('lister', ['get', 'list'])
  await account('getter', ['get'])
})
after(() => servers.stop())

changeSubscriptionContract('kubernetes on kube-apiserver', async () => {
  const detector = async (name: string) => {
    const token = await tokenOf(name)
    return await detectKubernetes(storeOf(name), { accountToken: () => token, retry: { maxRetries: 10 } })
  }
  return {
    put: (key, text) => put(key, text),
    remove: (key) => api.client.call('DELETE', `${REMOTE}/secrets/${key}`),
    detect: (identity) =>
      identity === 'refused'
        ? detectKubernetes(storeOf('watcher'), { accountToken: () => 'of-nobody' })
        : detector(identity === 'blind' ? 'lister' : 'watcher'),
    cut: () => relay.lead([target()]),
    calls: async () => (await requestsOf('watcher', 'lister')).filter(({ verb }) => verb !== 'watch').length,
    close: async () => undefined,
  }
})

describe('the controller of ExternalSecrets, with Secrets of another namespace', () => {
  let controller: ControllerProcess

  before(async () => {
    await put('db', 'first')
    await put('still', 'same')
    for (const name of ['watcher', 'lister', 'getter'])
      await create(`${SHOP}/secretstores`, { ...head('SecretStore', name), spec: { provider: { kubernetes: storeOf(name) } } })
    controller = await started()
  })
  after(() => controller[Symbol.asyncDispose]())

  test('a value that changes there is in the Secret here at once, whatever the interval', async (t) => {
    await want('db', 'watcher', 'db')
    await want('still', 'watcher', 'still')
    for (const name of ['db', 'still']) await has(name, name === 'db' ? 'first' : 'same')
    await watching('watcher')
    for (const value of ['second', 'third']) {
      // Its time is told in whole seconds, and must not seem to be before it was last looked at.
      await sleep(1_100)
      await put('db', value)
      const changedAt = performance.now()
      await has('db', value)
      t.diagnostic(`in the Secret after ${Math.round(performance.now() - changedAt)} ms`)
    }
    const metrics = await (await fetch(`http://${controller.address}/metrics`)).text()
    assert.match(metrics, /_propagation_seconds_count\{from="provider"\} 2\n/)
    const seconds = /_propagation_seconds_sum\{from="provider"\} (.*)\n/.exec(metrics)?.[1]
    assert.ok(Number(seconds) > 0 && Number(seconds) < 60, `${seconds} seconds`)
  })

  test('one that is deleted and made again is another, and is noticed', async () => {
    await api.client.call('DELETE', `${REMOTE}/secrets/db`)
    await put('db', 'fourth')
    await has('db', 'fourth')
  })

  test('what changes while the connection is cut is noticed when it is there again', async () => {
    relay.lead([])
    await put('db', 'fifth')
    relay.lead([target()])
    await has('db', 'fifth')
  })

  test('turns without a change cost no request', async () => {
    await put('quiet', 'same')
    await want('often', 'watcher', 'quiet', '1s')
    await has('often', 'same')
    await watching('watcher')
    // Its first turns may come before it is watched by this name.
    await sleep(2_000)
    const before = (await requestsOf('watcher')).length
    await sleep(6_000)
    assert.equal((await requestsOf('watcher')).length, before)
  })

  test('a restart reads what has changed meanwhile, and nothing else', async () => {
    const reads = async (name: string): Promise<number> =>
      (await requestsOf('watcher')).filter(({ verb, objectRef }) => verb === 'get' && objectRef?.name === name).length
    await controller[Symbol.asyncDispose]()
    const before = await reads('still')
    await put('db', 'sixth')
    controller = await started()
    await has('db', 'sixth')
    assert.equal(await reads('still'), before)
  })

  test('the account needs get, list and watch, and asks for nothing else', async () => {
    const requests = await requestsOf('watcher')
    assert.deepEqual(denied(requests), [])
    // What it may do itself: everybody may ask that (ClusterRole system:basic-user).
    const [reviews, others] = [true, false].map((isReview) =>
      requests.filter(({ objectRef }) => (objectRef?.apiGroup === 'authorization.k8s.io') === isReview),
    )
    assert.deepEqual([...new Set(reviews?.map(({ objectRef }) => objectRef?.resource))], ['selfsubjectrulesreviews'])
    assert.deepEqual([...new Set(others?.map(({ verb }) => verb))].toSorted(), ['get', 'list', 'watch'])
    assert.deepEqual(
      others?.filter(({ objectRef }) => objectRef?.resource !== 'secrets' || objectRef.namespace !== 'remote'),
      [],
    )
  })

  for (const [name, verb] of [
    ['lister', 'watch'],
    ['getter', 'list'],
  ] as const)
    test(`without the right to ${verb} changes are noticed at their turns, and log and status say what is missing`, async () => {
      await put(`of-${name}`, 'first')
      await want(`of-${name}`, name, `of-${name}`, '1s')
      await has(`of-${name}`, 'first')
      await put(`of-${name}`, 'second')
      await has(`of-${name}`, 'second')
      const said = (): string => {
        const lines = controller.log().split('\n')
        return lines.find((text) => text.includes('not watched') && text.includes(`SecretStore shop/${name}`)) ?? ''
      }
      await waitUntil('it is said', async () => said() !== '')
      const line = said()
      assert.match(line, new RegExp(`does not allow to ${verb} Secrets`))
      assert.match(line, /verbs: \[list, watch\]/)
      await waitUntil('the store says so', async () => (await watchedOf(name)).includes(`does not allow to ${verb} Secrets`))
      // It is not asked for again and again.
      const refused = denied(await requestsOf(name)).filter((denial) => denial === verb)
      assert.ok(refused.length > 0 && refused.length < 4, `${refused.length} refusals`)
    })

  test('the watch of a store ends when the store is deleted', async () => {
    await watching('watcher')
    assert.equal(await watchedOf('watcher'), '')
    await api.client.call('DELETE', `${SHOP}/secretstores/watcher`)
    await waitUntil('no watch is open', async () => (await openWatches('watcher')) === 0)
  })

  test('nothing that the controller says holds a value', () => {
    for (const value of ['second', 'third', 'fourth', 'fifth', 'sixth']) assert.ok(!controller.log().includes(`"${value}"`))
  })

  async function started(): Promise<ControllerProcess> {
    const kubeconfig = await readFile(api.kubeconfig, 'utf8')
    return await startController('external-secrets', kubeconfig, ['--lease-namespace', 'shop'])
  }

  async function has(name: string, value: string): Promise<void> {
    const held = async (): Promise<string> => {
      const secret = await api.client.find(`/api/v1/namespaces/shop/secrets/${name}`)
      return Buffer.from((secret?.['data'] as { text?: string } | undefined)?.text ?? '', 'base64').toString()
    }
    await waitUntil(
      `${name} holds what its source holds`,
      async () => (await held()) === value,
      () => controller.log(),
    )
  }
})

function target(): string {
  return new URL(api.url).host
}

function storeOf(name: string) {
  return {
    server: { url: `https://${relay.address}`, caBundle: Buffer.from(api.ca).toString('base64') },
    auth: { serviceAccount: { name } },
    remoteNamespace: 'remote',
  }
}

/** A ServiceAccount beside the ExternalSecrets, and its Role where the Secrets are. */
async function account(name: string, verbs: readonly string[]): Promise<void> {
  await create('/api/v1/namespaces/shop/serviceaccounts', { metadata: { name } })
  await create(`${RBAC}/roles`, { metadata: { name }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs }] })
  await create(`${RBAC}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'shop' }],
  })
}

async function tokenOf(name: string): Promise<string> {
  const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3_600 } }
  const answer = await create(`/api/v1/namespaces/shop/serviceaccounts/${name}/token`, asked)
  return (answer['status'] as { token: string }).token
}

async function want(name: string, store: string, key: string, refreshInterval = SELDOM): Promise<void> {
  const data = [{ secretKey: 'text', remoteRef: { key, property: 'text' } }]
  const spec = { secretStoreRef: { name: store }, refreshInterval, data }
  await create(`${SHOP}/externalsecrets`, { ...head('ExternalSecret', name), spec })
}

/** Secrets are there at once; put again they change. */
async function put(name: string, text: string): Promise<void> {
  const secret = { metadata: { name }, stringData: { text } }
  if (await api.client.find(`${REMOTE}/secrets/${name}`)) await api.client.call('PATCH', `${REMOTE}/secrets/${name}`, secret)
  else await create(`${REMOTE}/secrets`, secret)
}

/** What a store says of why it is not watched. */
async function watchedOf(store: string): Promise<string> {
  const found = await api.client.find(`${SHOP}/secretstores/${store}`)
  const { conditions = [] } = (found?.['status'] ?? {}) as { conditions?: readonly { type: string; message: string }[] }
  return conditions.find(({ type }) => type === 'Watched')?.message ?? ''
}

async function create(collection: string, object: object): Promise<KubeObject> {
  return await api.client.call('POST', collection, object)
}

function head(kind: string, name: string): object {
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name } }
}

/** Every request of these accounts that was answered, watches as soon as their answer begins. */
async function requestsOf(...names: readonly string[]): Promise<readonly Request[]> {
  const users = new Set(names.map((name) => `system:serviceaccount:shop:${name}`))
  const all = (await api.audit()) as readonly Request[]
  return all.filter(({ user, verb, stage }) => users.has(user.username) && (verb === 'watch') === (stage === 'ResponseStarted'))
}

function denied(requests: readonly Request[]): readonly string[] {
  return requests.filter(({ responseStatus }) => responseStatus?.code === 403).map(({ verb }) => verb)
}

async function openWatches(name: string): Promise<number> {
  const all = ((await api.audit()) as readonly Request[]).filter(
    ({ user, verb }) => verb === 'watch' && user.username === `system:serviceaccount:shop:${name}`,
  )
  return all.reduce((open, { stage }) => open + (stage === 'ResponseStarted' ? 1 : -1), 0)
}

async function watching(name: string): Promise<void> {
  await waitUntil('one watch is open', async () => (await openWatches(name)) === 1)
}
