import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { CONFIG_MAPS, SECRETS } from '../../plugin/kube/core-resources.ts'
import type { KubeObject } from '../../plugin/kube/kube-object.ts'
import type { Resource } from '../../plugin/kube/resource.ts'
import { startKubeEmulator } from '../support/emulators/kube/start-kube-emulator.ts'
import { type CliResult, runCli } from '../support/run-cli.ts'

const THINGS: Resource = { group: 'example.com', version: 'v1', plural: 'things', kind: 'Thing', isNamespaced: true }

const manifests = (password: string, extra = ''): string => `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: fake, namespace: shop}
spec: {provider: {fake: {data: [{key: user, value: alpha}, {key: password, value: ${password}}]}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app, namespace: shop}
spec:
  secretStoreRef: {name: fake}
  data:
    - {secretKey: user, remoteRef: {key: user}}
    - {secretKey: password, remoteRef: {key: password}}
${extra}`

interface Folder {
  readonly write: (name: string, text: string) => Promise<void>
  readonly diff: (words: readonly string[], input?: string) => Promise<CliResult>
}

async function folderOf(t: TestContext): Promise<Folder> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'diff-'))
  t.after(() => rm(directory, { recursive: true }))
  return {
    write: (name, text) => writeFile(path.join(directory, name), text),
    diff: (words, input = '') => runCli(['diff', ...words], { input, directory }),
  }
}

const GENERIC = ['--generic-targets', 'ConfigMap,example.com/Thing']

/** The same with a ConfigMap, or with another target that has a template. */
const others = (password: string, template = false): string =>
  manifests(password).replace(
    '  data:\n',
    template
      ? '  target: {manifest: {apiVersion: example.com/v1, kind: Thing}, template: {templateFrom: [{target: "spec.a[0]", literal: "p: {{ .password }}"}, {target: spec.b, literal: "{{ .user }}"}]}}\n  data:\n'
      : '  target: {manifest: {apiVersion: v1, kind: ConfigMap}}\n  data:\n',
  )

describe('diff of objects that are no Secrets', { concurrency: 2 }, () => {
  for (const [what, template, told] of [
    ['fetched keys', false, '~ ConfigMap shop/app\n    ~ field data.password\n'],
    ['the fields that templates write', true, '~ example.com/Thing shop/app\n    ~ field spec.a[0]\n'],
  ] as const) {
    test(`tells ${what}, against a former render and a cluster`, async (t) => {
      const { write, diff } = await folderOf(t)
      const before = await runCli(['generate', ...GENERIC, '--output', 'json', '-'], { input: others('beta', template) })
      await write('before.yaml', before.stdout)
      const kube = await startKubeEmulator({ namespaces: ['shop'], resources: [THINGS] })
      t.after(() => kube.close())
      await write('kubeconfig', kube.kubeconfig)
      kube.put(template ? THINGS : CONFIG_MAPS, JSON.parse(before.stdout))
      for (const where of [
        ['--against', 'before.yaml'],
        ['--cluster', '--kubeconfig', 'kubeconfig'],
      ]) {
        const changed = await diff([...where, ...GENERIC, '-'], others('gamma', template))
        assert.equal(changed.stdout, `${told}\n0 added, 0 removed, 1 changed, 0 the same\n`, changed.stderr)
        const same = await diff([...where, ...GENERIC, '-'], others('beta', template))
        assert.equal(same.stdout, 'nothing differs: 1 object is the same\n', same.stderr)
      }
    })
  }
})

