import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memoryProvider } from '../support/memory-provider.ts'
import { objectsOf, renderText, STORE } from '../support/render.ts'
import { db, externalSecret, problemsOf, stream } from '../support/render-cases.ts'

describe('what is never rendered', () => {
  for (const [what, parts] of [
    ['a service account token', { target: '{template: {type: kubernetes.io/service-account-token}}' }],
    ['a bootstrap token', { target: '{template: {type: bootstrap.kubernetes.io/token}}' }],
    [
      'a credential of Argo CD, by template',
      { target: '{template: {metadata: {labels: {argocd.argoproj.io/secret-type: cluster}}}}' },
    ],
    ['a credential of Argo CD, by its own label', { metadata: '  labels: {argocd.argoproj.io/secret-type: repository}' }],
    [
      'a credential of Argo CD, by a label that a template would let through',
      { metadata: '  labels: {argocd.argoproj.io/secret-type: repository}', target: '{template: {metadata: {labels: {a: b}}}}' },
    ],
    ['another object than a Secret', { target: '{manifest: {apiVersion: v1, kind: ConfigMap}}' }],
    [
      'a credential of Argo CD, by templateFrom',
      { target: `{template: {templateFrom: [{target: Labels, literal: 'argocd.argoproj.io/secret-type: "{{ .password }}"'}]}}` },
    ],
  ] as const) {
    test(what, async () => {
      assert.equal((await problemsOf(stream(STORE, externalSecret(parts))))[0]?.kind, 'InvalidSpec')
    })
  }

  test('more than a Secret may hold', async () => {
    const memory = memoryProvider({ db: 'x'.repeat(1024 * 1024 + 1) })
    const [problem] = await problemsOf(
      stream(STORE, externalSecret({ spec: '  data: [{secretKey: a, remoteRef: {key: db}}]' })),
      memory,
    )
    assert.match(problem?.message ?? '', /1048577 bytes/)
  })

  for (const [type, keys] of [
    ['kubernetes.io/tls', '"tls.crt"'],
    ['kubernetes.io/dockerconfigjson', '".dockerconfigjson"'],
    ['kubernetes.io/basic-auth', '"username" or "password"'],
  ] as const) {
    test(`a Secret of type ${type} without what the type needs`, async () => {
      const spec = '  data: [{secretKey: a, remoteRef: {key: db}}]'
      const [problem] = await problemsOf(stream(STORE, externalSecret({ target: `{template: {type: ${type}}}`, spec })))
      assert.equal(problem?.place.field, 'spec.target.template.type')
      assert.ok(problem?.message.includes(`needs the key ${keys}, which nothing gives`), problem?.message)
    })
  }

  test('but a partial Secret, whose other keys are somewhere else, is', async () => {
    const target = '{creationPolicy: Merge, template: {type: kubernetes.io/tls}}'
    const spec = '  data: [{secretKey: tls.key, remoteRef: {key: db}}]'
    assert.deepEqual((await renderText(stream(STORE, externalSecret({ target, spec })), db())).problems, [])
  })

  test('a key that Kubernetes would refuse, although ESO lets it through', async () => {
    const memory = memoryProvider({ db: '{"é":"x"}' })
    const [problem] = await problemsOf(stream(STORE, externalSecret({ spec: '  dataFrom: [{extract: {key: db}}]' })), memory)
    assert.match(problem?.message ?? '', /no key of a Secret/)
  })
})

