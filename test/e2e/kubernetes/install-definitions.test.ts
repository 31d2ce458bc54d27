import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startEtcd } from '../servers/etcd.ts'
import { type KubeApiServer, startKubeApiServer } from '../servers/kube-api-server.ts'
import type { KubeObject } from '../servers/kube-object.ts'
import { startedServers } from '../servers/started-servers.ts'
import { waitUntil } from '../tools/wait-until.ts'
import { builtInstall } from './kustomize-build.ts'
import { objectPath } from './object-paths.ts'

const servers = startedServers()
let folder: string
let api: KubeApiServer

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'install-definitions-'))
  const etcd = servers.keep(await startEtcd(folder))
  api = servers.keep(await startKubeApiServer(etcd, 'definitions', folder))
})
after(async () => {
  await servers.stop()
  await rm(folder, { recursive: true, force: true })
})

/** What the documentation has people type. */
const managers = Array.from(
  readFileSync('docs/controller-install.md', 'utf8').matchAll(/^kubectl (.*) -k manifests\/install\/crds/gm),
  ([, words = '']) => /^apply --server-side --field-manager=(\S+)$/.exec(words)?.[1] ?? 'kubectl',
)
const [manager = ''] = managers

const namesOf = ({ spec }: KubeObject) => (spec as { readonly names: { readonly shortNames?: readonly string[] } }).names
/** Says one thing that ours does not. */
const differing = (definition: KubeObject): object => ({
  ...definition,
  spec: { ...(definition['spec'] as object), names: { ...namesOf(definition), shortNames: ['other'] } },
})

describe('the definitions of the kinds', () => {
  test('are neither pruned nor deleted with an Application of Argo CD', async () => {
    for (const { kind, metadata } of await builtInstall('crds')) {
      assert.equal(kind, 'CustomResourceDefinition')
      assert.equal(metadata.annotations?.['argocd.argoproj.io/sync-options'], 'Prune=false,Delete=false')
    }
  })

  test('are in no other installation', async () => {
    for (const name of [
      'external-secrets',
      'external-secrets/sharded',
      'external-secrets/namespaced',
      'applications',
      'applications/annotations',
    ])
      assert.ok(!(await builtInstall(name)).some(({ kind }) => kind === 'CustomResourceDefinition'), name)
  })

  test('are applied under a name of their own, which is nobody else’s', () => {
    assert.equal(managers.length, 1)
    assert.notEqual(manager, 'kubectl')
  })

  for (const [who, how] of [
    ['the chart of ESO', 'helm'],
    ['kubectl apply', 'kubectl-client-side-apply'],
    ['kubectl apply --server-side', 'kubectl'],
  ] as const) {
    test(`never replace what ${who} installed`, async () => {
      const ours = (await builtInstall('crds')).find(({ metadata }) => metadata.name.startsWith('externalsecrets.'))
      assert.ok(ours)
      const theirs = differing(ours)
      if (how === 'kubectl') await api.client.apply(objectPath(ours), theirs, how)
      else await api.client.call('POST', `${path.dirname(objectPath(ours))}?fieldManager=${how}`, theirs)
      await assert.rejects(api.client.apply(objectPath(ours), ours, manager), /answered 409 .*conflict with \\"/)
      assert.deepEqual(namesOf(await api.client.call('GET', objectPath(ours))).shortNames, ['other'])
      await api.client.call('DELETE', objectPath(ours))
      await waitUntil('their definition is gone', async () => (await api.client.find(objectPath(ours))) === undefined)
    })
  }

  test('are made and upgraded by one and the same command', async () => {
    const objects = await builtInstall('crds')
    assert.equal(objects.length, globSync('manifests/crds/!(kustomization).yaml').length)
    const [first] = objects
    assert.ok(first)
    await api.client.apply(objectPath(first), differing(first), manager)
    for (const object of objects) await api.client.apply(objectPath(object), object, manager)
    assert.equal(namesOf(await api.client.call('GET', objectPath(first))).shortNames, undefined)
  })
})