describe('diff against a former render', { concurrency: 2 }, () => {
  test('tells what changed, exits with 0, and with 10 where that is asked for', async (t) => {
    const { write, diff } = await folderOf(t)
    const { stdout } = await runCli(['generate', '-'], { input: manifests('beta') })
    await write('before.yaml', stdout)
    const [plain, strict, same] = await Promise.all([
      diff(['--against', 'before.yaml', '-'], manifests('gamma')),
      diff(['--against', 'before.yaml', '--exit-code', '-'], manifests('gamma')),
      diff(['--against', 'before.yaml', '--exit-code', '-'], manifests('beta')),
    ])
    assert.equal(plain.stdout, '~ Secret shop/app\n    ~ key password\n\n0 added, 0 removed, 1 changed, 0 the same\n')
    assert.deepEqual([plain.exitCode, plain.stderr], [0, ''])
    assert.equal(strict.exitCode, 10)
    assert.equal(same.stdout, 'nothing differs: 1 Secret is the same\n')
    assert.equal(same.exitCode, 0)
  })

  test('prints the documented JSON, with digests where they are asked for', async (t) => {
    const { write, diff } = await folderOf(t)
    const { stdout } = await runCli(['generate', '-'], { input: manifests('beta') })
    await write('before.yaml', stdout)
    const result = await diff(['--against', 'before.yaml', '--output', 'json', '--digests', '-'], manifests('gamma'))
    const { secrets, ...rest } = JSON.parse(result.stdout)
    assert.deepEqual(rest, { version: 1, same: 0 })
    const [{ keys, ...secret }] = secrets
    assert.deepEqual(secret, { namespace: 'shop', name: 'app', change: 'changed', labels: [], annotations: [] })
    assert.match(
      JSON.stringify(keys),
      /^\[\{"name":"password","change":"changed","before":"[\da-f]{12}","after":"[\da-f]{12}"\}\]$/,
    )
  })

  test('compares nothing when the render fails, and exits with its code', async (t) => {
    const { write, diff } = await folderOf(t)
    await write('before.yaml', '')
    const result = await diff(['--against', 'before.yaml', '-'], manifests('beta').replace('{key: user}}', '{key: absent}}'))
    assert.equal(result.exitCode, 4)
    assert.equal(result.stdout, '')
    assert.match(result.stderr, /nothing was compared/)
  })

  test('refuses a former render that cannot be read, both at once, and none', async (t) => {
    const { write, diff } = await folderOf(t)
    await write('before.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: {name: a\n')
    const broken = await diff(['--against', 'before.yaml', '-'], manifests('beta'))
    assert.equal(broken.exitCode, 3)
    assert.match(broken.stderr, /before\.yaml:\d+: InvalidSpec/)
    const [both, none, twice] = await Promise.all([
      diff(['--against', 'before.yaml', '--cluster', '-'], manifests('beta')),
      diff(['-'], manifests('beta')),
      diff(['--against', '-', '-'], manifests('beta')),
    ])
    assert.deepEqual([both.exitCode, none.exitCode, twice.exitCode], [2, 2, 2])
    assert.match(none.stderr, /one of --against and --cluster is needed/)
  })

  test('refuses to work inside Argo CD', async () => {
    const words = ['diff', '--against', '/dev/null', '-']
    const result = await runCli(words, { input: manifests('beta'), environment: { ARGOCD_APP_NAME: 'shop' } })
    assert.equal(result.exitCode, 5)
    assert.equal(result.stdout, '')
    assert.match(result.stderr, /inside Argo CD nothing is compared/)
  })
})

type SecretObject = KubeObject & { readonly type: string; readonly data: Readonly<Record<string, string>> }

test('diff against a cluster tells what an apply would change, and leaves out what others have there', async (t) => {
  const emulator = await startKubeEmulator({ resources: [], namespaces: ['shop'] })
  t.after(() => emulator.close())
  const { write, diff } = await folderOf(t)
  await write('kubeconfig', emulator.kubeconfig)
  const data = { user: Buffer.from('alpha').toString('base64'), password: Buffer.from('old').toString('base64'), extra: '' }
  const app: SecretObject = { metadata: { name: 'app', namespace: 'shop', labels: { theirs: 'a' } }, type: 'Opaque', data }
  emulator.put(SECRETS, app)
  const other = manifests('beta').replaceAll('name: app', 'name: other')
  const input = manifests('beta', `---\n${other.slice(other.indexOf('---') + 4)}`)
  const { stdout, stderr, exitCode } = await diff(['--cluster', '--kubeconfig', 'kubeconfig', '--exit-code', '-'], input)
  assert.equal(stderr, '')
  assert.equal(exitCode, 10)
  assert.equal(
    stdout,
    [
      '~ Secret shop/app',
      '    - key extra',
      '    ~ key password',
      '+ Secret shop/other',
      '    + type Opaque',
      '    + key password',
      '    + key user',
      '',
      '1 added, 0 removed, 1 changed, 0 the same',
      '',
    ].join('\n'),
  )
})

for (const [what, words, environment] of [
  ['--kubeconfig', ['--kubeconfig', 'kubeconfig'], {}],
  ['each file of --kubeconfig', ['--kubeconfig', ['none', 'kubeconfig'].join(path.delimiter)], {}],
  ['KUBECONFIG', [], { KUBECONFIG: 'kubeconfig' }],
] as const) {
  test(`${what} is relative to where the user stands, not to where npm runs`, async (t) => {
    const emulator = await startKubeEmulator({ resources: [], namespaces: ['shop'] })
    const directory = await mkdtemp(path.join(os.tmpdir(), 'diff-'))
    t.after(() => Promise.all([emulator.close(), rm(directory, { recursive: true })]))
    await writeFile(path.join(directory, 'kubeconfig'), emulator.kubeconfig)
    await writeFile(path.join(directory, 'none'), 'apiVersion: v1\nkind: Config\n')
    const byNpm = { npm_lifecycle_event: 'cli', npm_package_name: 'argocd-external-secrets', INIT_CWD: directory }
    const options = { input: manifests('beta'), environment: { ...byNpm, ...environment } }
    const { stdout, stderr, exitCode } = await runCli(['diff', '--cluster', ...words, '-'], options)
    assert.deepEqual([exitCode, stderr], [0, ''])
    assert.match(stdout, /^\+ Secret shop\/app/)
  })
}
