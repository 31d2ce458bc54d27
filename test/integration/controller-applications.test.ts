import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CONFIG_MAPS, EVENTS } from '../../plugin/kube/core-resources.ts'
import { type DaemonProcess, startDaemonProcess } from '../support/daemon-process.ts'
import { type AwsEmulator, startAwsEmulator, TEST_KEY } from '../support/emulators/aws/aws-emulator.ts'
import { type KubeEmulator, startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { FAKE_REPOSITORY, type FakeApplication, type FakeArgoServer, startFakeArgoServer } from '../support/fake-argo-server.ts'
import { externalSecret } from '../support/render-cases.ts'
import { runCli } from '../support/run-cli.ts'

const MAIN = new URL('../../plugin/main.ts', import.meta.url).pathname
const OLD = 'canary-old'
const NEW = 'canary-new'
const NAMES = ['app-0', 'app-1', 'app-2']
const STORE = 'ClusterSecretStore store'
const POLICY = `apiVersion: argocd-external-secrets.io/v1
kind: TenancyPolicy
metadata: {name: teams}
stores:
  - kind: ClusterSecretStore
    metadata: {name: store}
    projects: ['**']
    spec:
      provider: {aws: {service: SecretsManager, region: us-east-1}}
  - kind: ClusterSecretStore
    metadata: {name: older}
    projects: ['**']
    spec:
      provider: {aws: {service: SecretsManager, region: us-east-1, prefix: older/}}
rules:
  - name: all
    projects: ['**']
    namespaces: ['**']
    stores:
      - {administrator: store, keys: [db, late]}
      - {administrator: older, keys: [older/late]}
      - {provider: aws, facts: {service: ['*'], region: ['*']}, credentials: {ambient: true}, keys: [team-a/db]}
`
const FILES: Readonly<Record<string, string>> = {
  'app.yaml': externalSecret()
    .replace('  namespace: default\n', '')
    .replace('{name: store}', '{name: store, kind: ClusterSecretStore}'),
}
/** Nobody watches a store of Git: an event alone has its Applications rendered again at once. */
const OF_GIT = 'of-git'
const FILES_OF_GIT: Readonly<Record<string, string>> = {
  'app.yaml': externalSecret().replace('  namespace: default\n', ''),
  'store.yaml': `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: store}
spec:
  provider: {aws: {service: SecretsManager, region: us-east-1, prefix: team-a/}}
`,
}
/** The key is missing at first, and something stands in. */
const PARTIAL: ReadonlyMap<string, string> = new Map([
  ['with-default', '{default: a default}'],
  ['with-fallback', '{stores: [{name: older, kind: ClusterSecretStore}]}'],
])

function filesOf(name: string): Readonly<Record<string, string>> {
  const rule = PARTIAL.get(name)
  if (rule === undefined) return name === OF_GIT ? FILES_OF_GIT : FILES
  const metadata = `  annotations: {argocd-external-secrets.io/when-missing: '{password: ${rule}}'}`
  const manifest = externalSecret({ metadata, spec: '  data: [{secretKey: password, remoteRef: {key: late}}]' })
  return {
    'app.yaml': manifest
      .replace('  namespace: default\n', '')
      .replace('{name: store}', '{name: store, kind: ClusterSecretStore}'),
  }
}

let folder: string
let aws: AwsEmulator
let kube: KubeEmulator
let argo: FakeArgoServer
let daemon: DaemonProcess
let controller: { readonly child: ChildProcess; readonly log: () => string; readonly addresses: readonly string[] }
const rendered = new Map<string, string>()

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'controller-'))
  aws = await startAwsEmulator()
  kube = await startKubeEmulator({ namespaces: ['argocd'], scheme: 'https' })
  argo = await startFakeArgoServer(renderByDaemon)
  aws.queues.create('rotations')
  aws.putSecret('db', JSON.stringify({ password: OLD }))
  const environment = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
  }
  await mkdir(path.join(folder, 'policy'))
  for (const [name, text] of Object.entries({
    kubeconfig: kube.kubeconfig,
    token: 'daemon-token',
    argo: 'argo-token',
    'policy/policy.yaml': POLICY,
  }))
    await writeFile(path.join(folder, name), text)
  controller = await startController(environment)
  daemon = await startDaemonProcess({
    policy: { 'policy.yaml': POLICY },
    flags: ['--controller', `http://${controller.addresses[0]}`, '--controller-token', path.join(folder, 'token')],
    environment,
  })
  await until('the daemon is connected', () => daemon.log().includes('connected to the controller'))
})

