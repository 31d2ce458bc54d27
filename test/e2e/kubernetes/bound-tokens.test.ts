import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose'
import { intakeAudience } from '../../../plugin/config/applications-options.ts'
import { startDaemonProcess } from '../../support/daemon-process.ts'
import { startEtcd } from '../servers/etcd.ts'
import { freePort } from '../servers/free-port.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import { kubeClient } from '../servers/kube-client.ts'
import { startServer } from '../servers/server-process.ts'
import { startedServers } from '../servers/started-servers.ts'
import { pythonEnvironment } from '../tools/python-environment.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { accountKubeconfig } from './account-kubeconfig.ts'
import { builtInstall } from './kustomize-build.ts'
import { objectPath } from './object-paths.ts'

const MAIN = new URL('../../../plugin/main.ts', import.meta.url).pathname
const AUDIENCE = intakeAudience.default
const ACCOUNT = { namespace: 'argocd', name: 'external-secrets-applications' }
const KEYS = ['/.well-known/openid-configuration', '/openid/v1/jwks']
const DISCOVERY = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/system:service-account-issuer-discovery'

interface Controller {
  /** The status of a daemon's question with this token, and what the answer says. */
  readonly ask: (token: string) => Promise<{ readonly status: number; readonly text: string }>
  readonly url: string
  readonly log: () => Promise<string>
}

/** A token as a kubelet gets it for a Pod. */
interface TokenWish {
  readonly pod?: string
  readonly account?: string
  readonly audiences?: readonly string[]
  readonly isUnbound?: true
}

