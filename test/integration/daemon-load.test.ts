import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundleClient } from '../../.ci/build.ts'
import { decodeExpandAnswer, type ExpandAnswer, encodeExpandRequest } from '../../plugin/argocd/wire/expand-exchange.ts'
import { unixExchange } from '../../plugin/client/unix-exchange.ts'
import { ARGO_REQUEST, type DaemonProcess, type DaemonStart, startDaemonProcess } from '../support/daemon-process.ts'
import { type AwsEmulator, startAwsEmulator, TEST_KEY } from '../support/emulators/aws/aws-emulator.ts'

const CANARY = 'canary-8152'
const ENCODED = Buffer.from(CANARY).toString('base64')
const KEYS = 4

const POLICY = JSON.stringify({
  apiVersion: 'argocd-external-secrets.io/v1',
  kind: 'TenancyPolicy',
  metadata: { name: 'teams' },
  stores: [
    {
      kind: 'ClusterSecretStore',
      metadata: { name: 'aws' },
      spec: { provider: { aws: { service: 'SecretsManager', region: 'us-east-1' } } },
    },
  ],
  rules: ['team-a', 'team-b'].map((project) => ({
    name: project,
    projects: [project],
    namespaces: ['shop'],
    stores: [{ administrator: 'aws', keys: [`${project}/**`] }],
  })),
})

function application(project = 'team-a'): string {
  const data = Array.from({ length: KEYS }, (_, index) => `  - {secretKey: k${index}, remoteRef: {key: ${project}/${index}}}\n`)
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app}
spec:
  refreshInterval: 1h
  secretStoreRef: {name: aws, kind: ClusterSecretStore}
  data:
