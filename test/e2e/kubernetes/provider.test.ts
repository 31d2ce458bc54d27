import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { SecretReader } from '../../../plugin/providers/secret-reader.ts'
import { changeDetectorContract, type DetectionSubject } from '../../contract/change-detector.contract.ts'
import { type ListingSubject, secretListerContract } from '../../contract/secret-lister.contract.ts'
import { type Subject, secretReaderContract } from '../../contract/secret-reader.contract.ts'
import { detectKubernetes, type KubernetesSpec, openKubernetes } from '../../unit/providers/kubernetes/open-kubernetes.ts'
import { startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { kubeClient } from '../servers/kube-client.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'

const CORE = '/api/v1/namespaces/remote'
const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/remote'

/** A cluster with the namespace `remote`, and three accounts there: of all Secrets, of single ones, and of nothing. */
async function startRemote() {
  const folder = await mkdtemp(path.join(tmpdir(), 'provider-'))
  const servers = startedServers()
  const close = async (): Promise<void> => {
    await servers.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const api = servers.keep(await startKubeApiServer(servers.keep(await startEtcd(folder)), 'remote', folder))
    await api.client.call('POST', '/api/v1/namespaces', { metadata: { name: 'remote' } })
    await account(api, 'reader', { verbs: ['get', 'list'] })
    await account(api, 'of-one', { verbs: ['get'], resourceNames: ['present', 'one'] })
    await account(api, 'nobody', undefined)
    await waitUntil('everybody may ask what he may do, as a cluster allows', () => mayAsk(api, 'nobody'))
    return { api, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

/** A ServiceAccount and, as docs/providers/kubernetes.md grants it, its Role. */
async function account(api: KubeApiServer, name: string, rights: object | undefined): Promise<void> {
  await api.client.call('POST', `${CORE}/serviceaccounts`, { metadata: { name } })
  if (!rights) return
  await api.client.call('POST', `${RBAC}/roles`, {
    metadata: { name },
    rules: [{ apiGroups: [''], resources: ['secrets'], ...rights }],
  })
  await api.client.call('POST', `${RBAC}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'remote' }],
  })
}

async function tokenOf({ client }: KubeApiServer, name: string): Promise<string> {
  const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3_600 } }
  const answer = await client.call('POST', `${CORE}/serviceaccounts/${name}/token`, asked)
  return (answer as unknown as { status: { token: string } }).status.token
}

/** The server makes its own roles (system:basic-user) shortly after it answers. */
async function mayAsk(api: KubeApiServer, name: string): Promise<boolean> {
  const self = kubeClient(api.url, { ca: api.ca, token: await tokenOf(api, name) })
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { resource: 'secrets', verb: 'get' } },
  }
  return await self
    .call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)
    .then(
      () => true,
      () => false,
    )
    .finally(() => self.close())
}

/** Secrets are there at once; put again they change. */
async function put({ client }: KubeApiServer, name: string, data: object, labels?: object): Promise<void> {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels }, data }
  if (await client.find(`${CORE}/secrets/${name}`)) await client.call('PUT', `${CORE}/secrets/${name}`, secret)
  else await client.call('POST', `${CORE}/secrets`, secret)
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

function storeOf(
  { url, ca }: KubeApiServer,
  auth: KubernetesSpec['auth'] = { serviceAccount: { name: 'reader' } },
): KubernetesSpec {
  return { server: { url, caBundle: base64(ca) }, auth, remoteNamespace: 'remote' }
}

async function surroundings(api: KubeApiServer, name = 'reader') {
  const token = await tokenOf(api, name)
  return { accountToken: () => token }
}

secretReaderContract(
  'kubernetes on kube-apiserver',
  async (): Promise<Subject> => {
    const { api, close } = await startRemote()
    const known = await surroundings(api)
    return {
      async put(key, bytes) {
        await put(api, key, JSON.parse(new TextDecoder().decode(bytes)) as object)
        return ''
      },
      open: ({ refused, callTimeoutMs } = {}) =>
        openKubernetes(storeOf(api), {
          ...(refused ? { accountToken: () => 'of-nobody' } : known),
          ...(callTimeoutMs !== undefined && { callTimeoutMs }),
        }),
      reset: () => undefined,
      close,
    }
  },
  {
    batchSize: 1,
    binary: false,
    empty: false,
    wrongVersion: 'NotFound',
    versions: false,
    wrap: (text) => JSON.stringify({ text: base64(text) }),
    refusedLook: 'unknown',
  },
)

secretListerContract(
  'kubernetes on kube-apiserver',
  async (): Promise<ListingSubject> => {
    const { api, close } = await startRemote()
    return {
      put: (name, labels) => put(api, name, { text: base64('x') }, labels),
      open: async () => openKubernetes(storeOf(api), await surroundings(api)),
      close,
    }
  },
  { tags: true, folder: '' },
)

changeDetectorContract(
  'kubernetes on kube-apiserver',
  async (): Promise<DetectionSubject> => {
    const { api, close } = await startRemote()
    const known = await surroundings(api)
    return {
      put: (key, text) => put(api, key, { text: base64(text) }),
      remove: (key) => api.client.call('DELETE', `${CORE}/secrets/${key}`),
      detect: () => detectKubernetes(storeOf(api), known),
      open: () => openKubernetes(storeOf(api), known),
      reset: () => undefined,
      close,
    }
  },
  { callsFor1000: 5, rights: false },
)

describe('the accounts that a Role is for', () => {
  let api: KubeApiServer
  let close: () => Promise<void>

  before(async () => {
    const remote = await startRemote()
    api = remote.api
    close = remote.close
    for (const name of ['one', 'two']) await put(api, name, { text: base64(name) }, { of: name })
  })
  after(() => close())

  async function using<T>(name: string, use: (reader: SecretReader) => Promise<T>): Promise<T> {
    const reader = await openKubernetes(storeOf(api), await surroundings(api, name))
    try {
      return await use(reader)
    } finally {
      await reader.close()
    }
  }

  const read = (reader: SecretReader, key: string) => reader.fetch([{ key, part: 'value' }], AbortSignal.timeout(30_000))

  test('a look says Ready to who may get all Secrets or one, and to nobody else', async () => {
    for (const name of ['reader', 'of-one'])
      await using(name, async (reader) => {
        assert.deepEqual(await reader.validate?.(AbortSignal.timeout(30_000)), { result: 'ready' }, name)
      })
    await using('nobody', async (reader) => {
      await assert.rejects(reader.validate?.(AbortSignal.timeout(30_000)) ?? Promise.resolve(), { kind: 'AccessDenied' })
    })
  })

  test('who may get one Secret reads it, is told the Role that another one needs, and looks at its version without listing', async () => {
    await using('of-one', async (reader) => {
      const [one] = await read(reader, 'one')
      assert.ok(one?.ok)
      const [two] = await read(reader, 'two')
      assert.ok(two?.ok === false)
      assert.equal(two.error.kind, 'AccessDenied')
      assert.match(two.error.remedy ?? '', /resourceNames: \[two\], verbs: \[get\]/)
      const detector = await detectKubernetes(storeOf(api), await surroundings(api, 'of-one'))
      const outcomes = await detector.versions([{ key: 'one' }, { key: 'two' }, { key: 'present' }], AbortSignal.timeout(30_000))
      await detector.close()
      assert.deepEqual(
        outcomes.map(({ state }) => state),
        ['version', 'unknown', 'absent'],
      )
      assert.equal(outcomes[0]?.state === 'version' && outcomes[0].version, one.secret.version)
    })
  })

  test('who may do nothing is told the Role, and may not search', async () => {
    await using('nobody', async (reader) => {
      const [one] = await read(reader, 'one')
      assert.equal(one?.ok === false && one.error.kind, 'AccessDenied')
      const search = { id: 's', tags: new Map([['of', 'one']]) }
      await assert.rejects(reader.list?.(search, AbortSignal.timeout(30_000)) ?? Promise.resolve(), {
        kind: 'AccessDenied',
        remedy: /verbs: \[list\]/,
      })
    })
  })

  test('a kubeconfig in a Secret says all of it', async () => {
    const kubeconfig = JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'remote', user: 'reader' } }],
      clusters: [{ name: 'remote', cluster: { server: api.url, 'certificate-authority-data': base64(api.ca) } }],
      users: [{ name: 'reader', user: { token: await tokenOf(api, 'reader') } }],
    })
    const spec = { authRef: { name: 'kubeconfig', key: 'config' }, remoteNamespace: 'remote' }
    const reader = await openKubernetes(spec, { secrets: { 'kubeconfig/config': kubeconfig } })
    const [one] = await read(reader, 'one')
    await reader.close()
    assert.ok(one?.ok)
  })
})
