import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { test } from 'node:test'
import { checkoutRoot } from '../../../../plugin/argocd/source/checkout-root.ts'
import { readDirectory } from '../../../../plugin/argocd/source/read-directory.ts'
import { sourceKind } from '../../../../plugin/argocd/source/source-kind.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { type Checkout, checkout } from './source-folder.ts'

const POD = 'kind: Pod\n'

function names(made: Checkout, parameters: readonly object[] = []): readonly string[] {
  const request = made.request(parameters)
  return readDirectory(request, request.parameters.directory).map(({ name }) => name)
}

test('manifests are read in the order of their names, from this folder alone', () => {
  using made = checkout({
    'app/b.yaml': POD,
    'app/a.yml': POD,
    'app/c.json': '{}',
    'app/readme.md': 'kind: x',
    'app/x.jsonnet': '{}',
    'app/below/d.yaml': POD,
    'other/e.yaml': POD,
  })
  assert.deepEqual(names(made), ['a.yml', 'b.yaml', 'c.json'])
})

test('with recurse the folders below as well, but never .git', () => {
  using made = checkout({ 'app/a/z.yaml': POD, 'app/b.yaml': POD, 'app/.git/x.yaml': POD, 'app/a/.git/y.yaml': POD })
  assert.deepEqual(names(made, [{ name: 'directory-recurse', string: 'true' }]), ['a/z.yaml', 'b.yaml'])
})

test('include and exclude choose by the path from the folder', () => {
  using made = checkout({ 'app/a.yaml': POD, 'app/b.yaml': POD, 'app/conf/c.yaml': POD, 'app/conf/d.yaml': POD })
  const recurse = { name: 'directory-recurse', string: 'true' }
  assert.deepEqual(names(made, [recurse, { name: 'directory-include', string: 'conf/*' }]), ['conf/c.yaml', 'conf/d.yaml'])
  assert.deepEqual(names(made, [recurse, { name: 'directory-exclude', string: '{b.yaml,conf/d*}' }]), ['a.yaml', 'conf/c.yaml'])
})

test('a file with the marker of Argo CD, and a YAML file that holds no object, are left out', () => {
  using made = checkout({
    'app/a.yaml': POD,
    'app/skipped.yaml': `# +argocd:skip-file-rendering\n${POD}`,
    'app/values.yaml': 'replicas: 1\n',
    'app/empty.yaml': '',
  })
  assert.deepEqual(names(made), ['a.yaml'])
})

test('a symbolic link counts while it stays in the repository', () => {
  using made = checkout({
    'shared/pod.yaml': POD,
    'app/inside.yaml': { link: '../shared/pod.yaml' },
    'app/dangling.yaml': { link: 'nothing.yaml' },
    'app/folder.yaml': { link: '../shared' },
  })
  assert.deepEqual(names(made), ['inside.yaml'])
})

for (const link of ['/etc/passwd', '../../../../../../etc/passwd'])
  test(`a symbolic link to ${link} is refused`, () => {
    using made = checkout({ 'app/escape.yaml': { link } })
    assert.throws(
      () => names(made),
      (thrown) => thrown instanceof SecretError && thrown.place.file === 'escape.yaml',
    )
  })

test('a symbolic link to what is not there leads nowhere', () => {
  using made = checkout({ 'app/a.yaml': { link: '/nothing/there.yaml' }, 'app/b.yaml': { link: 'b.yaml' } })
  assert.deepEqual(names(made), [])
})

test('a named pipe is not waited for', () => {
  using made = checkout({ 'app/a.yaml': POD, 'app/link.yaml': { link: 'pipe' } })
  assert.equal(spawnSync('mkfifo', [path.join(made.root, 'app/pipe')]).status, 0)
  assert.deepEqual(names(made), ['a.yaml'])
})

for (const [what, files, kind] of [
  ['a chart', { 'app/Chart.yaml': '' }, 'helm'],
  ['a kustomization', { 'app/kustomization.yml': '' }, 'kustomize'],
  ['both, as Argo CD decides', { 'app/Chart.yaml': '', 'app/Kustomization': '' }, 'kustomize'],
  ['neither', { 'app/a.yaml': POD, 'app/below/Chart.yaml': '' }, 'directory'],
] as const)
  test(`a folder with ${what} is rendered by ${kind}`, () => {
    using made = checkout(files)
    assert.equal(sourceKind(made.request()), kind)
    assert.equal(sourceKind(made.request([{ name: 'render', string: 'directory' }])), 'directory')
  })

test('the root of the checkout is where argocd-cmp-server unpacked it, whatever the author calls his path', () => {
  const environment = (path: string): ReadonlyMap<string, string> =>
    new Map([
      ['ARGOCD_CMP_WORKDIR', '/work'],
      ['ARGOCD_APP_SOURCE_PATH', path],
    ])
  const itself = (file: string): string => file
  for (const path of ['apps/shop', '', '../../etc', 'shop']) {
    assert.equal(checkoutRoot('/work/_cmp_server/1-2/apps/shop', environment(path), itself), '/work/_cmp_server/1-2')
  }
  assert.equal(checkoutRoot('/elsewhere/apps/shop', environment('apps/shop'), itself), '/elsewhere')
  assert.equal(checkoutRoot('/elsewhere/apps/shop', environment('./apps/shop/'), itself), '/elsewhere')
  for (const path of ['', '.', 'other', '..', '../shop', 'hop', '/'])
    assert.equal(checkoutRoot('/elsewhere/apps/shop', environment(path), itself), '/elsewhere/apps/shop', path)
})
