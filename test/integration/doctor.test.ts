import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import express from 'express'
import { startDaemonProcess } from '../support/daemon-process.ts'
import { listen } from '../support/emulator.ts'
import { externalSecret } from '../support/render-cases.ts'
import { type CliResult, runCli } from '../support/run-cli.ts'

const POLICY = {
  apiVersion: 'argocd-external-secrets.io/v1',
  kind: 'TenancyPolicy',
  metadata: { name: 'teams' },
  stores: [
    { kind: 'ClusterSecretStore', metadata: { name: 'here' }, spec: { provider: { fake: { data: [] } } } },
    {
      kind: 'ClusterSecretStore',
      metadata: { name: 'away' },
      spec: {
        provider: {
          vault: {
            server: 'http://127.0.0.1:9',
            path: 'secret',
            auth: { tokenSecretRef: { name: 'vault', namespace: 'argocd', key: 'token' } },
          },
        },
      },
    },
  ],
  rules: [{ name: 'all', projects: ['*'], namespaces: ['*'], stores: [{ administrator: 'here', keys: ['**'] }] }],
}

async function doctor(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  return runCli(['doctor', ...words], { environment })
}

describe("in the client's container", () => {
  test('without a daemon it says so, with the remedy', async () => {
    const { stdout, exitCode } = await doctor(['--socket', '/nowhere/daemon.sock'])
    assert.match(stdout, /^WRONG {4}socket: there is no folder \/nowhere\n {9}-> start the daemon/m)
    assert.equal(exitCode, 6)
  })

  test('programs are given the same as one object', async () => {
    const words = ['--socket', '/nowhere/daemon.sock']
    const [text, json] = [await doctor(words), await doctor([...words, '--output', 'json'])]
    const { isWell, findings } = JSON.parse(json.stdout) as {
      readonly isWell: boolean
      readonly findings: readonly {
        readonly check: string
        readonly state: string
        readonly text: string
        readonly remedy?: string
      }[]
    }
    assert.deepEqual([isWell, json.exitCode], [false, 6])
    const lines = findings.flatMap(({ check, text: found, remedy }) => [
      `${check}: ${found}`,
      ...(remedy ? [`-> ${remedy}`] : []),
    ])
    assert.deepEqual(
      text.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(9)),
      lines,
    )
    assert.equal(findings.find(({ check }) => check === 'socket')?.state, 'wrong')
  })

  test('with a daemon that answers', async () => {
    await using daemon = await startDaemonProcess()
    const { stdout } = await doctor(['--socket', daemon.socket])
    assert.match(stdout, /^ok {7}socket: the daemon answers at /m)
    assert.match(stdout, /^skipped {2}policy: /m)
  })

  test('a server that logs what is rendered is wrong', async () => {
    const { stdout } = await doctor(['--socket', '/nowhere/daemon.sock'], { ARGOCD_CMP_SERVER_LOGLEVEL: 'debug' })
    assert.match(stdout, /^WRONG {4}argo cd: argocd-cmp-server logs at debug/m)
  })
})

test('a suggested policy allows the very render that it was made from, and nothing else', async () => {
  const store = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: store}
spec: {provider: {fake: {data: [{key: db, value: '{"password":"x"}'}]}}}
`
  const app = externalSecret().replace('  namespace: default\n', '')
  const { stdout, exitCode } = await runCli(
    ['doctor', '--suggest-policy', '-', '--project', 'team-a', '--application', 'shop', '--namespace', 'shop'],
    {
      input: `${store}---\n${app}`,
    },
  )
  assert.equal(exitCode, 0)
  await using daemon = await startDaemonProcess({ policy: { 'policy.yaml': stdout } })
  const files = { 'store.yaml': store, 'app.yaml': app }
  const allowed = await daemon.generate(files)
  assert.ok(allowed.ok, allowed.ok ? '' : allowed.error)
  assert.ok(!(await daemon.generate(files, { ARGOCD_APP_NAME: 'other' })).ok)
  assert.ok(!(await daemon.generate({ ...files, 'app.yaml': app.replace('key: db', 'key: other') })).ok)
})

test('what a dry run lets pass is in the log of the daemon, and a policy that is made of the log allows it', async () => {
  const files = {
    'store.yaml': `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: store}
