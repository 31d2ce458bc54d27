import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execPath } from 'node:process'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { connectToKube } from '../../../plugin/kube/connect-to-kube.ts'
import { inClusterEndpoint } from '../../../plugin/kube/in-cluster-endpoint.ts'
import type { KubeEndpoint } from '../../../plugin/kube/kube-endpoint.ts'
import { kubeconfigEndpoint } from '../../../plugin/kube/kubeconfig-endpoint.ts'
import { type Logger, silentLogger } from '../../../plugin/model/logger.ts'
import { systemRandom } from '../../../plugin/model/random.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { startKubeEmulator } from '../../support/emulators/kube/start-kube-emulator.ts'
import { eventually } from '../../support/eventually.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const SERVER = 'https://api.test:6443'

let folder: string
let clock: FakeClock
/** That programs have, which stands still. */
let time: VirtualClock
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'))
  clock = new FakeClock()
  time = new VirtualClock()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function file(name: string, content: string | object): Promise<string> {
  const where = path.join(folder, name)
  await writeFile(where, typeof content === 'string' ? content : JSON.stringify(content))
  return where
}

function config(user: object, cluster: object = {}, more: object = {}): object {
  return {
    'current-context': 'main',
    clusters: [{ name: 'c', cluster: { server: `${SERVER}/`, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u' } }],
    ...more,
  }
}

const endpointOf = async (content: string | object, context?: string): ReturnType<typeof kubeconfigEndpoint> =>
  await kubeconfigEndpoint([await file('config', content)], context, {
    now: clock.now,
    monotonic: clock.monotonic,
    sleep: time.sleep,
  })

const headersOf = async (user: object): Promise<unknown> => (await (await endpointOf(config(user))).credentials.current()).headers

const authorityOf = async ({ ca }: KubeEndpoint): Promise<unknown> => (typeof ca === 'object' ? await ca.current() : ca)

const base64 = (text: string): string => Buffer.from(text).toString('base64')

async function problem(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (thrown) {
    assert.ok(thrown instanceof SecretError)
    return `${thrown.kind}: ${thrown.message.replaceAll(folder, '')}`
  }
  return 'none'
}

describe('a kubeconfig', () => {
  test('names a server and its authority, as data or as a file beside it', async () => {
    await file('ca.crt', 'PEM')
    const inline = await endpointOf(config({}, { 'certificate-authority-data': base64('PEM'), 'tls-server-name': 'kubernetes' }))
    const beside = await endpointOf(config({}, { 'certificate-authority': 'ca.crt', 'proxy-url': 'http://proxy.test' }))
    assert.deepEqual(
      [inline.server, inline.ca, inline.serverName, inline.skipsVerification],
      [SERVER, 'PEM', 'kubernetes', undefined],
    )
    assert.deepEqual([await authorityOf(beside), beside.proxyUrl], ['PEM', 'http://proxy.test'])
    assert.equal((await endpointOf(config({}, { 'insecure-skip-tls-verify': true }))).skipsVerification, true)
  })

  test('may be YAML', async () => {
    const text = `apiVersion: v1
kind: Config
current-context: a
contexts: [{name: a, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "${SERVER}"}}]
users: [{name: u, user: {token: t}}]
`
    assert.equal((await endpointOf(text)).server, SERVER)
  })

  test('names a token or a client certificate', async () => {
    assert.deepEqual(await headersOf({ token: 't' }), { Authorization: 'Bearer t' })
    const data = config({ 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') })
    const { clientCertificate } = await (await endpointOf(data)).credentials.current()
    assert.deepEqual(clientCertificate, { cert: 'CERT', key: 'KEY' })
  })

  test('names files that are read again when they are rotated', async () => {
    await file('token', 'one\n')
    await file('tls.crt', 'CERT')
    await file('tls.key', 'KEY')
    const user = { tokenFile: 'token', 'client-certificate': 'tls.crt', 'client-key': 'tls.key' }
    const { credentials } = await endpointOf(config(user))
    const first = await credentials.current()
    assert.deepEqual(first, { headers: { Authorization: 'Bearer one' }, clientCertificate: { cert: 'CERT', key: 'KEY' } })
    clock.advance(11_000)
    assert.equal(await credentials.current(), first)
    await file('token', 'two')
    assert.equal(await credentials.current(), first)
    clock.advance(11_000)
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer two' })
    await file('token', 'three')
    credentials.renew(first)
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer three' })
    await rm(path.join(folder, 'token'))
    credentials.renew(await credentials.current())
    assert.match(await problem(credentials.current()), /^AccessDenied: cannot read \/token.*\(ENOENT\)$/)
  })

  test('the context that is asked for counts, and of two files the first that knows a name', async () => {
    const other = { name: 'other', context: { cluster: 'c', user: 'v' } }
    const first = await file('first', config({ token: 'first' }))
    const second = {
      ...config({ token: 'second' }),
      contexts: [other],
      users: [{ name: 'v', user: { token: 'v' } }],
      'current-context': 'other',
    }
    const files = [first, await file('second', second)]
    const headers = async (context?: string): Promise<unknown> =>
      (await (await kubeconfigEndpoint(files, context, clock)).credentials.current()).headers
    assert.deepEqual(await headers(), { Authorization: 'Bearer first' })
    assert.deepEqual(await headers('other'), { Authorization: 'Bearer v' })
  })

  test('what is wrong with it is said without its content', async () => {
    const wrong = [
      await problem(kubeconfigEndpoint([path.join(folder, 'none')], undefined, clock)),
      await problem(endpointOf('{canary')),
      await problem(endpointOf({ users: [{ user: { token: 'canary' } }] })),
      await problem(endpointOf({})),
      await problem(endpointOf(config({}), 'nope')),
      await problem(endpointOf(config({}, {}, { clusters: [] }))),
      await problem(endpointOf(config({}, {}, { users: [] }))),
      await problem(endpointOf(config({}, { 'certificate-authority': 'none.crt' }))),
      await problem(endpointOf(config({ 'auth-provider': { name: 'oidc', config: { 'id-token': 'canary' } } }))),
    ]
    assert.deepEqual(wrong, [
      'InvalidSpec: /none cannot be read (ENOENT)',
      'InvalidSpec: /config cannot be read',
      'InvalidSpec: /config cannot be read',
      'InvalidSpec: /config names no current context',
      'InvalidSpec: /config has no context "nope"',
      'InvalidSpec: /config has no cluster "c"',
      'InvalidSpec: /config has no user "u"',
      'InvalidSpec: /none.crt cannot be read',
      'InvalidSpec: /config gives user "u" an auth-provider',
    ])
  })
})

describe('a credential plugin', () => {
  const plugin = async (code: string, more: object = {}): Promise<object> => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command: execPath, args: [await file('plugin.mjs', code)], ...more },
  })
  const answer = (status: string): string => `console.log(JSON.stringify({kind: 'ExecCredential', status: ${status}}))`

  test('gives a token or a certificate, and is told how it is called', async () => {
    const told = "{token: process.env.WHO + JSON.parse(process.env.KUBERNETES_EXEC_INFO).apiVersion.split('/')[1]}"
    const user = await plugin(answer(told), { env: [{ name: 'WHO', value: 'me' }] })
    assert.deepEqual(await headersOf(user), { Authorization: 'Bearer mev1' })
    const certificate = await plugin(answer("{clientCertificateData: 'CERT', clientKeyData: 'KEY'}"))
    const { credentials } = await endpointOf(config(certificate))
    assert.deepEqual(await credentials.current(), { headers: {}, clientCertificate: { cert: 'CERT', key: 'KEY' } })
  })

  test('is not run again before its answer expires or is refused', async () => {
    const { credentials } = await endpointOf(config(await plugin(answer('{token: String(process.pid)}'))))
    const first = await credentials.current()
    assert.equal(await credentials.current(), first)
    credentials.renew(first)
    const second = await credentials.current()
    assert.notDeepEqual(second, first)
    // Told of late, by a request that had the former one.
    credentials.renew(first)
    assert.equal(await credentials.current(), second)
  })

  test('is run once for many who ask at the same time', async () => {
    const { credentials } = await endpointOf(config(await plugin(answer('{token: String(process.pid)}'))))
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => credentials.current()))
    assert.deepEqual(new Set(others), new Set([first]))
  })

  test('when it hangs, whoever waits is told, and the next one runs it again', async () => {
    const marker = path.join(folder, 'has-hung')
    const hang = `import {existsSync, writeFileSync} from 'node:fs'
      if (existsSync(${JSON.stringify(marker)})) ${answer("{token: 'late'}")}
      else { writeFileSync(${JSON.stringify(marker)}, ''); setInterval(() => existsSync(${JSON.stringify(marker)}) || process.exit(), 20) }`
    const { credentials } = await endpointOf(config(await plugin(hang)))
    const first = problem(credentials.current())
    const second = problem(credentials.current())
    await eventually(() => existsSync(marker) || undefined)
    await time.run(30_000)
    const late = `Timeout: ${execPath}, which the kubeconfig names for credentials, gave none within 30000 ms`
    assert.deepEqual([await first, await second], [late, late])
    assert.deepEqual((await credentials.current()).headers, { Authorization: 'Bearer late' })
  })

  test('its failure is told without what it said', async () => {
    const failures = [
      await problem(headersOf(await plugin("console.error('canary'); process.exit(1)"))),
      await problem(headersOf(await plugin("console.log('canary')"))),
      await problem(headersOf({ exec: { command: 'no-such-program-here' } })),
    ]
    const named = 'which the kubeconfig names for credentials, failed'
    assert.deepEqual(failures, [
      `AccessDenied: ${execPath}, ${named}`,
      `AccessDenied: ${execPath}, ${named}`,
      `AccessDenied: no-such-program-here, ${named} (ENOENT)`,
    ])
  })
})

