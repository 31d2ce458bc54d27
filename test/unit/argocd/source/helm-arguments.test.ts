import assert from 'node:assert/strict'
import { test } from 'node:test'
import { helmArguments } from '../../../../plugin/argocd/source/helm-arguments.ts'
import { kustomizeOverlay } from '../../../../plugin/argocd/source/kustomize-overlay.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { checkout } from './source-folder.ts'

test('helm is called as Argo CD calls it', () => {
  using made = checkout({})
  assert.deepEqual(
    helmArguments(made.request(), ['/v.yaml']).join(' '),
    [
      'template . --name-template shop --namespace team-a --kube-version 1.36.3',
      '--values /v.yaml --api-versions v1 --api-versions apps/v1 --include-crds',
    ].join(' '),
  )
})

test('what the author asks for is in the call', () => {
  using made = checkout({})
  const words = helmArguments(
    made.request([
      { name: 'helm-release-name', string: 'other' },
      { name: 'helm-parameters', map: { a: '1,2', 'b.c': '{x,y}', d: String.raw`1\,2` } },
      { name: 'helm-string-parameters', map: { e: 'true' } },
      { name: 'helm-skip-crds', string: 'true' },
      { name: 'helm-skip-tests', string: 'true' },
      { name: 'helm-skip-schema-validation', string: 'true' },
    ]),
    [],
  )
  assert.deepEqual(words.slice(3, 4), ['other'])
  const values = words.filter((_, index) => ['--set', '--set-string'].includes(words[index - 1] ?? ''))
  assert.deepEqual(values, [String.raw`a=1\,2`, 'b.c={x,y}', String.raw`d=1\,2`, 'e=true'])
  assert.deepEqual(words.slice(-2), ['--skip-schema-validation', '--skip-tests'])
})

test('a name that would begin another assignment is refused', () => {
  using made = checkout({})
  for (const name of ['', 'a,b', 'a=b']) {
    const request = made.request([{ name: 'helm-parameters', map: { [name]: '1' } }])
    assert.throws(() => helmArguments(request, []), SecretError)
  }
})

test('without parameters there is no overlay of kustomize', () => {
  using made = checkout({})
  assert.equal(kustomizeOverlay(made.request(), '/tmp/x'), undefined)
})

test('an entry of kustomize-images that is none is refused', () => {
  using made = checkout({})
  for (const image of ['', 'name', '=x', 'name=', ':v1']) {
    const request = made.request([{ name: 'kustomize-images', array: [image] }])
    assert.throws(() => kustomizeOverlay(request, '/tmp/x'), SecretError, image)
  }
})
