import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { sourceDigest } from '../../../../plugin/argocd/source/source-digest.ts'
import type { SourceRequest } from '../../../../plugin/argocd/source/source-request.ts'
import { systemClock } from '../../../../plugin/model/clock.ts'
import { type Checkout, checkout } from './source-folder.ts'

type Files = Parameters<typeof checkout>[0]

const FILES: Files = {
  'app/kustomization.yaml': 'resources: [a.yaml]\n',
  'app/a.yaml': 'kind: A\n',
  'bin/kustomize': '',
  'bin/helm': '',
}

function digest(
  made: Checkout,
  given: { readonly request?: Partial<SourceRequest>; readonly program?: 'helm'; readonly enableHelm?: boolean } = {},
): Promise<string | undefined> {
  const program = given.program ?? 'kustomize'
  const tools = {
    path: path.join(made.root, 'bin'),
    proxies: {},
    temporaryFolder: '/tmp',
    clock: systemClock,
    remainingMs: () => 1000,
    kustomizeEnableHelm: given.enableHelm ?? false,
    cache: undefined,
    slots: undefined,
  }
  return sourceDigest(program, {
    request: { ...made.request(), ...given.request },
    tools,
    scope: path.join(made.root, 'app'),
    files: [],
  })
}

async function digestOf(files: Files): Promise<string | undefined> {
  using made = checkout({ ...FILES, ...files })
  return await digest(made)
}

test('every change of the input, the request and the options gives another digest', async () => {
  using made = checkout(FILES)
  const request = made.request()
  const first = await digest(made)
  const others = [
    await digest(made, { request: { application: 'other' } }),
    await digest(made, { request: { namespace: 'other' } }),
    await digest(made, { request: { kubeVersion: '1.35.0' } }),
    await digest(made, { request: { apiVersions: ['v1'] } }),
    await digest(made, { request: { parameters: made.request([{ name: 'kustomize-namespace', string: 'x' }]).parameters } }),
    await digest(made, { enableHelm: true }),
    await digest(made, { program: 'helm' }),
  ]
  assert.equal(await digest(made, { request }), first)
  writeFileSync(path.join(made.root, 'app/a.yaml'), 'kind: B\n')
  const changed = await digest(made)
  writeFileSync(path.join(made.root, 'app/b.yaml'), '')
  const added = await digest(made)
  writeFileSync(path.join(made.root, 'bin/kustomize'), 'another version')
  const upgraded = await digest(made)
  assert.equal(new Set([first, ...others, changed, added, upgraded]).size, others.length + 4)
})

test('.git does not count', async () => {
  using made = checkout({ ...FILES, 'app/.git/HEAD': 'x' })
  const first = await digest(made)
  writeFileSync(path.join(made.root, 'app/.git/HEAD'), 'y')
  assert.notEqual(first, undefined)
  assert.equal(await digest(made), first)
})

for (const elsewhere of [
  'https://example.com/base',
  'github.com/team/base',
  'git@git.example:team/base.git',
  'ssh://git@git.example/team/base',
  'git::https://x',
  'example.com/team/base?ref=v1',
])
  test(`a kustomization that takes from ${elsewhere} is not kept`, async () => {
    assert.equal(await digestOf({ 'app/base/kustomization.yaml': `resources: [${elsewhere}]\n` }), undefined)
  })

test('a chart of a kustomization is not kept', async () => {
  assert.equal(await digestOf({ 'app/kustomization.yaml': 'helmCharts: [{name: c}]\n' }), undefined)
})

test('an image with a digest is nothing from elsewhere', async () => {
  const image = `images: [{name: a, digest: "a@sha256:${'0'.repeat(64)}"}]\n`
  assert.notEqual(await digestOf({ 'app/kustomization.yaml': image }), undefined)
})
