import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { helmRepositories } from '../../../../plugin/argocd/source/helm-repositories.ts'
import { checkout } from './source-folder.ts'

test('the repositories of all dependencies are there once, whatever the spelling', () => {
  using made = checkout({
    'app/Chart.yaml': `dependencies:
  - name: a
    repository: https://a.example/charts
  - {name: b, repository: "https://b.example", version: 1.x}
  - {name: c, repository: 'http://c.example'}
  - {name: d, repository: file://../d}
  - {name: e, repository: oci://registry.example/e}
`,
    'app/Chart.lock': 'dependencies:\n- name: a\n  repository: https://a.example/charts\n  version: 1.0.0\n',
    'app/requirements.yaml': 'dependencies:\n- repository: https://old.example\n',
  })
  const { repositories }: { readonly repositories: readonly { readonly name: string; readonly url: string }[] } = JSON.parse(
    helmRepositories(path.join(made.root, 'app')),
  )
  assert.deepEqual(
    repositories.map(({ url }) => url),
    ['https://a.example/charts', 'https://b.example', 'http://c.example', 'https://old.example'],
  )
  assert.equal(new Set(repositories.map(({ name }) => name)).size, 4)
})
