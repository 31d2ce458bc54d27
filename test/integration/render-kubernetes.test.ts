import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { putSecret, startRemote } from '../support/emulators/kube/remote-secrets.ts'
import type { KubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { type CliResult, runCli } from '../support/run-cli.ts'

describe('a render that reads another cluster', () => {
  let kube: KubeEmulator
  let token: string

  before(async () => {
    const remote = await startRemote()
    kube = remote.kube
    token = remote.token
    putSecret(kube, 'db', { data: { user: 'ada', config: '{"port":5432,"host":"db.svc"}' }, labels: { team: 'a' } })
    putSecret(kube, 'mq', { data: { user: 'bob' }, labels: { team: 'b' } })
  })
  after(() => kube.close())

  function render(spec: object): Promise<CliResult> {
    const objects = [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, stringData: { token } },
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'SecretStore',
        metadata: { name: 'store' },
        spec: {
          provider: {
            kubernetes: {
              server: { url: kube.url },
              auth: { token: { bearerToken: { name: 'login', key: 'token' } } },
              remoteNamespace: 'remote',
            },
          },
        },
      },
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'app' },
        spec: { secretStoreRef: { name: 'store' }, ...spec },
      },
    ]
    return runCli(['generate', '-'], { input: objects.map((object) => JSON.stringify(object)).join('\n---\n') })
  }

  const base64 = (text: string): string => Buffer.from(text).toString('base64')

  test('gets values, parts of them, all keys and what it finds', async () => {
    const { stdout, stderr, exitCode } = await render({
      data: [
        { secretKey: 'port', remoteRef: { key: 'db', property: 'config.port' } },
        { secretKey: 'team', remoteRef: { key: 'db', property: 'labels.team', metadataPolicy: 'Fetch' } },
      ],
      dataFrom: [{ extract: { key: 'db' } }, { find: { tags: { team: 'b' } } }],
    })
    assert.equal(exitCode, 0, stderr)
    for (const line of [
      `port: ${base64('5432')}`,
      `team: ${base64('a')}`,
      `user: ${base64('ada')}`,
      `mq: ${base64('{"user":"bob"}')}`,
    ])
      assert.ok(stdout.includes(line), `${line} in ${stdout}`)
  })

  test('leaves out what is not there of dataFrom, and never of data', async () => {
    const target = { deletionPolicy: 'Merge' }
    const present = { extract: { key: 'mq' } }
    const extracted = await render({ target, dataFrom: [present, { extract: { key: 'none' } }] })
    assert.equal(extracted.exitCode, 0, extracted.stderr)
    const read = await render({
      target,
      dataFrom: [present],
      data: [{ secretKey: 'k', remoteRef: { key: 'none', property: 'x' } }],
    })
    assert.equal(read.exitCode, 4)
    assert.match(read.stderr, /there is no Secret "none" of namespace "remote"/)
  })
})