spec: {provider: {fake: {data: [{key: db, value: '{"password":"canary-1"}'}]}}}
`,
    'app.yaml': externalSecret().replace('  namespace: default\n', ''),
  }
  const head = { apiVersion: 'argocd-external-secrets.io/v1', kind: 'TenancyPolicy', metadata: { name: 'dry' }, mode: 'dryRun' }
  let log: string
  {
    await using dry = await startDaemonProcess({ policy: { 'policy.json': JSON.stringify(head) } })
    assert.ok((await dry.generate(files)).ok)
    log = dry.log()
  }
  assert.doesNotMatch(log, /canary/)
  const { stdout } = await runCli(['doctor', '--suggest-policy', '-'], { input: log })
  await using daemon = await startDaemonProcess({ policy: { 'policy.yaml': stdout } })
  assert.ok((await daemon.generate(files)).ok)
  assert.ok(!(await daemon.generate(files, { ARGOCD_APP_PROJECT_NAME: 'other' })).ok)
})

describe("in the daemon's container", () => {
  test('the policy, and each store of the administrator with what it lacks', async () => {
    await using daemon = await startDaemonProcess({
      policy: { 'policy.yaml': JSON.stringify(POLICY) },
      credentials: { 'argocd/vault/token': 'canary-token' },
    })
    const words = [
      '--socket',
      daemon.socket,
      '--policy',
      path.join(daemon.folder, 'policy'),
      '--credentials',
      path.join(daemon.folder, 'credentials'),
    ]
    const { stdout, exitCode } = await doctor([...words, '--call-timeout', '500', '--timeout', '3000'])
    assert.match(stdout, /^ok {7}policy: 1 rules, 2 stores, enforce \([0-9a-f]{12}\)$/m)
    assert.match(stdout, /^ok {7}stores: ClusterSecretStore here: answers$/m)
    assert.match(stdout, /^WRONG {4}stores: ClusterSecretStore away: .*127\.0\.0\.1:9.*\n {9}-> /m)
    assert.doesNotMatch(stdout, /canary-token/)
    assert.equal(exitCode, 6)
  })

  test('a broken policy is told with file and line', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'policy-'))
    await writeFile(
      path.join(folder, 'policy.yaml'),
      'apiVersion: argocd-external-secrets.io/v1\nkind: TenancyPolicy\nmetadata: {name: x}\nrulez: []\n',
    )
    const { stdout } = await doctor(['--socket', '/nowhere/daemon.sock', '--policy', folder])
    assert.match(stdout, /^WRONG {4}policy: policy\.yaml:\d+: /m)
    await rm(folder, { recursive: true })
  })

  test('the way to each endpoint, and how far the clock is off', async () => {
    await using server = await vaultServer()
    const folder = await policyFolder({ ...POLICY, stores: [vaultStore(server.url)] })
    const words = ['--socket', '/nowhere/daemon.sock', '--policy', folder, '--timeout', '3000']
    const direct = await doctor(words)
    const host = new URL(server.url).host
    assert.match(direct.stdout, new RegExp(`^ok {7}network: ${host}: answers directly, for ClusterSecretStore vault$`, 'm'))
    assert.match(direct.stdout, /^WRONG {4}clock: \d+ s ahead of the endpoints of the stores: .*\n {9}-> set the clock/m)

    const proxied = await doctor(words, { HTTP_PROXY: 'http://user:canary@127.0.0.1:9' })
    assert.match(proxied.stdout, /^WRONG {4}network: .*tried through the proxy 127\.0\.0\.1:9, for .*\n {9}-> .*NO_PROXY/m)
    assert.match(proxied.stdout, /^skipped {2}clock: /m)
    assert.doesNotMatch(proxied.stdout, /canary/)
    await rm(folder, { recursive: true })
  })

  test('a key that the user names is read, and not shown', async () => {
    const data = [{ key: 'shop/db', value: 'canary-1' }]
    const here = { kind: 'ClusterSecretStore', metadata: { name: 'here' }, spec: { provider: { fake: { data } } } }
    const folder = await policyFolder({ ...POLICY, stores: [here] })
    const words = ['--socket', '/nowhere/daemon.sock', '--policy', folder]
    const found = await doctor([...words, '--key', 'here=shop/db'])
    assert.match(found.stdout, /^ok {7}stores: ClusterSecretStore here: "shop\/db" can be read$/m)
    assert.doesNotMatch(found.stdout, /canary/)
    const missing = await doctor([...words, '--key', 'here=shop/other'])
    assert.match(missing.stdout, /^WRONG {4}stores: ClusterSecretStore here: "shop\/other": /m)
    const elsewhere = await doctor([...words, '--key', 'there=shop/db'])
    assert.match(elsewhere.stdout, /^WRONG {4}stores: no store there in the policy/m)
    await rm(folder, { recursive: true })
  })

  test('the keys, who may read them, and how a further one is made', async () => {
    const folder = await policyFolder(POLICY)
    const words = ['--socket', '/nowhere/daemon.sock', '--keys']
    await writeFile(path.join(folder, 'v1'), 'canary'.repeat(6), { mode: 0o640 })
    await writeFile(path.join(folder, 'v3'), 'canary'.repeat(7), { mode: 0o644 })
    const { stdout } = await doctor([...words, folder])
    assert.match(stdout, /^ok {7}keys: v3, here for 0 days; v1, here for 0 days$/m)
    assert.match(stdout, /^doubt {4}keys: every user of this container may read v3\n {9}-> mount/m)
    assert.match(stdout, /^ok {7}keys: a further version is made with: openssl rand -out v4 32 && kubectl .*"v4/m)
    assert.doesNotMatch(stdout, /canary/)
    await writeFile(path.join(folder, 'v3'), 'short')
    assert.match(
      (await doctor([...words, folder])).stdout,
      /^WRONG {4}keys: .*v3.* has 5 bytes.*\n {9}-> make keys with: openssl/m,
    )
    await rm(folder, { recursive: true })
  })
})

async function policyFolder(policy: object): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'policy-'))
  await writeFile(path.join(folder, 'policy.yaml'), JSON.stringify(policy))
  return folder
}

function vaultStore(server: string): object {
  const tokenSecretRef = { name: 'vault', namespace: 'argocd', key: 'token' }
  const vault = { server, path: 'secret', auth: { tokenSecretRef } }
  return { kind: 'ClusterSecretStore', metadata: { name: 'vault' }, spec: { provider: { vault } } }
}

/** Answers everything, by a clock that stands. */
async function vaultServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const app = express()
  app.use((_incoming, outgoing) => {
    outgoing.set('date', 'Thu, 01 Jan 2026 00:00:00 GMT').status(404).send('{}')
  })
  const server = await listen(app)
  return { url: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.close() }
}
