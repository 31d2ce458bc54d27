import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { ARGO_REQUEST, startDaemonProcess } from '../support/daemon-process.ts'
import { callPlugin, manifestsOf, type PluginUpload } from '../support/fake-repo-server.ts'
import { externalSecret } from '../support/render-cases.ts'

const CANARY = 'canary-4711'
const STORE = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: store}
spec: {provider: {fake: {data: [{key: db, value: '{"password":"${CANARY}"}'}]}}}
`
const SECRET = externalSecret().replace('  namespace: default\n', '')
const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n'
const ALLOWS_FAKE = JSON.stringify({
  apiVersion: 'argocd-external-secrets.io/v1',
  kind: 'TenancyPolicy',
  metadata: { name: 'teams' },
  rules: [{ name: 'fake', projects: ['team-*'], namespaces: ['shop'], stores: [{ provider: 'fake', keys: ['db'] }] }],
})

describe('a daemon without a policy', () => {
  test('refuses every render that needs a store, and renders what needs none', async () => {
    await using daemon = await startDaemonProcess()
    const refused = await daemon.generate({ 'store.yaml': STORE, 'app.yaml': SECRET })
    assert.ok(!refused.ok)
    assert.match(refused.error, /exit status 5: error: .*AccessDenied/s)
    assert.match(refused.error, /app\.yaml:\d+.*ExternalSecret app/s)
    assert.deepEqual((await daemon.generate({ 'pod.yaml': POD })).ok, true)
  })
})

describe('a daemon with a policy', () => {
  test('lets a default stand in for what is missing, and says so in its audit', async () => {
    await using daemon = await startDaemonProcess({ policy: { 'policy.yaml': ALLOWS_FAKE } })
    const rule = `metadata:\n  annotations: {argocd-external-secrets.io/when-missing: '{level: {default: "info"}}'}`
    const spec = '  data: [{secretKey: level, remoteRef: {key: db, property: level}}]'
    const app = externalSecret({ spec }).replace('metadata:', rule).replace('  namespace: default\n', '')
    const rendered = await daemon.generate({ 'store.yaml': STORE, 'app.yaml': app })
    assert.ok(rendered.ok, rendered.ok ? '' : rendered.error)
    assert.match(JSON.stringify(rendered.manifests), new RegExp(`"level":"${Buffer.from('info').toString('base64')}"`))
    assert.match(daemon.log(), /"standIns":1,"partial":"shop\/app: level was not found; its default stands in"/)
  })

  test('tells in its audit which generators made values, and no value', async () => {
    const policy = ALLOWS_FAKE.replace('"stores"', '"generators":["Fake"],"stores"')
    await using daemon = await startDaemonProcess({ policy: { 'policy.yaml': policy } })
    const generator = `apiVersion: generators.external-secrets.io/v1alpha1
