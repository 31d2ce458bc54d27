import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { renderSource } from '../../../plugin/argocd/source/render-source.ts'
import type { SourceRequest } from '../../../plugin/argocd/source/source-request.ts'
import type { SourceTools } from '../../../plugin/argocd/source/source-tools.ts'
import { toolProxies } from '../../../plugin/argocd/source/tool-proxies.ts'
import { SecretError } from '../../../plugin/model/secret-error.ts'
import { checkout } from '../../unit/argocd/source/source-folder.ts'
import { countingCache, type RealTools, realTools } from './source-bench.ts'

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: registry.example/shop:v1}]}
`
const EXTERNAL_SECRET = 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec: {data: []}\n'
const FILES = {
  'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'base/deployment.yaml': DEPLOYMENT,
  'app/kustomization.yaml': 'resources: [../base, secret.yaml]\nnamespace: team-a\n',
  'app/secret.yaml': EXTERNAL_SECRET,
}

describe('kustomize sources, by the real kustomize', () => {
  let real: RealTools
  before(async () => {
    real = await realTools()
  })
  after(() => real[Symbol.dispose]())

  async function rendered(request: SourceRequest, tools: Partial<SourceTools> = {}): Promise<string> {
    const files = await renderSource(request, real.tools(tools))
    assert.deepEqual(
      files.map(({ name }) => name),
      ['kustomize build'],
    )
    return Buffer.from(files[0]?.bytes ?? []).toString()
  }

  /** Refused by the tool or by us, and nothing of the repository was run. */
  async function runsNothing(
    kustomization: string,
    tools: Partial<SourceTools> = {},
    files: Readonly<Record<string, string>> = {},
  ): Promise<SecretError> {
    const marker = path.join(real.temporaryFolder, 'ran')
    const named = (text: string): string => text.replaceAll('MARKER', marker)
    const all = Object.fromEntries(
      Object.entries({ ...files, 'app/kustomization.yaml': kustomization }).map(([name, text]) => [name, named(text)]),
    )
    using made = checkout(all)
    for (const name of Object.keys(all).filter((file) => file.endsWith('.sh'))) chmodSync(path.join(made.root, name), 0o755)
    const thrown = await renderSource(made.request(), real.tools(tools)).then(
      () => undefined,
      (error: unknown) => error,
    )
    assert.equal(existsSync(marker), false, 'something of the repository was run')
    assert.ok(thrown instanceof SecretError, 'it was rendered')
    return thrown
  }

  test('an overlay over a base in the repository is built', async () => {
    using made = checkout(FILES)
    const text = await rendered(made.request())
    assert.match(text, /kind: ExternalSecret\nmetadata:\n {2}name: db\n {2}namespace: team-a/)
    assert.match(text, /kind: Deployment/)
  })

  test('parameters change names, namespace, images, labels and annotations', async () => {
    using made = checkout(FILES)
    const text = await rendered(
      made.request([
        { name: 'kustomize-name-prefix', string: 'a-' },
        { name: 'kustomize-name-suffix', string: '-z' },
        { name: 'kustomize-namespace', string: 'team-b' },
        { name: 'kustomize-images', array: ['registry.example/shop=mirror.example:5000/shop:v2'] },
        { name: 'kustomize-labels', map: { team: 'b' } },
        { name: 'kustomize-annotations', map: { note: 'x: y' } },
      ]),
    )
    assert.match(text, /name: a-shop-z\n {2}namespace: team-b/)
    assert.match(text, /image: mirror\.example:5000\/shop:v2/)
    assert.match(text, /annotations:\n {4}note: 'x: y'\n {2}labels:\n {4}team: b/)
    assert.match(text, /matchLabels:\n {6}app: shop\n {2}template/, 'selectors stay as they are')
  })

  for (const [text, image] of [
    ['registry.example/shop:v3', 'registry.example/shop:v3'],
    ['registry.example/shop=other', 'other:v1'],
    ['registry.example/shop=other:v9', 'other:v9'],
    [`registry.example/shop@sha256:${'a'.repeat(64)}`, `registry.example/shop@sha256:${'a'.repeat(64)}`],
  ] as const)
    test(`the image ${text.slice(0, 40)}`, async () => {
      using made = checkout(FILES)
      const built = await rendered(made.request([{ name: 'kustomize-images', array: [text] }]))
      assert.ok(built.includes(`image: ${image}\n`), built)
    })

  test('files outside of the root of a kustomization are not read', async () => {
    const error = await runsNothing('resources: [/etc/passwd]\n')
    assert.match(error.message, /kustomize build failed/)
    await runsNothing('configMapGenerator: [{name: x, files: [../../../../../../etc/passwd]}]\n')
  })

  test('functions, plugins and charts of a kustomization are not run', async () => {
    const exec = `apiVersion: example.com/v1
