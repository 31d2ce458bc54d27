import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { renderSource } from '../../../plugin/argocd/source/render-source.ts'
import type { SourceRequest } from '../../../plugin/argocd/source/source-request.ts'
import type { SourceTools } from '../../../plugin/argocd/source/source-tools.ts'
import { toolProxies } from '../../../plugin/argocd/source/tool-proxies.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { type Checkout, checkout } from '../../unit/argocd/source/source-folder.ts'
import { countingCache, type RealTools, realTools } from './source-bench.ts'

const CHART = 'apiVersion: v2\nname: shop\nversion: 1.0.0\n'
const TEMPLATE = `kind: ConfigMap
metadata: {name: "{{ .Release.Name }}", namespace: "{{ .Release.Namespace }}"}
data:
  color: {{ .Values.color | quote }}
  size: {{ .Values.size | quote }}
  kube: "{{ .Capabilities.KubeVersion.Version }}"
  has: "{{ .Capabilities.APIVersions.Has "example.com/v1/Thing" }}"
`
const FILES = {
  'app/Chart.yaml': CHART,
  'app/values.yaml': 'color: red\nsize: 1\n',
  'app/templates/map.yaml': TEMPLATE,
  'app/crds/crd.yaml': 'kind: CustomResourceDefinition\nmetadata: {name: things}\n',
  'app/values-prod.yaml': 'color: blue\n',
  'shared/values.yaml': 'color: green\nsize: 7\n',
}