${data.join('')}`
}

let aws: AwsEmulator

before(async () => {
  aws = await startAwsEmulator()
  for (const project of ['team-a', 'team-b'])
    for (let index = 0; index < KEYS; index++) aws.putSecret(`${project}/${index}`, CANARY)
})
after(() => aws.close())
beforeEach(() => {
  aws.control.latencyMs = 0
})

function start(given: DaemonStart = {}): Promise<DaemonProcess> {
  return startDaemonProcess({
    policy: { 'policy.yaml': POLICY },
    ...given,
    environment: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: TEST_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TEST_KEY.secretAccessKey,
    },
  })
}

/** As the client asks, without a process of its own. */
async function ask(
  { socket }: DaemonProcess,
  request: Readonly<Record<string, string>> = {},
  manifests = application(),
): Promise<ExpandAnswer & { readonly status: number }> {
  const environment = new Map(Object.entries({ ...ARGO_REQUEST, ...request }))
  const files = [{ name: 'app.yaml', bytes: Buffer.from(manifests) }]
  const { status, body } = await unixExchange(
    socket,
    encodeExpandRequest({ command: 'generate', environment, files, timeoutMs: 20_000 }),
    20_000,
  )
  return { status, ...decodeExpandAnswer(body) }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 10) {
    assert.ok(waited < 10_000, 'it does not happen')
    await sleep(10)
  }
}

describe('what the daemon keeps warm', () => {
  test('a second render asks the provider nothing, and a hundred more at once neither', async () => {
    await using daemon = await start()
    const before = aws.control.calls
    const first = await ask(daemon)
    assert.equal(first.report, '')
    assert.equal(first.exitCode, 0)
    assert.match(Buffer.from(first.output).toString(), new RegExp(ENCODED))
    const calls = aws.control.calls - before
    assert.ok(calls > 0)
    const others = await Promise.all(Array.from({ length: 100 }, () => ask(daemon)))
    for (const other of others) assert.deepEqual(other.output, first.output)
    assert.equal(aws.control.calls - before, calls)
  })

  test('200 renders at once that find nothing kept make the calls of one', async () => {
    await using daemon = await start({ flags: ['--cache-ttl', '60000'] })
    aws.control.latencyMs = 20
    const before = aws.control.calls
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(daemon, { ARGOCD_APP_NAME: `app-${index}` })))
    assert.deepEqual(
      answers.map(({ exitCode }) => exitCode).filter((code) => code !== 0),
      [],
    )
    assert.equal(aws.control.calls - before, 1)
  })

  test('what one tenant has read is not there for another', async () => {
    await using daemon = await start()
    assert.equal((await ask(daemon)).exitCode, 0)
    const stolen = await ask(daemon, { ARGOCD_APP_PROJECT_NAME: 'team-b' })
    assert.equal(stolen.exitCode, 5)
    assert.match(stolen.report, /AccessDenied/)
    assert.equal((await ask(daemon, { ARGOCD_APP_PROJECT_NAME: 'team-b' }, application('team-b'))).exitCode, 0)
  })
})

describe('a provider that is away', () => {
  test('changes no output: the last good value stands in, the audit says so, and a restart keeps it', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'state-'))
    await mkdir(path.join(folder, 'keys'))
    await writeFile(path.join(folder, 'keys/v1'), Buffer.alloc(32, 7))
    const kept = ['--keys', path.join(folder, 'keys'), '--state', path.join(folder, 'state'), '--cache-ttl', '0']
    const flags = [...kept, '--call-timeout', '200']
    const first = await start({ flags })
    const good = await ask(first)
    assert.equal(good.report, '')
    await first[Symbol.asyncDispose]()

    await using daemon = await start({ flags })
    aws.control.latencyMs = 5_000
    const stale = await ask(daemon)
    assert.deepEqual([stale.exitCode, stale.report], [0, ''])
    assert.deepEqual(stale.output, good.output)
    assert.match(daemon.log(), /team-a\/0@\S+ \(stale\).*"message":"rendered"/)
    await rm(folder, { recursive: true })
  })
})

describe('a daemon with more than it can do', () => {
  test('refuses what finds the queue full, at once and in words, and answers the rest', async () => {
    await using daemon = await start({ flags: ['--max-renders', '1', '--max-waiting', '1', '--cache-ttl', '0'] })
    aws.control.latencyMs = 500
    const answers = await Promise.all([ask(daemon), ask(daemon), ask(daemon), ask(daemon)])
    const refused = answers.filter(({ status }) => status === 503)
    assert.deepEqual([refused.length, answers.filter(({ exitCode }) => exitCode === 0).length], [2, 2])
    for (const { exitCode, report } of refused) {
      assert.equal(exitCode, 6)
      assert.match(report, /Throttled.*\n.*renders waiting already\n.*--max-renders/)
    }
  })

  test('ends what it was told to stop: running renders finish, nothing new is taken', async () => {
    await using daemon = await start()
    aws.control.latencyMs = 500
    const running = ask(daemon)
    const before = aws.control.calls
    await until(() => aws.control.calls > before)
    const exited = once(daemon.child, 'exit')
    daemon.child.kill('SIGTERM')
    await until(() => daemon.log().includes('"message":"stopping"'))
    await assert.rejects(ask(daemon), /no daemon listens/)
    assert.equal((await running).exitCode, 0)
    assert.deepEqual(await exited, [0, null])
  })

  test('ends renders that outlast the grace, with a report for their clients', async () => {
    await using daemon = await start({ flags: ['--grace', '100'] })
    aws.control.latencyMs = 8_000
    const running = ask(daemon)
    const before = aws.control.calls
    await until(() => aws.control.calls > before)
    const exited = once(daemon.child, 'exit')
    daemon.child.kill('SIGTERM')
    const { exitCode, report } = await running
    assert.equal(exitCode, 6)
    assert.match(report, /Deadline/)
    assert.deepEqual(await exited, [0, null])
  })
})

describe('one side that dies', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'client-'))
    await bundleClient(folder)
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}')
    await mkdir(path.join(folder, 'app'))
    await writeFile(path.join(folder, 'app/app.yaml'), application())
  })
  after(() => rm(folder, { recursive: true }))

  function client(daemon: DaemonProcess) {
    return spawn(process.execPath, [path.join(folder, 'client.js'), 'generate', '.'], {
      cwd: path.join(folder, 'app'),
      env: { PATH: process.env['PATH'] ?? '', ARGOCD_EXTERNAL_SECRETS_SOCKET: daemon.socket, ...ARGO_REQUEST },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  test('a client that is killed takes its render with it, and nothing else', async () => {
    await using daemon = await start()
    aws.control.latencyMs = 8_000
    const killed = client(daemon)
    const before = aws.control.calls
    await until(() => aws.control.calls > before)
    killed.kill('SIGKILL')
    await until(() => /"outcome":"Deadline".*"message":"not rendered"/.test(daemon.log()))
    aws.control.latencyMs = 0
    const next = client(daemon)
    const [output, report] = await Promise.all([text(next.stdout), text(next.stderr)])
    assert.equal(report, '')
    assert.match(output, new RegExp(ENCODED))
  })

  test('a daemon that is killed leaves its client with the remedy, and no output', async () => {
    await using daemon = await start()
    aws.control.latencyMs = 8_000
    const waiting = client(daemon)
    const before = aws.control.calls
    await until(() => aws.control.calls > before)
    daemon.child.kill('SIGKILL')
    const [output, report] = await Promise.all([text(waiting.stdout), text(waiting.stderr)])
    assert.equal(output, '')
    aws.control.latencyMs = 0
    assert.match(report, /the daemon went away.*\n.*container daemon/)
    await using successor = await start({ flags: ['--socket', daemon.socket] })
    assert.equal((await ask({ ...successor, socket: daemon.socket })).exitCode, 0)
  })
})

describe('what the daemon tells', () => {
  test('who got which keys in which versions, in its log, its metrics and its reports; no value anywhere', async () => {
    const posted: string[] = []
    let refusals = 1
    const receive = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
      const body = await text(incoming)
      if (refusals-- > 0) outgoing.writeHead(503).end()
      else {
        posted.push(body)
        outgoing.writeHead(204).end()
      }
    }
    const receiver = createServer((incoming, outgoing) => void receive(incoming, outgoing))
    receiver.listen(0, '127.0.0.1').unref()
    await once(receiver, 'listening')
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/reports`
    await using daemon = await start({ flags: ['--listen', '127.0.0.1:0', '--report-url', url] })
    await ask(daemon)
    await ask(daemon, { ARGOCD_APP_REVISION: 'streamed' })
    await ask(daemon, { KUBE_VERSION: '' })
    await ask(daemon, {}, application('team-b'))
    await until(() => posted.length === 2)

    const address = /"addresses":"[^"]* (127\.0\.0\.1:\d+)"/.exec(daemon.log())?.[1]
    const [metrics, ready, healthy] = await Promise.all(
      ['metrics', 'readyz', 'healthz'].map(async (page) => (await fetch(`http://${address}/${page}`)).text()),
    )
    assert.match(metrics ?? '', /argocd_external_secrets_renders_total\{outcome="ok"\} 3/)
    assert.match(metrics ?? '', /argocd_external_secrets_renders_total\{outcome="AccessDenied"\} 1/)
    assert.match(metrics ?? '', /provider_reads_total\{provider="aws",store="aws",outcome="ok"\} 4/)
    assert.match(metrics ?? '', new RegExp(`policy_refusals_total\\{how="enforced"\\} ${KEYS}`))
    assert.match(metrics ?? '', /render_phase_seconds_count\{phase="fetch"\} 1/)
    assert.match(ready ?? '', /^policy: \S+ \(enforce\)\nkeys: /)
    assert.equal(healthy, 'ok\n')

    assert.match(daemon.log(), /"project":"team-a","application":"shop".*"revision":"f00f".*aws team-a\/0@.*"message":"rendered"/)
    const [report, refused] = posted.map((body): unknown => JSON.parse(body)) as [
      Record<string, unknown>,
      Record<string, unknown>,
    ]
    assert.deepEqual([report['outcome'], refused['outcome']], ['ok', 'AccessDenied'])
    const [read] = report['reads'] as Record<string, unknown>[]
    assert.match(String(read?.['version']), /^[\w-]{36}$/)
    assert.deepEqual(
      { ...read, version: '' },
      {
        externalSecret: 'shop/app',
        store: 'ClusterSecretStore aws',
        provider: 'aws',
        key: 'team-a/0',
        keyPrefix: '',
        requestedVersion: '',
        part: 'value',
        version: '',
        refreshInterval: '1h',
        isHook: false,
        stale: false,
      },
    )
    for (const said of [daemon.log(), metrics ?? '', ...posted]) {
      assert.ok(!said.includes(CANARY))
      assert.ok(!said.includes(ENCODED))
    }
  })
})
