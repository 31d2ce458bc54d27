import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { exampleOf, libraryDocs, libraryDocsFile } from '../../.ci/library-docs.ts'
import { library } from '../../templates/library/registry.ts'
import { memoryProvider } from '../support/memory-provider.ts'
import { objectsOf, type Rendered, renderText, STORE } from '../support/render.ts'
import { externalSecret, problemsOf, stream } from '../support/render-cases.ts'

interface Case {
  readonly template: string
  readonly values: Readonly<Record<string, string>>
  /** More annotations, as lines. */
  readonly annotations?: string
  readonly target?: string
}

function streamOf({ template, annotations = '', target = '{}' }: Case): string {
  const metadata = `  annotations:\n    argocd-external-secrets.io/template: ${template}\n${annotations}`
  return stream(STORE, externalSecret({ metadata, target, spec: '  dataFrom: [{extract: {key: db}}]' }))
}

async function secretOf(wanted: Case): Promise<Rendered> {
  const objects = objectsOf(await renderText(streamOf(wanted), memoryProvider({ db: JSON.stringify(wanted.values) })))
  const secret = objects.find(({ kind }) => kind === 'Secret')
  assert.ok(secret)
  return secret
}

async function problemOf(wanted: Case): Promise<readonly (string | undefined)[]> {
  const [problem] = await problemsOf(streamOf(wanted), memoryProvider({ db: JSON.stringify(wanted.values) }))
  assert.equal(problem?.kind, 'InvalidSpec')
  assert.equal(problem.place.field, 'metadata.annotations[argocd-external-secrets.io/template]')
  return [problem.message, problem.remedy]
}

const LOGIN = { username: 'ada', password: 's3cret' }

describe('each shape of the template library', () => {
  for (const shape of library.values()) {
    if (shape.onlyByPolicy !== undefined) continue
    test(`${shape.name} renders its example`, async () => {
      const memory = memoryProvider({ example: JSON.stringify(shape.example.values) })
      const secret = objectsOf(await renderText(exampleOf(shape), memory)).find(({ kind }) => kind === 'Secret')
      assert.equal(secret?.type, shape.type ?? 'Opaque')
      assert.deepEqual(Object.keys(secret.data ?? {}), Object.keys(shape.example.gives).sort())
      for (const [key, expected] of Object.entries(shape.example.gives)) {
        if (typeof expected === 'string') assert.equal(secret.values[key], expected)
        else assert.match(secret.data?.[key] ?? '', expected)
      }
    })
  }
})

test('the page of the library is the library (npm run generate writes it)', () => {
  assert.equal(readFileSync(libraryDocsFile, 'utf8'), libraryDocs())
})

describe('a shape and the rest of the ExternalSecret', () => {
  test('metadata is copied as without a template, our annotation is not', async () => {
    const secret = await secretOf({ template: 'basic-auth', values: LOGIN, annotations: '    note: kept' })
    assert.deepEqual(secret.metadata.annotations, { note: 'kept' })
  })

  test('keys that the shape does not know are left out, or kept with mergePolicy Merge', async () => {
    const values = { ...LOGIN, host: 'db' }
    assert.deepEqual((await secretOf({ template: 'basic-auth', values })).values, LOGIN)
    const target = '{template: {mergePolicy: Merge}}'
    assert.deepEqual((await secretOf({ template: 'basic-auth', values, target })).values, values)
  })

  test("the template's type and metadata stand beside the shape, and its templateFrom comes to it", async () => {
    const target = `{template: {type: my/type, metadata: {labels: {a: b}}, templateFrom: [{literal: 'more: "{{ .username }}"'}]}}`
    const secret = await secretOf({ template: 'basic-auth', values: LOGIN, target })
    assert.deepEqual([secret.type, secret.metadata.labels], ['my/type', { a: 'b' }])
    assert.deepEqual(secret.values, { ...LOGIN, more: 'ada' })
  })
})

test('a shape of an object that is passed through is lost, which is said', async () => {
  const annotations = '    argocd-external-secrets.io/delivery: passthrough'
  const render = await renderText(streamOf({ template: 'tls', values: {}, annotations }), memoryProvider())
  assert.deepEqual(
    render.warnings.map(({ place, message }) => [place.field, message.split(':')[0]]),
    [['metadata.annotations[argocd-external-secrets.io/template]', 'External Secrets Operator does not know this annotation']],
  )
})

describe('a shape that cannot be made is explained, without a value', () => {
  test('an unknown name, with the nearest one', async () => {
    assert.deepEqual(await problemOf({ template: 'basic-aut', values: LOGIN }), [
      'no template of the library is named "basic-aut"',
      'write basic-auth',
    ])
    assert.match((await problemOf({ template: 'zzzz', values: LOGIN }))[1] ?? '', /^there are dockerconfigjson, /)
  })

  test('a template of its own beside it', async () => {
    const target = '{template: {data: {a: b}}}'
    const [message] = await problemOf({ template: 'basic-auth', values: LOGIN, target })
    assert.match(message ?? '', /argocd-external-secrets\.io\/template and spec\.target\.template\.data both/)
  })

  test('Handlebars beside it', async () => {
    const annotations = '    argocd-external-secrets.io/template-engine: handlebars'
    const [message] = await problemOf({ template: 'basic-auth', values: LOGIN, annotations })
    assert.match(message ?? '', /template-engine: handlebars does not go with/)
  })

  test('a repository of Argo CD, since no policy rule can allow it yet', async () => {
    const [message, remedy] = await problemOf({ template: 'argocd-repository', values: { url: 'https://git' } })
    assert.match(message ?? '', /^the template argocd-repository is refused: .* only where a policy rule allows it/)
    assert.match(remedy ?? '', /leave it to ESO/)
  })

  test('a certificate that is none, without its value', async () => {
    const [message] = await problemOf({ template: 'tls', values: { certificate: 's3cret', key: 's3cret' } })
    assert.equal(message, 'the template tls cannot take the key "certificate": its value is no certificate in PEM')
  })

  test('missing keys, with those that are there and those that are wanted', async () => {
    assert.deepEqual(await problemOf({ template: 'dockerconfigjson', values: { user: 'ada', password: 's3cret' } }), [
      'the template dockerconfigjson needs registry, username, which are not among the fetched keys',
      'fetched are "user", "password"; wanted are registry, username, password, email (optional)',
    ])
  })

  test('a line break where the format has none', async () => {
    const values = { ...LOGIN, registry: 'a\nb' }
    const [message] = await problemOf({ template: 'dockerconfigjson', values })
    assert.match(message ?? '', /cannot take the key "registry": its value has a line break or a control character, or/)
  })
})
