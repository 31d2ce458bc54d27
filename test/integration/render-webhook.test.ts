import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { startWebhookEmulator, type WebhookEmulator } from '../support/emulators/webhook/webhook-emulator.ts'
import { type CliResult, runCli } from '../support/run-cli.ts'

interface Parts {
  readonly labels?: object
  readonly url?: string
  readonly data: readonly object[]
  readonly deletionPolicy?: string
}

describe('a render that asks a webhook', () => {
  let emulator: WebhookEmulator

  before(async () => {
    emulator = await startWebhookEmulator()
    emulator.put('db', Buffer.from('{"user":"ada","password":"pw"}'))
  })
  beforeEach(() => emulator.control.reset())
  after(() => emulator.close())

  function render({ labels = { 'external-secrets.io/type': 'webhook' }, url, data, deletionPolicy }: Parts): Promise<CliResult> {
    const objects = [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login', labels }, stringData: { token: emulator.authorization } },
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'SecretStore',
        metadata: { name: 'store' },
        spec: {
          provider: {
            webhook: {
              url: url ?? `${emulator.url}/text/{{ .remoteRef.key }}`,
              headers: { Authorization: '{{ .login.token }}' },
              secrets: [{ name: 'login', secretRef: { name: 'login' } }],
              result: { jsonPath: '{{ if .remoteRef.property }}$.{{ .remoteRef.property }}{{ end }}' },
            },
          },
        },
      },
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'app' },
        spec: { secretStoreRef: { name: 'store' }, target: { deletionPolicy: deletionPolicy ?? 'Retain' }, data },
      },
    ]
    return runCli(['generate', '-'], { input: objects.map((object) => JSON.stringify(object)).join('\n---\n') })
  }

  const entry = (secretKey: string, key: string, property?: string): object => ({
    secretKey,
    remoteRef: { key, ...(property !== undefined && { property }) },
  })

  test('gets each property of an answer by its own path, in one call', async () => {
    const { stdout, stderr, exitCode } = await render({
      data: [entry('user', 'db', 'user'), entry('password', 'db', 'password'), entry('all', 'db')],
    })
    assert.equal(exitCode, 0, stderr)
    for (const line of [
      'user: YWRh',
      'password: cHc=',
      `all: ${Buffer.from('{"user":"ada","password":"pw"}').toString('base64')}`,
    ])
      assert.ok(stdout.includes(line), `${line} in ${stdout}`)
    assert.equal(emulator.control.calls, 1)
  })

  test('sends no Secret away whose owner has not labelled it so', async () => {
    const { stdout, stderr, exitCode } = await render({ labels: {}, data: [entry('user', 'db', 'user')] })
    assert.equal(exitCode, 5)
    assert.equal(stdout, '')
    assert.match(stderr, /AccessDenied: SecretStore store spec\.provider\.webhook\.secrets\[0\]\.secretRef/)
    assert.match(stderr, /label external-secrets\.io\/type: webhook/)
    assert.equal(emulator.control.calls, 0)
  })

  test('leaves a key out where the server says 404, and only there', async () => {
    const missing = await render({ data: [entry('user', 'db', 'user'), entry('none', 'none')], deletionPolicy: 'Merge' })
    assert.equal(missing.exitCode, 0, missing.stderr)
    assert.doesNotMatch(missing.stdout, /none:/)
    const mistaken = await render({ data: [entry('none', 'db', 'nothing')], deletionPolicy: 'Merge' })
    assert.equal(mistaken.exitCode, 3)
    assert.match(mistaken.stderr, /ExternalSecret app spec\.data\[0\]|JSONPath finds nothing/)
    assert.doesNotMatch(mistaken.stderr, /ada|pw"/)
  })

  test('asks nobody for a store whose host a template decides', async () => {
    const { exitCode, stderr } = await render({ url: 'http://{{ .remoteRef.key }}/', data: [entry('user', 'db')] })
    assert.equal(exitCode, 3)
    assert.match(stderr, /spec\.provider\.webhook\.url/)
  })

  test('an answer that is no JSON is said of the reference, with the field of the store in words', async () => {
    emulator.put('page', Buffer.from('<html>canary</html>'))
    const { exitCode, stderr } = await render({ data: [{ secretKey: 'k', remoteRef: { key: 'page', property: 'a' } }] })
    assert.equal(exitCode, 6)
    assert.match(stderr, /Unavailable: ExternalSecret app spec\.data\[0\]\n {2}the answer is not JSON \(key "page"/)
    assert.match(stderr, /SecretStore "store", spec\.provider\.webhook\.result\.jsonPath\)/)
    assert.doesNotMatch(stderr, /canary/)
  })
})
