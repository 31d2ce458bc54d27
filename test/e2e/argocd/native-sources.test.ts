import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { renderSource } from '../../../plugin/argocd/source/render-source.ts'
import { type Checkout, checkout } from '../../unit/argocd/source/source-folder.ts'
import { type RealTools, realTools } from '../argocd-sources/source-bench.ts'
import { freePort } from '../servers/free-port.ts'
import { type Redis, startRedis } from '../servers/redis.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import { goProgram } from '../tools/go-program.ts'
import { isHealthy, startArgoProcess } from './argo-process.ts'
import { type NativeSource, renderedByArgo } from './native-renderer.ts'

const KUBE_VERSION = '1.36.3'
const API_VERSIONS = ['v1', 'apps/v1', 'example.com/v1/Thing']

const map = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`
const link = (to: string): { readonly link: string } => ({ link: to })

const FILES = {
  'chart/Chart.yaml':
    'apiVersion: v2\nname: shop\nversion: 1.2.3\ndependencies:\n  - {name: lib, version: 0.1.0, repository: "file://../lib"}\n',
  'chart/values.yaml': 'color: red\nlist: [a]\n',
  'chart/values-prod.yaml': 'color: blue\n',
  'chart/crds/thing.yaml':
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n',
  'chart/templates/map.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  color: {{ .Values.color | quote }}
  list: {{ .Values.list | toJson | quote }}
  kube: {{ .Capabilities.KubeVersion.Version }}
  thing: {{ .Capabilities.APIVersions.Has "example.com/v1/Thing" | quote }}
  service: {{ .Release.Service }}{{ .Release.IsInstall }}{{ .Release.Revision }}
`,
  'chart/templates/tests/test.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: test, annotations: {helm.sh/hook: test}}\nspec: {containers: [{name: a, image: a}]}\n',
  'lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 0.1.0\n',
  'lib/templates/lib.yaml': map('of-lib'),
  'shared/values.yaml': 'color: green\n',
  'overlay/kustomization.yaml': 'resources: [../base]\nnamespace: overlaid\nlabels: [{pairs: {a: b}}]\n',
  'base/kustomization.yml': 'resources: [pod.yaml]\nconfigMapGenerator: [{name: generated, literals: [a=b]}]\n',
  'base/pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: registry.example/a:v1}]}\n',
  'both/Chart.yaml': 'apiVersion: v2\nname: both\nversion: 1.0.0\n',
  'both/templates/x.yaml': map('by-helm'),
  'both/kustomization.yaml': 'resources: [x.yaml]\n',
  'both/x.yaml': map('by-kustomize'),
  'plain/b.yaml': map('b'),
  'plain/a.yml': map('a'),
  'plain/c.json': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }),
  'plain/skipped.yaml': `# +argocd:skip-file-rendering\n${map('skipped')}`,
  'plain/settings.yaml': 'color: red\n',
  'plain/notes.md': '# no manifest',
  'plain/link.yaml': link('../shared/linked.yaml'),
  'plain/deep/er/d.yaml': map('d'),
  'plain/deep/e.yaml': map('e'),
  'shared/linked.yaml': map('linked'),
}

/** In an order of their own: Argo CD sorts the keys of an object and not the objects. */
function byName(manifests: readonly unknown[]): readonly unknown[] {
  const nameOf = (manifest: unknown): string => {
    const { kind, metadata } = manifest as { readonly kind: string; readonly metadata: { readonly name: string } }
    return `${kind}/${metadata.name}`
  }
  return manifests.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
}

/** How the parameters of the plugin say what the fields of a source say. */
function parametersOf({ helm, kustomize, directory }: NativeSource): readonly object[] {
  const one = (name: string, value: string | boolean | undefined): readonly object[] =>
    value === undefined ? [] : [{ name, string: String(value) }]
  const many = (name: string, value: readonly string[] | undefined): readonly object[] => (value ? [{ name, array: value }] : [])
  return [
    ...one('helm-release-name', helm?.releaseName),
    ...many('helm-value-files', helm?.valueFiles),
    ...one('helm-values', helm?.values),
    ...(helm?.parameters ? [{ name: 'helm-parameters', map: helm.parameters }] : []),
    ...one('helm-ignore-missing-value-files', helm?.ignoreMissingValueFiles),
    ...one('helm-skip-crds', helm?.skipCrds),
    ...one('helm-skip-tests', helm?.skipTests),
    ...one('kustomize-name-prefix', kustomize?.namePrefix),
    ...many('kustomize-images', kustomize?.images),
    ...one('kustomize-namespace', kustomize?.namespace),
    ...one('directory-recurse', directory?.recurse),
    ...one('directory-include', directory?.include),
    ...one('directory-exclude', directory?.exclude),
  ]
}