describe('helm sources, by the real helm', () => {
  let real: RealTools
  before(async () => {
    real = await realTools()
  })
  after(() => real[Symbol.dispose]())

  async function rendered(request: SourceRequest, tools: Partial<SourceTools> = {}): Promise<string> {
    const files = await renderSource(request, real.tools(tools))
    assert.deepEqual(
      files.map(({ name }) => name),
      ['helm template'],
    )
    return Buffer.from(files[0]?.bytes ?? []).toString()
  }

  function refused(made: Checkout, parameters: readonly object[], message: RegExp): Promise<void> {
    return assert.rejects(
      renderSource(made.request(parameters), real.tools()),
      (thrown) => thrown instanceof SecretError && thrown.kind === 'InvalidSpec' && message.test(thrown.message),
    )
  }

  test('release, namespace, versions and custom resource definitions are those of Argo CD', async () => {
    using made = checkout(FILES)
    const text = await rendered({ ...made.request(), apiVersions: ['v1', 'example.com/v1/Thing'] })
    assert.match(text, /metadata: {name: "shop", namespace: "team-a"}/)
    assert.match(text, /kube: "v1\.36\.3"[\s\S]*has: "true"/)
    assert.match(text, /kind: CustomResourceDefinition/)
    assert.doesNotMatch(await rendered(made.request([{ name: 'helm-skip-crds', string: 'true' }])), /CustomResourceDefinition/)
  })

  test('without a Kubernetes version helm takes its own', async () => {
    using made = checkout(FILES)
    assert.match(await rendered({ ...made.request(), kubeVersion: '', apiVersions: [] }), /kube: "v1\.\d+/)
  })

  test('values come from files, then from the parameter, then from single ones', async () => {
    using made = checkout(FILES)
    const files = { name: 'helm-value-files', array: ['/shared/values.yaml', 'values-prod.yaml'] }
    assert.match(await rendered(made.request([files])), /color: "blue"\s+size: "7"/)
    const values = { name: 'helm-values', string: 'color: white\n' }
    assert.match(await rendered(made.request([files, values])), /color: "white"\s+size: "7"/)
    const single = { name: 'helm-parameters', map: { color: 'a,b', size: '9' } }
    assert.match(await rendered(made.request([files, values, single])), /color: "a,b"\s+size: "9"/)
  })

  test('value files stay in the repository, also through symbolic links', async () => {
    using made = checkout({
      ...FILES,
      'shared/link.yaml': { link: '/etc/passwd' },
      'app/up.yaml': { link: '../shared/values.yaml' },
    })
    for (const file of ['../../etc/passwd', '/shared/link.yaml', '../../../../../../etc/passwd']) {
      await refused(made, [{ name: 'helm-value-files', array: [file] }], /leads out of the repository/)
    }
    await refused(made, [{ name: 'helm-value-files', array: ['/etc/passwd'] }], /is not there/)
    for (const url of ['https://example.com/v.yaml', 'file:///etc/passwd', 'secrets://x.yaml']) {
      await refused(made, [{ name: 'helm-value-files', array: [url] }], /is a URL/)
    }
    assert.match(await rendered(made.request([{ name: 'helm-value-files', array: ['up.yaml'] }])), /color: "green"/)
  })

  test('a link of the chart out of the repository is refused: helm would read through it', async () => {
    using made = checkout({
      ...FILES,
      'app/files/x': { link: '/etc/hostname' },
      'app/files/y': { link: '../../shared/values.yaml' },
    })
    await refused(made, [], /"files\/x" leads out of the repository/)
  })

  test('a value file that is missing is an error, unless it may be', async () => {
    using made = checkout(FILES)
    const files = { name: 'helm-value-files', array: ['absent.yaml'] }
    await refused(made, [files], /"absent.yaml" is not there/)
    assert.match(
      await rendered(made.request([files, { name: 'helm-ignore-missing-value-files', string: 'true' }])),
      /color: "red"/,
    )
  })

  test('a template that fails is reported by its place, without folders of this container', async () => {
    using made = checkout({ ...FILES, 'app/templates/broken.yaml': '{{ fail "no" }}\n' })
    await assert.rejects(renderSource(made.request(), real.tools()), (thrown) => {
      assert.ok(thrown instanceof SecretError)
      assert.match(thrown.message, /helm template failed \(exit code 1\): .*broken\.yaml:1/)
      assert.doesNotMatch(thrown.message, new RegExp(`${made.root}|${real.temporaryFolder}`))
      return true
    })
  })

  test('nothing of helm can be chosen by the author that runs a program', async () => {
    const marker = path.join(real.temporaryFolder, 'ran')
    using made = checkout({
      ...FILES,
      'app/plugins/evil/plugin.yaml': `name: evil\nversion: 0.1.0\ncommand: touch ${marker}\n`,
      'app/helm/plugins/evil/plugin.yaml': `name: evil\nversion: 0.1.0\ncommand: touch ${marker}\n`,
    })
    for (const value of ['--post-renderer=/bin/sh', '--post-renderer', '-h', '; touch x'])
      await assert.rejects(renderSource(made.request([{ name: 'helm-release-name', string: value }]), real.tools()))
    await rendered(made.request([{ name: 'helm-parameters', map: { color: '--post-renderer=/bin/sh' } }]))
    assert.equal(existsSync(marker), false)
  })

  test('dependencies in the repository are built when helm misses them, and the checkout stays as it came', async () => {
    const dependent = `${CHART}dependencies:\n  - {name: base, version: 1.0.0, repository: "file://../base"}\n`
    using made = checkout({
      ...FILES,
      'app/Chart.yaml': dependent,
      'base/Chart.yaml': CHART.replace('shop', 'base'),
      'base/templates/x.yaml': 'kind: Base\n',
    })
    assert.match(await rendered(made.request()), /kind: Base/)
    assert.equal(existsSync(path.join(made.root, 'app/Chart.lock')), false)
  })

  test('dependencies come from the repository that the chart names, by its lock where there is one', async () => {
    const folder = path.join(real.temporaryFolder, 'charts')
    await mkdir(path.join(folder, 'base/templates'), { recursive: true })
    await writeFile(path.join(folder, 'base/templates/x.yaml'), 'kind: Base\nversion: {{ .Chart.Version }}\n')
    const helm = (directory: string, ...words: readonly string[]): Promise<unknown> =>
      promisify(execFile)('helm', words, { cwd: directory, env: { PATH: real.path, HOME: folder } })
    for (const version of ['1.0.0', '1.1.0']) {
      await writeFile(path.join(folder, 'base/Chart.yaml'), `apiVersion: v2\nname: base\nversion: ${version}\n`)
      await helm(folder, 'package', 'base')
    }
    await helm(folder, 'repo', 'index', '.')
    // Helm asks loopback without a proxy, so that plain http is possible here.
    const server = createServer((request, response) => {
      createReadStream(path.join(folder, path.basename(request.url ?? ''))).pipe(response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const dependent = `${CHART}dependencies:\n  - {name: base, version: 1.x.x, repository: "${url}"}\n`
      const cache = countingCache()
      using made = checkout({ ...FILES, 'app/Chart.yaml': dependent })
      assert.match(await rendered(made.request(), { cache }), /kind: Base\nversion: 1\.1\.0/)
      assert.deepEqual(cache.keys, [], 'without a lock the next run may find another version')
      const folderOfApp = path.join(made.root, 'app')
      await rm(path.join(folderOfApp, 'charts'), { recursive: true })
      await writeFile(path.join(folderOfApp, 'Chart.yaml'), dependent.replace('1.x.x', '1.0.0'))
      await helm(folderOfApp, 'dependency', 'update', '.')
      await rm(path.join(folderOfApp, 'charts'), { recursive: true })
      assert.match(await rendered(made.request(), { cache }), /kind: Base\nversion: 1\.0\.0/)
      assert.equal(cache.keys.length, 1)
    } finally {
      server.close()
      await rm(folder, { recursive: true })
    }
  })

  test('no chart is fetched over plain http', async () => {
    const dependent = `${CHART}dependencies:\n  - {name: base, version: 1.0.0, repository: "http://169.254.169.254/charts"}\n`
    using made = checkout({ ...FILES, 'app/Chart.yaml': dependent })
    await assert.rejects(renderSource(made.request(), real.tools({ proxies: toolProxies(new Map(), 'refused') })), (thrown) => {
      assert.ok(thrown instanceof SecretError)
      assert.match(thrown.message, /^helm dependency build failed .*127\.0\.0\.1:9/)
      return true
    })
  })

  test('the second render of the same input does not run helm; another input, option or tool does', async () => {
    using made = checkout(FILES)
    const cache = countingCache()
    const first = await rendered(made.request(), { cache })
    assert.equal(await rendered(made.request(), { cache }), first)
    assert.equal(cache.hits, 1)
    await rendered({ ...made.request(), namespace: 'other' }, { cache })
    await rendered(made.request([{ name: 'helm-values', string: 'color: x' }]), { cache })
    assert.equal(new Set(cache.keys).size, 3)
  })

  test('nothing is left behind', async () => {
    using made = checkout(FILES)
    await rendered(made.request())
    assert.deepEqual(readdirSync(real.temporaryFolder), [])
  })

  test('a chart is what the helm of the command line makes of it', async () => {
    using made = checkout(FILES)
    const { stdout } = spawnSync(
      'helm',
      ['template', 'shop', '.', '--namespace', 'team-a', '--kube-version', '1.36.3', '--include-crds'],
      {
        cwd: path.join(made.root, 'app'),
        env: { PATH: real.path, HOME: real.temporaryFolder },
        encoding: 'utf8',
      },
    )
    assert.ok(stdout.length > 0)
    assert.equal(await rendered({ ...made.request(), apiVersions: [] }), stdout)
  })

  test('without helm in the container the remedy says so', async () => {
    using made = checkout(FILES)
    await assert.rejects(renderSource(made.request(), real.tools({ path: '/nowhere' })), /helm is not installed/)
  })
})