const servers = startedServers()
let folder: string
let api: KubeApiServer
let controller: Controller

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bound-tokens-'))
  const etcd = servers.keep(await startEtcd(folder))
  api = servers.keep(await startKubeApiServer(etcd, 'bound', folder))
  await api.client.call('POST', '/api/v1/namespaces', { metadata: { name: 'argocd' } })
  for (const object of await builtInstall('applications/annotations'))
    await api.client.apply(objectPath(object), object, 'installer')
  for (const name of ['argocd-repo-server', 'argocd-server'])
    await api.client.call('POST', '/api/v1/namespaces/argocd/serviceaccounts', { metadata: { name } })
  for (const [name, serviceAccountName] of [
    ['repo-server-0', 'argocd-repo-server'],
    ['repo-server-1', 'argocd-repo-server'],
    ['server-0', 'argocd-server'],
  ])
    await api.client.call('POST', '/api/v1/namespaces/argocd/pods', {
      metadata: { name },
      spec: { serviceAccountName, containers: [{ name: 'daemon', image: 'none' }] },
    })
  controller = await startController('first')
  const token = await tokenOf()
  await waitUntil('it leads', async () => (await controller.ask(token)).status === 200, controller.log)
})
after(async () => {
  await servers.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('the token that a kubelet mounts to a daemon', () => {
  test('lets it in, and is refused by the API server itself', async () => {
    const token = await tokenOf()
    assert.equal((await controller.ask(token)).status, 200)
    const asDaemon = kubeClient(api.url, { ca: api.ca, token })
    await assert.rejects(asDaemon.call('GET', '/api'), /answered 401/)
    asDaemon.close()
  })

  test('lets nobody else in: neither another audience nor another account, nor one that is bound to no Pod', async () => {
    for (const [wish, refusal] of [
      [{ audiences: ['vault'] }, 'audience'],
      [{ audiences: [] }, 'audience'],
      [{ audiences: [AUDIENCE, 'vault'] }, 'audience'],
      [{ account: 'argocd-server', pod: 'server-0' }, 'account'],
      [{ isUnbound: true }, 'no-pod'],
    ] as const) {
      assert.equal((await controller.ask(await tokenOf(wish))).status, 401, JSON.stringify(wish))
      await logged(controller, new RegExp(`"refusal":"${refusal}"`))
    }
  })

  test('counts until it expires, for us and for the API server, whose keys have signed it', async () => {
    const real = await tokenOf()
    const now = Math.floor(Date.now() / 1_000)
    const fresh = await signedAs(real, { iat: now, nbf: now, exp: now + 600 })
    assert.deepEqual([await isAuthenticated(fresh), (await controller.ask(fresh)).status], [true, 200])
    const over = await signedAs(real, { iat: now - 7_200, nbf: now - 7_200, exp: now - 3_600 })
    assert.deepEqual([await isAuthenticated(over), (await controller.ask(over)).status], [false, 401])
    const early = await signedAs(real, { iat: now, nbf: now + 3_600, exp: now + 7_200 })
    assert.deepEqual([await isAuthenticated(early), (await controller.ask(early)).status], [false, 401])
  })

  test('of a Pod that is gone lives until it expires, which a TokenReview would see', async () => {
    const token = await tokenOf({ pod: 'repo-server-1' })
    await api.client.call('DELETE', '/api/v1/namespaces/argocd/pods/repo-server-1')
    await waitUntil('the API server refuses it', async () => !(await isAuthenticated(token)))
    assert.equal((await controller.ask(token)).status, 200)
  })

  test('is verified with keys that the account of the installation may read, which asks for nothing that it may not', async () => {
    const own = (await api.audit()).filter(
      ({ user }) => user?.username === `system:serviceaccount:${ACCOUNT.namespace}:${ACCOUNT.name}`,
    )
    for (const uri of KEYS)
      assert.deepEqual(
        new Set(own.filter((one) => one.requestURI === uri).map((one) => one.responseStatus?.code)),
        new Set([200]),
      )
    assert.deepEqual(
      own.filter(({ responseStatus }) => responseStatus?.code === 403).map(({ requestURI }) => requestURI),
      [],
    )
    assert.ok(!own.some(({ requestURI }) => requestURI.includes('tokenreviews')))
  })
})

describe('a daemon', () => {
  test('shows its token as it is now: when the kubelet has written another, that one', async () => {
    // As the kubelet writes (Kubernetes, AtomicWriter): one link is swapped for another.
    const mount = path.join(folder, 'mount')
    const write = async (version: string, token: string): Promise<void> => {
      await mkdir(path.join(mount, version), { recursive: true })
      await writeFile(path.join(mount, version, 'token'), token)
      await symlink(version, path.join(mount, '..data_tmp'))
      await rename(path.join(mount, '..data_tmp'), path.join(mount, '..data'))
    }
    await write('1', await tokenOf({ audiences: ['elsewhere'] }))
    await symlink(path.join('..data', 'token'), path.join(mount, 'token'))
    await using daemon = await startDaemonProcess({
      flags: ['--controller', controller.url, '--controller-token', path.join(mount, 'token')],
    })
    await waitUntil(
      'it is refused',
      async () => daemon.log().includes('does not let this daemon in'),
      () => daemon.log(),
    )
    assert.doesNotMatch(daemon.log(), /connected to the controller/)
    await write('2', await tokenOf())
    await waitUntil(
      'it is let in',
      async () => daemon.log().includes('connected to the controller'),
      () => daemon.log(),
    )
  })
})

describe('the keys of the API server', () => {
  test('are read again when it signs with another', async () => {
    const [old, { kid }] = [await tokenOf(), decodeProtectedHeader(await tokenOf())]
    await api.restart(async () => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'sec1', format: 'pem' },
      })
      const verifying = path.join(path.dirname(api.serviceAccountKey), 'sa.pub')
      await writeFile(verifying, `${await readFile(verifying, 'utf8')}${publicKey}`)
      await writeFile(api.serviceAccountKey, privateKey)
    })
    const token = await tokenOf()
    const header = decodeProtectedHeader(token)
    assert.equal(header.alg, 'ES256')
    assert.notEqual(header.kid, kid)
    await waitUntil('it is let in', async () => (await controller.ask(token)).status === 200, controller.log)
    assert.equal((await controller.ask(old)).status, 200, 'its key is still one of those')
  })

  test('let nobody in who may not be verified by them, and the answer and the log say what to grant', async () => {
    await api.client.call('DELETE', DISCOVERY)
    await waitUntil('the right is gone', async () => !(await mayReadKeys()))
    const blind = await startController('blind')
    const { status, text } = await blind.ask(await tokenOf())
    assert.equal(status, 503)
    assert.match(text, /does not give the keys.*Forbidden.*system:service-account-issuer-discovery/)
    await logged(
      blind,
      /"remedy":"[^"]*system:service-account-issuer-discovery[^"]*","message":"tokens of daemons cannot be verified"/,
    )
  })
})