after(async () => {
  const exited = new Promise((resolve) => controller.child.once('exit', resolve))
  controller.child.kill('SIGTERM')
  await Promise.all([exited, daemon[Symbol.asyncDispose]()])
  await Promise.all([argo[Symbol.asyncDispose](), kube.close(), aws.close()])
  await rm(folder, { recursive: true })
})

async function startController(environment: Readonly<Record<string, string>>): Promise<typeof controller> {
  const own = {
    kubeconfig: path.join(folder, 'kubeconfig'),
    policy: path.join(folder, 'policy'),
    'argocd-url': argo.url,
    'argocd-token': path.join(folder, 'argo'),
    intake: '127.0.0.1:0',
    'intake-token': path.join(folder, 'token'),
    'operator-listen': '127.0.0.1:0',
    rotations: '127.0.0.1:0',
    'rotations-secret': path.join(folder, 'token'),
    'rotations-queue': `${aws.url}/111111111111/rotations`,
    'rotations-queue-region': 'us-east-1',
    listen: '127.0.0.1:0',
    'detect-interval': '1000',
    'refresh-rate': '120',
  }
  const words = ['controller', 'applications', ...Object.entries(own).flatMap(([name, value]) => [`--${name}`, value])]
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (log += bytes.toString()))
  await until(
    'the controller leads',
    () => log.includes('became the leader'),
    () => log,
  )
  const addresses = /"addresses":"([^"]+)"/.exec(log)?.[1]?.split(' ') ?? []
  return { child, log: () => log, addresses }
}

async function renderByDaemon({ name, project, path: folderOfApp, revision }: FakeApplication): Promise<boolean> {
  const answer = await daemon.generate(filesOf(name), {
    ARGOCD_APP_NAME: name,
    ARGOCD_APP_PROJECT_NAME: project,
    ARGOCD_APP_REVISION: revision,
    ARGOCD_APP_SOURCE_REPO_URL: FAKE_REPOSITORY,
    ARGOCD_APP_SOURCE_PATH: folderOfApp,
  })
  if (!answer.ok) return false
  const [secret] = answer.manifests as readonly { readonly data: { readonly password: string } }[]
  rendered.set(name, Buffer.from(secret?.data.password ?? '', 'base64').toString())
  return true
}

async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  standing = (): string => controller.log(),
): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (await holds()) return
    await sleep(50)
  }
  assert.fail(`it did not happen in time that ${what}: ${standing()}`)
}

async function metrics(): Promise<string> {
  return (await fetch(`http://${controller.addresses[3]}/metrics`)).text()
}