describe('passthrough', () => {
  const annotation = '  annotations: {argocd-external-secrets.io/delivery: passthrough}'

  test('an ExternalSecret and the stores stay, the others are rendered', async () => {
    const objects = objectsOf(
      await renderText(stream(STORE, externalSecret({ name: 'left', metadata: annotation }), externalSecret()), db()),
    )
    assert.deepEqual(
      objects.map((object) => object.kind),
      ['SecretStore', 'ExternalSecret', 'Secret'],
    )
  })

  const push = '{secretStoreRefs: [{name: store}], selector: {secret: {name: app}}}'
  for (const [apiVersion, kind, spec] of [
    ['external-secrets.io/v1alpha1', 'PushSecret', push],
    ['external-secrets.io/v1alpha1', 'ClusterPushSecret', `{pushSecretSpec: ${push}}`],
    ['generators.external-secrets.io/v1alpha1', 'GeneratorState', '{}'],
  ] as const) {
    test(`a ${kind} passes with a warning, and the stores that it may name stay`, async () => {
      const other = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: other}\nspec: ${spec}\n`
      const render = await renderText(stream(STORE, other, externalSecret()), db())
      assert.deepEqual(
        objectsOf(render).map((object) => object.kind),
        ['SecretStore', kind, 'Secret'],
      )
      assert.match(render.warnings.map(({ message }) => message).join(), new RegExp(`${kind} is not rendered`))
    })
  }

  test('what does not fit its schema does not pass, although nothing here acts on it', async () => {
    const wrong =
      'apiVersion: external-secrets.io/v1alpha1\nkind: PushSecret\nmetadata: {name: other}\nspec: {secretStoreRefs: 7, selector: {secret: {name: app}}}\n'
    const store =
      'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: keeper}\nspec: {provider: {keepersecurity: {folderID: 7}}}\n'
    const { problems } = await renderText(stream(wrong, store, STORE, externalSecret()), db())
    assert.deepEqual(
      problems.map(({ kind, place }) => [kind, place.object, place.field]),
      [
        ['InvalidSpec', 'PushSecret other', 'spec.secretStoreRefs'],
        ['InvalidSpec', 'SecretStore keeper', 'spec.provider.keepersecurity.authRef'],
        ['InvalidSpec', 'SecretStore keeper', 'spec.provider.keepersecurity.folderID'],
      ],
    )
  })

  test('a whole stream passes byte for byte', async () => {
    const memory = db()
    const text = stream(STORE, externalSecret())
    const { output } = await renderText(text, memory, { delivery: 'passthrough' })
    assert.equal(new TextDecoder().decode(output), text)
    assert.equal(memory.opened, 0)
  })
})

describe('inside Argo CD without a policy', () => {
  test('a render that needs a store is refused with the remedy', async () => {
    const memory = db()
    const render = await renderText(stream(STORE, externalSecret()), memory, { mode: 'argocd' })
    assert.equal(render.output, undefined)
    assert.equal(render.problems[0]?.kind, 'AccessDenied')
    assert.match(render.problems[0]?.remedy ?? '', /passthrough/)
    assert.equal(memory.opened, 0)
  })

  const empty = '  data: []'

  test('an immutable Secret is refused: its rotations would fail the sync', async () => {
    const target = '{immutable: true, deletionPolicy: Merge}'
    const { output, problems } = await renderText(externalSecret({ target, spec: empty }), db(), { mode: 'argocd' })
    assert.equal(output, undefined)
    assert.deepEqual([problems[0]?.kind, problems[0]?.place.field], ['InvalidSpec', 'spec.target.immutable'])
    assert.match(problems[0]?.remedy ?? '', /passthrough/)
  })

  test('a Secret with nothing left is not left out, since Argo CD would prune it', async () => {
    const text = externalSecret({ target: '{deletionPolicy: Delete}', spec: empty })
    assert.ok((await renderText(text, db())).output)
    const { output, problems } = await renderText(text, db(), { mode: 'argocd' })
    assert.equal(output, undefined)
    assert.deepEqual([problems[0]?.kind, problems[0]?.place.field], ['NotFound', 'spec.target.deletionPolicy'])
  })

  test('a render that needs none goes on', async () => {
    const render = await renderText(stream(STORE, externalSecret()), db(), { mode: 'argocd', delivery: 'passthrough' })
    assert.ok(render.output)
  })
})

describe('a document of ours that is no YAML', () => {
  test('is a problem with file, line and what to do about it', async () => {
    const render = await renderText(
      'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: a\n\tnamespace: b\n',
      db(),
    )
    assert.equal(render.output, undefined)
    const [problem, ...others] = render.problems
    assert.deepEqual(others, [])
    assert.equal(problem?.kind, 'InvalidSpec')
    assert.deepEqual([problem?.place.file, problem?.place.line], ['file-0.yaml', 5])
    assert.match(problem?.remedy ?? '', /indent with spaces/)
  })

  test('that is not ours passes as it is', async () => {
    const text = 'kind: Pod\n\tname: [\n'
    const { output } = await renderText(text, db())
    assert.equal(new TextDecoder().decode(output), text)
  })
})