kind: Evil
metadata:
  name: evil
  annotations:
    config.kubernetes.io/function: |
      exec: {path: /usr/bin/touch, args: [MARKER]}
`
    await runsNothing('generators: [evil.yaml]\n', {}, { 'app/evil.yaml': exec })
    await runsNothing('transformers: [evil.yaml]\nresources: [d.yaml]\n', {}, { 'app/evil.yaml': exec, 'app/d.yaml': DEPLOYMENT })
    await runsNothing('helmCharts: [{name: c}]\n', {}, { 'app/charts/c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n' })
  })

  test('a base over a transport that runs a command is refused by git', async () => {
    for (const url of [
      'ext::sh -c "touch MARKER"',
      'git::ext::sh%20-c%20touch%20MARKER',
      'ext::sh -c touch% MARKER://github.com/a/b',
      'git@ext::sh:a/b.git',
    ])
      await runsNothing(`resources: [${JSON.stringify(url)}]\n`)
  })

  test('a ref that git would read as an option is refused', async () => {
    const url = 'https://127.0.0.1:9/a/b.git?ref=--upload-pack=touch%20MARKER'
    for (const ref of [url, url.replace('https', 'ssh'), 'file:///tmp/x.git?ref=--upload-pack=touch%20MARKER']) {
      const error = await runsNothing(`resources: [${JSON.stringify(ref)}]\n`)
      assert.match(error.message, /refused: a call that could run what a repository brings/)
    }
  })

  test('nothing is fetched over plain http: a metadata service of a cloud would answer it', async () => {
    const proxies = toolProxies(new Map([['NO_PROXY', '169.254.169.254']]), 'refused')
    const error = await runsNothing('resources: ["http://169.254.169.254/latest/meta-data/x.yaml"]\n', { proxies })
    assert.match(error.message, /127\.0\.0\.1:9/)
    assert.match(error.remedy ?? '', /https/)
  })

  test('another checkout on this machine is no base', async () => {
    await runsNothing(`resources: ["file://${path.resolve(import.meta.dirname, '../../..')}//manifests?ref=HEAD"]\n`)
  })

  describe('with charts allowed by the administrator', () => {
    const chart = {
      'app/charts/c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'app/charts/c/values.yaml': 'color: red\n',
      'app/charts/c/templates/x.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {color: "{{ .Values.color }}"}\n',
    }

    test('a chart in the repository is inflated', async () => {
      using made = checkout({ ...chart, 'app/kustomization.yaml': 'helmCharts: [{name: c, releaseName: c}]\n' })
      assert.match(await rendered(made.request(), { kustomizeEnableHelm: true }), /color: red/)
    })

    test('a release name that helm would read as an option is refused', async () => {
      for (const releaseName of ['--post-renderer=/usr/bin/touch', '--registry-config=x']) {
        const kustomization = `helmCharts: [{name: c, releaseName: ${releaseName}}]\n`
        const error = await runsNothing(kustomization, { kustomizeEnableHelm: true }, chart)
        assert.match(error.message, /refused: a call that could run/)
      }
    })

    test('a folder of helm plugins that the kustomization names is not used', async () => {
      const plugin = {
        ...chart,
        'app/home/.data/plugins/evil/plugin.yaml':
          'name: evil\nversion: 0.1.0\nusage: x\ndescription: x\ncommand: "true"\ndownloaders: [{command: run.sh, protocols: [evil]}]\n',
        'app/home/.data/plugins/evil/run.sh': '#!/bin/sh\ntouch MARKER\n',
      }
      const kustomization =
        'helmGlobals: {configHome: home}\nhelmCharts: [{name: d, repo: "evil://x", version: 1.0.0, releaseName: d}]\n'
      const error = await runsNothing(kustomization, { kustomizeEnableHelm: true }, plugin)
      assert.match(error.message, /evil:\/\/x/)
    })
  })

  test('what is all in the repository is kept, what may come from elsewhere is not', async () => {
    using made = checkout(FILES)
    const cache = countingCache()
    const first = await rendered(made.request(), { cache })
    assert.equal(await rendered(made.request(), { cache }), first)
    assert.equal(cache.hits, 1)
    using remote = checkout({ ...FILES, 'base/kustomization.yaml': '# https://example.com/base\nresources: [deployment.yaml]\n' })
    await rendered(remote.request(), { cache })
    await rendered(remote.request(), { cache })
    assert.equal(cache.hits, 1)
  })

  test('nothing is left behind', () => {
    assert.deepEqual(readdirSync(real.temporaryFolder), [])
  })
})