test('a value that was rotated is rendered again by all Applications that use it, by each once, and by no other', async () => {
  const applications = NAMES.map(
    (name): FakeApplication => ({
      name,
      namespace: 'argocd',
      project: 'team-a',
      path: name,
      revision: 'f00f',
      syncStatus: 'Synced',
      hasError: false,
    }),
  )
  for (const application of applications) {
    argo.applications.set(application.name, application)
    assert.ok(await renderByDaemon(application))
  }
  await until('the index knows them', async () => /index_applications 3/.test(await metrics()))
  // A preview of a branch, and somebody who is no application: neither is known afterwards.
  const [first] = applications
  assert.ok(first)
  await renderByDaemon({ ...first, revision: 'preview' })
  await renderByDaemon({ ...first, name: 'stranger' })
  assert.deepEqual(new Set(rendered.values()), new Set([OLD]))

  aws.putSecret('db', JSON.stringify({ password: NEW }))
  await until('all have the new value', () => NAMES.every((name) => rendered.get(name) === NEW))
  await until('all are told to be synced', async () =>
    /refreshes_total\{outcome="synced",cause="changed"\} 3/.test(await metrics()),
  )
  assert.deepEqual(argo.refreshes.map(({ name }) => name).toSorted(), NAMES)
  assert.deepEqual([...argo.tokens], ['Bearer argo-token'])
  await until('daemons and index agree', async () => /version_floors_total 1/.test(await metrics()))
  assert.match(await metrics(), /index_applications 3/)
  assert.match(await metrics(), /detector_calls_total\{store="[^"]+"\} [1-9]/)
  assert.equal((await metrics()).match(/controller_staleness_seconds\{/g)?.length, 3)
})

test('what it knows is in ConfigMaps, and its events on the Applications; without a value', async () => {
  await until(
    'the index is written',
    // One ConfigMap after another.
    () => NAMES.every((name) => JSON.stringify(kube.list(CONFIG_MAPS, 'argocd')).includes(`argocd_${name}`)),
  )
  await until('there is an event for each', () => kube.list(EVENTS, 'argocd').length >= 3)
  const all = JSON.stringify([kube.list(CONFIG_MAPS, 'argocd'), kube.list(EVENTS, 'argocd')])
  assert.match(all, /SecretsRefreshed/)
  for (const said of [all, controller.log(), await metrics()]) for (const value of [OLD, NEW]) assert.ok(!said.includes(value))
})

test('refresh says whom it would touch, by the controller or by the index alone, and does it', async () => {
  const [, operator = ''] = controller.addresses
  const words = ['refresh', '--store', STORE, '--key', 'db']
  const expected = NAMES.map((name) => `argocd/${name}\n`).join('')
  const asked = await runCli([...words, '--dry-run', '--operator-listen', operator])
  const read = await runCli([...words, '--dry-run', '--operator-listen', '', '--kubeconfig', path.join(folder, 'kubeconfig')])
  assert.deepEqual([asked.stdout, read.stdout, argo.refreshes.length], [expected, expected, 3])
  const done = await runCli([...words, '--operator-listen', operator])
  assert.deepEqual([done.exitCode, done.stdout], [0, expected])
  await until('all are refreshed again', () => argo.refreshes.length === 6)
  const nobody = await runCli(['refresh', '--store', STORE, '--key', 'other', '--operator-listen', operator])
  assert.deepEqual([nobody.exitCode, nobody.stdout], [0, ''])
  const away = await runCli([...words, '--operator-listen', '127.0.0.1:9'])
  assert.equal(away.exitCode, 6)
})

test('nobody is let in without the token, and nothing but reports and questions is understood', async () => {
  const url = `http://${controller.addresses[0]}`
  const call = async (method: string, where: string, headers: Record<string, string>, body?: string): Promise<number> =>
    (await fetch(url + where, { method, headers, ...(body !== undefined && { body }) })).status
  const own = { authorization: 'Bearer daemon-token', 'content-type': 'application/json' }
  assert.equal(await call('GET', '/floors?after=&daemon=x', {}), 401)
  assert.equal(await call('GET', '/floors?after=&daemon=x', { authorization: 'Bearer daemon-tokem' }), 401)
  assert.equal(await call('POST', '/reports', {}, '{}'), 401)
  assert.equal(await call('POST', '/reports', own, '{}'), 422)
  assert.equal(await call('POST', '/reports', own, '{'), 400)
  assert.equal(await call('GET', '/floors?after=', own), 422)
  assert.equal(await call('GET', '/elsewhere', own), 404)
  const rotations = `http://${controller.addresses[2]}/rotations`
  const tell = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(rotations, { method: 'POST', headers, body: JSON.stringify({ store: STORE, key: 'db' }) })).status
  assert.deepEqual([await tell({}), await tell({ 'x-api-key': 'daemon-token' })], [401, 204])
})

test('whoever leads takes events from the queue, and they are gone from it', async () => {
  aws.queues.send(
    'rotations',
    JSON.stringify({ source: 'aws.secretsmanager', detail: { requestParameters: { secretId: 'db' } } }),
  )
  await until('the event is taken', async () => /rotation_events_total\{sender="sqs",outcome="taken"\} 1/.test(await metrics()))
  await until('the queue is empty', () => aws.queues.held('rotations').length === 0)
})

test('an event names the secret with the prefix of the store, by HTTP and by the queue: who uses it is rendered again', async () => {
  const { arn } = aws.putSecret('team-a/db', JSON.stringify({ password: 'first' }))
  const application = { name: OF_GIT, namespace: 'argocd', project: 'team-a', path: OF_GIT, revision: 'f00f' }
  argo.applications.set(OF_GIT, { ...application, syncStatus: 'Synced', hasError: false })
  const before = argo.refreshes.length
  assert.ok(await renderByDaemon({ ...application, syncStatus: 'Synced', hasError: false }))
  await until('the index knows it', async () => /index_applications 4/.test(await metrics()))
  const event = { source: 'aws.secretsmanager', 'detail-type': 'Secret Label Updated', resources: [arn], detail: { name: arn } }
  const tell = async (body: object): Promise<unknown> => {
    const headers = { 'x-api-key': 'daemon-token' }
    return fetch(`http://${controller.addresses[2]}/rotations`, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  for (const [text, say] of [
    ['second', () => tell(event)],
    ['third', async () => aws.queues.send('rotations', JSON.stringify(event))],
    ['fourth', () => tell({ store: 'SecretStore shop/store', key: 'team-a/db' })],
  ] as const) {
    aws.putSecret('team-a/db', JSON.stringify({ password: text }))
    await say()
    await until(`it has the ${text} value`, () => rendered.get(OF_GIT) === text)
    await until('its refresh is over', async () => /refreshes_running 0/.test(await metrics()))
  }
  assert.deepEqual(
    argo.refreshes.slice(before).map(({ name }) => name),
    [OF_GIT, OF_GIT, OF_GIT],
  )
})

test('what stood in for a missing key is rendered again once the key is there', async () => {
  aws.putSecret('older/late', 'of the older store')
  const before = argo.refreshes.length
  for (const name of PARTIAL.keys()) {
    const application = { name, namespace: 'argocd', project: 'team-a', path: name, revision: 'f00f' }
    argo.applications.set(name, { ...application, syncStatus: 'Synced', hasError: false })
    assert.ok(await renderByDaemon({ ...application, syncStatus: 'Synced', hasError: false }))
  }
  const values = (): readonly unknown[] => [...PARTIAL.keys()].map((name) => rendered.get(name))
  assert.deepEqual(values(), ['a default', 'of the older store'])
  await until('the index knows them', async () => /index_applications 6/.test(await metrics()))
  // Found missing again and again, which is no news.
  await sleep(3_000)
  assert.equal(argo.refreshes.length, before)
  const words = ['refresh', '--store', STORE, '--key', 'late', '--dry-run', '--operator-listen', controller.addresses[1] ?? '']
  const standingIn = await runCli(words)
  assert.equal(standingIn.stdout, 'argocd/with-default\nargocd/with-fallback\n')
  assert.match(standingIn.stderr, /^argocd\/with-default: the key was missing .*\nargocd\/with-fallback: /)
  assert.match(await metrics(), /partial_applications\{project="team-a"\} 2/)
  for (const kind of ['default', 'otherStore'])
    assert.ok((await metrics()).includes(`stand_ins{project="team-a",kind="${kind}"} 1`))
  aws.putSecret('late', 'here at last')
  await until('both have it', () => values().every((value) => value === 'here at last'))
  await until('nothing stands in any more', async () => !/partial_applications\{/.test(await metrics()))
  assert.equal((await runCli(words)).stderr, '')
})
