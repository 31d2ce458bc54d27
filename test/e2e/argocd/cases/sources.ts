import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ApplicationWish, createApplication } from '../applications.ts'
import { adminToken, askArgo } from '../argo-api.ts'
import { liveSecret } from '../live-secret.ts'
import { configMap, externalSecret, yamlOf } from '../manifests.ts'
import { PLUGIN_NAME } from '../plugin.ts'
import { TEAM_NAMESPACE, type World } from '../world.ts'

const VALUE = { password: 'of-any-source' }
const KEY = 'sources/database'

const wanted = (name: string): object => externalSecret({ name }, { password: [KEY, 'password'] })

const HELM_TEMPLATE = `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: {{ .Release.Name }}-{{ .Values.suffix }}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  data:
    - secretKey: password
      remoteRef: {key: {{ .Values.key }}, property: password}
`

interface SourceCase {
  readonly what: string
  readonly files: Readonly<Record<string, string>>
  readonly parameters?: readonly object[]
  readonly secrets: readonly string[]
}

const CASES: Readonly<Record<string, SourceCase>> = {
  directory: {
    what: 'a folder and the folders below it, when that is asked',
    files: { 'one.yaml': yamlOf(wanted('one')), 'below/two.yml': yamlOf(wanted('two')), 'README.md': '# not: {a manifest' },
    parameters: [{ name: 'directory-recurse', string: 'true' }],
    secrets: ['one', 'two'],
  },
  json: {
    what: 'documents in JSON, and lists of objects',
    files: {
      'one.json': JSON.stringify(wanted('one')),
      'two.yaml': yamlOf({ apiVersion: 'v1', kind: 'List', items: [wanted('two'), configMap({ name: 'settings' })] }),
    },
    secrets: ['one', 'two'],
  },
  helm: {
    what: 'a chart with values from files and parameters',
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'values.yaml': 'suffix: default\nkey: none\n',
      'production.yaml': `key: ${KEY}\n`,
      'templates/database.yaml': HELM_TEMPLATE,
    },
    parameters: [
      { name: 'helm-value-files', array: ['production.yaml'] },
      { name: 'helm-parameters', map: { suffix: 'database' } },
    ],
    secrets: ['helm-database'],
  },
  kustomize: {
    what: 'an overlay over a base',
    files: {
      'base/kustomization.yaml': 'resources: [database.yaml]\n',
      'base/database.yaml': yamlOf(wanted('database')),
      'kustomization.yaml': 'resources: [base]\nnameSuffix: -live\n',
    },
    parameters: [{ name: 'kustomize-name-prefix', string: 'shop-' }],
    secrets: ['shop-database-live'],
  },
}

/** How the manifests come about, and how many applications there are of them. */
export function sources(world: () => World): void {
  const synced = async (wish: ApplicationWish): Promise<void> => {
    await world().vault.put(KEY, VALUE)
    await (await createApplication(world(), wish)).isSynced()
  }
  const hasSecret = async (namespace: string, name: string): Promise<void> =>
    assert.deepEqual(await liveSecret(world().home, namespace, name), VALUE)

  for (const [name, { what, files, parameters = [], secrets }] of Object.entries(CASES)) {
    test(`Secrets come of ${what}`, async () => {
      await world().repository.commit(inFolder(name, files))
      await synced({ name, path: name, plugin: { parameters } })
      for (const secret of secrets) await hasSecret(name, secret)
    })
  }

  test('what an author may set is announced, with what the chart in question adds', async () => {
    const { repository } = world()
    const commit = await repository.commit(inFolder('announced', CASES['helm']?.files ?? {}))
    const source = { repoURL: repository.url, path: 'announced', targetRevision: commit, plugin: { name: PLUGIN_NAME } }
    const asking = { token: await adminToken(world()), body: { source, appName: 'announced', appProject: 'default' } }
    const answer = await askArgo(world(), 'POST', `/api/v1/repositories/${encodeURIComponent(repository.url)}/appdetails`, asking)
    const { plugin } = JSON.parse(answer) as {
      readonly plugin: { readonly parametersAnnouncement: readonly { readonly name: string }[] }
    }
    const names = plugin.parametersAnnouncement.map(({ name }) => name)
    for (const name of ['delivery', 'render', 'stores', 'helm-values']) assert.ok(names.includes(name), names.join())
    assert.ok(!names.includes('kustomize-images'), names.join())
  })

  test('each source of an application with several renders its own', async () => {
    await world().repository.commit({
      'several/a/all.yaml': yamlOf(wanted('one')),
      'several/b/all.yaml': yamlOf(wanted('two')),
      'several/c/all.yaml': yamlOf(configMap({ name: 'settings' })),
    })
    const { url: repoURL } = world().repository
    const source = (path: string, plugin?: object): object => ({
      repoURL,
      path,
      targetRevision: 'main',
      ...(plugin && { plugin }),
    })
    const ours = { name: PLUGIN_NAME }
    const several = [source('several/a', ours), source('several/b', ours), source('several/c')]
    await synced({ name: 'several', path: '', sources: several })
    for (const secret of ['one', 'two']) await hasSecret('several', secret)
  })

  test("an application outside of Argo CD's namespace, a destination in another cluster", async () => {
    await world().repository.commit({ 'far/all.yaml': yamlOf(wanted('far')) })
    const { remote } = world()
    await synced({ name: 'far', path: 'far', applicationNamespace: TEAM_NAMESPACE, cluster: 'remote' })
    assert.deepEqual(await liveSecret(remote, 'far', 'far'), VALUE)
  })

  test('ten applications of one template are synced at once', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `tenth-${index}`)
    await world().repository.commit({ 'tenth/all.yaml': yamlOf(wanted('database')) })
    await Promise.all(names.map((name) => synced({ name, path: 'tenth' })))
    for (const name of names) await hasSecret(name, 'database')
  })
}

function inFolder(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))
}