describe('a source is what Argo CD itself makes of it', () => {
  let folder: string
  let made: Checkout
  let real: RealTools
  let redis: Redis
  let server: ServerProcess
  let address: string

  before(async () => {
    folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'native-')))
    made = checkout(FILES)
    for (const words of [
      ['init', '-q', '-b', 'main'],
      ['add', '.'],
      ['commit', '-q', '-m', 'x'],
    ]) {
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { cwd: made.root })
    }
    real = await realTools()
    redis = await startRedis()
    const [port, metricsPort] = [await freePort(), await freePort()]
    address = `127.0.0.1:${port}`
    server = await startArgoProcess(
      { folder, kubeconfig: '/dev/null' },
      {
        program: 'argocd-repo-server',
        name: 'repo',
        words: [
          '--address=127.0.0.1',
          `--port=${port}`,
          '--metrics-address=127.0.0.1',
          `--metrics-port=${metricsPort}`,
          '--disable-tls',
          '--client-ca-path=',
          `--redis=${redis.address}`,
        ],
        environment: {
          PATH: [path.join(await goProgram('argocd'), 'hack'), real.path].join(':'),
          ARGOCD_PLUGINSOCKFILEPATH: folder,
        },
        isReady: () => isHealthy(metricsPort),
      },
    )
  })
  after(async () => {
    await server.stop()
    await redis.stop()
    real[Symbol.dispose]()
    made[Symbol.dispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function byUs(source: NativeSource): Promise<readonly unknown[]> {
    const request = { ...made.request(parametersOf(source), source.path), kubeVersion: KUBE_VERSION, apiVersions: API_VERSIONS }
    const files = await renderSource(request, real.tools())
    return files.flatMap(({ bytes }) => {
      const documents = parseAllDocuments(Buffer.from(bytes).toString())
      assert.ok(Array.isArray(documents))
      return documents.map((document): unknown => document.toJS()).filter((manifest) => manifest !== null)
    })
  }

  function byArgo(source: NativeSource): Promise<readonly unknown[]> {
    return renderedByArgo(address, {
      repository: `file://${made.root}`,
      application: 'shop',
      namespace: 'team-a',
      kubeVersion: KUBE_VERSION,
      apiVersions: API_VERSIONS,
      source,
    })
  }

  const cases: readonly (readonly [what: string, source: NativeSource])[] = [
    ['a chart', { path: 'chart' }],
    [
      'a chart with everything',
      {
        path: 'chart',
        helm: {
          releaseName: 'other',
          valueFiles: ['/shared/values.yaml', 'values-prod.yaml', 'absent.yaml'],
          values: 'list: [b, c]\n',
          parameters: { color: 'a,b' },
          ignoreMissingValueFiles: true,
          skipCrds: true,
          skipTests: true,
        },
      },
    ],
    ['a list among the parameters of a chart', { path: 'chart', helm: { parameters: { list: '{x,y}' } } }],
    ['an overlay', { path: 'overlay' }],
    [
      'an overlay with parameters',
      { path: 'overlay', kustomize: { images: ['registry.example/a=other:v2'], namespace: 'n', namePrefix: 'p-' } },
    ],
    ['a folder with a chart and a kustomization', { path: 'both' }],
    ['a folder', { path: 'plain' }],
    ['a folder and those below', { path: 'plain', directory: { recurse: true } }],
    ['what a glob includes', { path: 'plain', directory: { recurse: true, include: '{a.yml,deep/*}' } }],
    ['what a glob leaves', { path: 'plain', directory: { recurse: true, exclude: '*e*.yaml' } }],
  ]
  for (const [what, source] of cases)
    test(what, async () => {
      const [ours, theirs] = await Promise.all([byUs(source), byArgo(source)])
      assert.ok(theirs.length > 0)
      assert.deepEqual(byName(ours), byName(theirs))
    })

  test('what Argo CD refuses, a value file out of the repository, we refuse', async () => {
    const source: NativeSource = { path: 'chart', helm: { valueFiles: ['../../../etc/passwd'] } }
    await assert.rejects(byUs(source))
    await assert.rejects(byArgo(source))
  })
})