/** What a process says reaches its file a moment later. */
async function logged({ log }: Controller, line: RegExp): Promise<void> {
  await waitUntil(`it is logged: ${line.source}`, async () => line.test(await log()), log)
}

async function tokenOf(wish: TokenWish = {}): Promise<string> {
  const { pod = 'repo-server-0', account = 'argocd-repo-server', audiences = [AUDIENCE], isUnbound } = wish
  const { uid } = (await api.client.call('GET', `/api/v1/namespaces/argocd/pods/${pod}`)).metadata as { uid?: string }
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: pod, uid }
  const answer = await api.client.call('POST', `/api/v1/namespaces/argocd/serviceaccounts/${account}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences, expirationSeconds: 600, ...(isUnbound ? {} : { boundObjectRef }) },
  })
  return (answer['status'] as { token: string }).token
}

/** The same token of another time, signed by the key of the API server. */
async function signedAs(token: string, times: JWTPayload): Promise<string> {
  const { kid = '' } = decodeProtectedHeader(token)
  const key = createPrivateKey(await readFile(api.serviceAccountKey))
  return await new SignJWT({ ...decodeJwt(token), ...times }).setProtectedHeader({ alg: 'RS256', kid }).sign(key)
}

/** What the API server says of a token for our audience. */
async function isAuthenticated(token: string): Promise<boolean> {
  const review = await api.client.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    spec: { token, audiences: [AUDIENCE] },
  })
  return (review['status'] as { authenticated?: boolean }).authenticated === true
}

/** Whether a ServiceAccount may that has no rights of its own. */
async function mayReadKeys(): Promise<boolean> {
  const review = await api.client.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: 'system:serviceaccount:argocd:other',
      groups: ['system:serviceaccounts', 'system:authenticated'],
      nonResourceAttributes: { path: '/openid/v1/jwks', verb: 'get' },
    },
  })
  return (review['status'] as { allowed: boolean }).allowed
}

/** The program, logged in as the account of its installation, told of daemons as the installation tells it. */
async function startController(name: string): Promise<Controller> {
  const [port, health] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const log = path.join(folder, `${name}.log`)
  servers.keep(
    await startServer(await pythonEnvironment(), {
      name,
      program: process.execPath,
      words: [
        MAIN,
        'controller',
        'applications',
        '--refresh-by=annotation',
        '--operator-listen=',
        `--kubeconfig=${await accountKubeconfig(api, folder, ACCOUNT)}`,
        `--intake=127.0.0.1:${port}`,
        `--listen=127.0.0.1:${health}`,
      ],
      environment: { ARGOCD_EXTERNAL_SECRETS_INTAKE_SERVICE_ACCOUNTS: 'argocd/argocd-repo-server' },
      log,
      isReady: async () => (await fetch(`http://127.0.0.1:${health}/readyz`)).ok,
    }),
  )
  return {
    url,
    // It is made when the first line has come.
    log: () => readFile(log, 'utf8').catch(() => ''),
    async ask(token) {
      const answer = await fetch(`${url}/floors?after=&daemon=test`, { headers: { authorization: `Bearer ${token}` } })
      return { status: answer.status, text: await answer.text() }
    },
  }
}
