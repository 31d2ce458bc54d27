import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bundleProgram } from '../../.ci/build.ts'
import { type Backends, startBackends } from '../demo/backends.ts'
import { startDaemonProcess } from '../support/daemon-process.ts'
import { STORE } from '../support/render.ts'
import { externalSecret } from '../support/render-cases.ts'
import { runCli } from '../support/run-cli.ts'

// The bundle leaves parts of SDKs out and takes Node's modules in its own way: what the sources do, it must do as well.
describe('the bundle', () => {
  let folder: string
  let main: string
  let backends: Backends

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'bundle-'))
    main = path.join(folder, 'main.js')
    await bundleProgram(folder)
    backends = await startBackends()
  })
  after(async () => {
    await backends.close()
    await rm(folder, { recursive: true })
  })

  test('renders all examples, from all providers, to the same bytes as the sources', async () => {
    const fromSources = await runCli(['generate', 'manifests/examples'], { environment: backends.environment })
    const fromBundle = await runCli(['generate', 'manifests/examples'], { environment: backends.environment, main })
    assert.equal(fromBundle.exitCode, 0, fromBundle.stderr)
    assert.equal(fromBundle.stdout, fromSources.stdout)
    assert.equal(fromBundle.stderr, fromSources.stderr)
  })

  test('works where no code may be generated from strings', async () => {
    const strict = ['--disallow-code-generation-from-strings']
    const { exitCode, stderr } = await runCli(['generate', 'manifests/examples/handlebars.yaml'], { main, nodeFlags: strict })
    assert.equal(exitCode, 0, stderr)
  })

  test('as a daemon, renders what takes long in a thread of its own', async () => {
    const policy = JSON.stringify({
      apiVersion: 'argocd-external-secrets.io/v1',
      kind: 'TenancyPolicy',
      metadata: { name: 'all' },
      rules: [{ name: 'all', projects: ['**'], namespaces: ['**'], stores: [{ provider: 'fake', keys: ['**'] }] }],
    })
    await using daemon = await startDaemonProcess({ main, policy: { 'policy.yaml': policy } })
    const long = '{{ range until 200 }}{{ range until 400 }}{{ end }}{{ end }}done'
    const target = `{template: {data: {long: ${JSON.stringify(long)}}}}`
    const answer = await daemon.generate({
      'store.yaml': STORE.replace(', namespace: default', '').replace(
        'data: []',
        'data: [{key: db, value: \'{"password":"x"}\'}]',
      ),
      'app.yaml': externalSecret({ target }).replace('  namespace: default\n', ''),
    })
    assert.ok(answer.ok, answer.ok ? '' : answer.error)
    assert.match(answer.output, new RegExp(Buffer.from('done').toString('base64')))
  })

  test('says its version and its help', async () => {
    assert.match((await runCli(['version'], { main })).stdout, /^argocd-external-secrets \d/)
    assert.match((await runCli(['generate', '--help'], { main })).stdout, /Examples:/)
  })
})