describe('a pod', () => {
  test('finds its API server and its own token, which is read again', async () => {
    await file('ca.crt', 'PEM')
    await file('token', 'one')
    const environment = new Map([
      ['KUBERNETES_SERVICE_HOST', 'fd00::1'],
      ['KUBERNETES_SERVICE_PORT', '6443'],
    ])
    const endpoint = await inClusterEndpoint(environment, clock, folder)
    assert.ok(endpoint)
    assert.deepEqual([endpoint.server, await authorityOf(endpoint)], ['https://[fd00::1]:6443', 'PEM'])
    assert.deepEqual(await endpoint.credentials.current(), { headers: { Authorization: 'Bearer one' } })
    await file('token', 'two')
    clock.advance(11_000)
    assert.deepEqual(await endpoint.credentials.current(), { headers: { Authorization: 'Bearer two' } })
  })

  test('goes on with the token that it has while the file is gone or empty, until that is refused', async () => {
    await file('ca.crt', 'PEM')
    await file('token', 'one')
    const endpoint = await inClusterEndpoint(new Map([['KUBERNETES_SERVICE_HOST', '10.0.0.1']]), clock, folder)
    assert.ok(endpoint)
    const { credentials } = endpoint
    const first = await credentials.current()
    await rm(path.join(folder, 'token'))
    clock.advance(11_000)
    assert.equal(await credentials.current(), first)
    await file('token', '')
    clock.advance(11_000)
    assert.equal(await credentials.current(), first)
    credentials.renew(first)
    assert.match(await problem(credentials.current()), /^AccessDenied: cannot read \/token.*\(it is empty\)$/)
    // Nobody waits for what could not be read.
    await file('token', 'two')
    assert.deepEqual(await credentials.current(), { headers: { Authorization: 'Bearer two' } })
  })

  test('without an account, and what is no pod, has none', async () => {
    assert.equal(await inClusterEndpoint(new Map(), clock, folder), undefined)
    assert.equal(await inClusterEndpoint(new Map([['KUBERNETES_SERVICE_HOST', '10.0.0.1']]), clock, folder), undefined)
  })
})