kind: Fake
metadata: {name: words}
spec: {data: {password: ${CANARY}}}
`
    const app = externalSecret({ spec: '  dataFrom: [{sourceRef: {generatorRef: {kind: Fake, name: words}}}]' })
    const files = { 'generator.yaml': generator, 'app.yaml': app.replace('  namespace: default\n', '') }
    const rendered = await daemon.generate(files)
    assert.ok(rendered.ok, rendered.ok ? '' : rendered.error)
    assert.match(daemon.log(), /"generators":"Fake shop\/words"/)
    assert.doesNotMatch(daemon.log(), new RegExp(CANARY))
  })

  test('renders what a rule allows, for the tenant that it names, and for no other', async () => {
    await using daemon = await startDaemonProcess({ policy: { 'policy.yaml': ALLOWS_FAKE } })
    const files = { 'store.yaml': STORE, 'app.yaml': SECRET }
    const rendered = await daemon.generate(files)
    assert.ok(rendered.ok, rendered.ok ? '' : rendered.error)
    assert.deepEqual(rendered.manifests, [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'app' },
        type: 'Opaque',
        data: { password: Buffer.from(CANARY).toString('base64') },
      },
    ])

    for (const request of [
      { ARGOCD_APP_PROJECT_NAME: 'other' },
      { ARGOCD_APP_NAMESPACE: 'elsewhere' },
      { ARGOCD_ENV_ARGOCD_APP_PROJECT_NAME: 'team-a', ARGOCD_APP_PROJECT_NAME: 'x' },
    ]) {
      const refused = await daemon.generate(files, request)
      assert.ok(!refused.ok)
      assert.match(refused.error, /AccessDenied/)
    }
    const otherKey = await daemon.generate({ ...files, 'app.yaml': SECRET.replace('key: db', 'key: other') })
    assert.match(otherKey.ok ? '' : otherKey.error, /does not allow the key "other": no pattern of rule "fake" fits it/)
    assert.doesNotMatch(daemon.log(), new RegExp(CANARY))
    assert.match(daemon.log(), /"project":"team-a","application":"shop".*"message":"rendered"/)
  })

  test('without keys it refuses random functions: every render would change the Secret', async () => {
    await using daemon = await startDaemonProcess({ policy: { 'policy.yaml': ALLOWS_FAKE } })
    const template = SECRET.replace('target: {}', `target: {template: {data: {token: '{{ randAlphaNum 8 }}'}}}`)
    const refused = await daemon.generate({ 'store.yaml': STORE, 'app.yaml': template })
    assert.match(
      refused.ok ? '' : refused.error,
      /exit status 3: .*random functions would give another value.*randAlphaNum.*--keys/s,
    )
  })

  test('uploaded files get placeholders, the hydrator gets its manifests back', async () => {
    await using daemon = await startDaemonProcess({ policy: { 'policy.yaml': ALLOWS_FAKE } })
    const files = { 'store.yaml': STORE, 'app.yaml': SECRET }
    const streamed = await daemon.generate(files, { ARGOCD_APP_REVISION: 'streamed' })
    assert.ok(streamed.ok)
    assert.match(streamed.output, new RegExp(Buffer.from('placeholder').toString('base64')))
    const hydrated = await daemon.generate(files, { KUBE_VERSION: '' })
    assert.ok(hydrated.ok)
    assert.deepEqual(
      hydrated.manifests.map((manifest) => (manifest as { kind: string }).kind),
      ['ExternalSecret', 'SecretStore'],
    )
  })

  test('two daemons do not share a socket, and a folder that others may enter is refused', async () => {
    await using daemon = await startDaemonProcess({ policy: { 'policy.yaml': ALLOWS_FAKE } })
    await assert.rejects(startDaemonProcess({ flags: ['--socket', daemon.socket] }), /another process listens/)
    await assert.rejects(startDaemonProcess({ flags: ['--socket', '/tmp/daemon.sock'] }), /can be entered by others/)
  })

  test('the plugin protocol on a socket of its own gives the same manifests and the same reports', async () => {
    const plugins = await mkdtemp(path.join(os.tmpdir(), 'plugins-'))
    await using daemon = await startDaemonProcess({ policy: { 'policy.yaml': ALLOWS_FAKE }, flags: ['--cmp-socket', plugins] })
    const files = { 'store.yaml': STORE, 'app.yaml': SECRET }
    const socket = path.join(plugins, 'argocd-external-secrets.sock')
    const entries = (given: Readonly<Record<string, string>>): PluginUpload['files'] =>
      Object.entries(given).map(([name, bytes]) => ({ name, bytes }))
    const answer = await callPlugin(socket, 'GenerateManifest', { path: '.', environment: ARGO_REQUEST, files: entries(files) })
    const forked = await daemon.generate(files)
    assert.ok(forked.ok)
    assert.deepEqual(manifestsOf(answer), forked.manifests)

    const other = { ...files, 'app.yaml': SECRET.replace('key: db', 'key: other') }
    const refused = await daemon.generate(other)
    assert.ok(!refused.ok)
    await assert.rejects(
      callPlugin(socket, 'GenerateManifest', { path: '.', environment: ARGO_REQUEST, files: entries(other) }),
      (error: Error & { details: string }) => refused.error.endsWith(error.details.trim()),
    )
    await rm(plugins, { recursive: true })
  })

  test('SIGTERM ends it with 0', async () => {
    const daemon = await startDaemonProcess()
    await daemon[Symbol.asyncDispose]()
    assert.equal(daemon.child.exitCode, 0)
  })
})