describe('a connection', () => {
  const settings = { requestTimeoutMs: 5_000, maxConnections: 2, userAgent: 'unit/1' }
  const ports = { random: systemRandom, logger: silentLogger }

  test('is made by the file that is given, by KUBECONFIG, or by the one at home', async () => {
    const emulator = await startKubeEmulator({ scheme: 'https' })
    const kubeconfig = await file('config', emulator.kubeconfig)
    const ways = [{ kubeconfig, environment: new Map() }, { environment: new Map([['KUBECONFIG', kubeconfig]]) }]
    for (const way of ways) {
      const kube = await connectToKube({ ...settings, ...way }, { clock, ...ports })
      assert.equal(await kube.serverVersion(), 'v1.36.3')
      kube.close()
    }
    await emulator.close()
    const home = connectToKube({ ...settings, environment: new Map([['HOME', folder]]) }, { clock, ...ports })
    assert.equal(await problem(home), 'InvalidSpec: no Kubernetes API server is known: there is no /.kube/config')
    const pod = new Map([
      ['HOME', folder],
      ['KUBERNETES_SERVICE_HOST', '10.96.0.1'],
    ])
    const unmounted = connectToKube({ ...settings, environment: pod }, { clock, ...ports })
    assert.equal(await problem(unmounted), 'InvalidSpec: this pod has no account for the Kubernetes API')
    await mkdir(path.join(folder, '.kube'))
    await file('.kube/config', emulator.kubeconfig)
    ;(await connectToKube({ ...settings, environment: new Map([['HOME', folder]]) }, { clock, ...ports })).close()
    const nowhere = connectToKube({ ...settings, environment: new Map() }, { clock, ...ports })
    assert.equal(await problem(nowhere), 'InvalidSpec: no Kubernetes API server is known')
  })

  test('warns when nobody verifies the server', async () => {
    const warnings: string[] = []
    const logger: Logger = { info() {}, warn: (message) => warnings.push(message) }
    const kubeconfig = await file('config', config({}, { 'insecure-skip-tls-verify': true }))
    const kube = await connectToKube({ ...settings, kubeconfig, environment: new Map() }, { clock, ...ports, logger })
    kube.close()
    assert.equal(warnings.length, 1)
  })
})
