import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { objectsOf, type Rendered, renderText, STORE } from '../support/render.ts'
import { db, externalSecret, problemsOf, secretsOf, stream } from '../support/render-cases.ts'

describe('targets', () => {
  const settings =
    'apiVersion: v1\nkind: Secret\nmetadata: {name: settings, namespace: default, labels: {own: "yes"}}\ntype: custom/type\ndata: {theme: ZGFyaw==}\nstringData: {password: old, mode: fast}\n'

  test('Merge adds its keys to the Secret of the stream, which keeps the rest', async () => {
    const text = stream(settings, STORE, externalSecret({ target: '{name: settings, creationPolicy: Merge}' }))
    const [secret, ...others] = await secretsOf(text)
    assert.deepEqual(others, [])
    assert.deepEqual(secret?.values, { theme: 'dark', password: 's3cret' })
    assert.deepEqual(secret?.stringData, { mode: 'fast' })
    assert.equal(secret?.type, 'custom/type')
    assert.deepEqual(secret?.metadata.labels, { own: 'yes' })
  })

  test('Merge finds the Secret in a SecretList, whose items do not say what they are', async () => {
    const list =
      'apiVersion: v1\nkind: SecretList\nitems: [{metadata: {name: settings, namespace: default}, data: {theme: ZGFyaw==}}]\n'
    const merging = externalSecret({ target: '{name: settings, creationPolicy: Merge}' })
    const [object, ...others] = objectsOf(await renderText(stream(list, STORE, merging), db()))
    assert.deepEqual(others, [])
    const { items } = object as unknown as { items: readonly Rendered[] }
    assert.deepEqual(items[0]?.data, { theme: 'ZGFyaw==', password: 'czNjcmV0' })
  })

  test('Merge without such a Secret is a partial one that Argo CD neither prunes nor deletes', async () => {
    const metadata = '  annotations: {argocd.argoproj.io/sync-options: "Validate=false,Prune=false"}'
    const [secret] = await secretsOf(
      stream(STORE, externalSecret({ metadata, target: '{name: settings, creationPolicy: Merge}' })),
    )
    assert.equal(
      secret?.metadata.annotations?.['argocd.argoproj.io/sync-options'],
      'Validate=false,Prune=false,ServerSideApply=true,Delete=false',
    )
    assert.equal(secret?.type, undefined)
  })

  test('two that merge into one target make one Secret', async () => {
    const second = externalSecret({
      name: 'two',
      target: '{name: shared, creationPolicy: CreateOrMerge}',
      spec: '  data: [{secretKey: user, remoteRef: {key: db, property: username}}]',
    })
    const secrets = await secretsOf(stream(STORE, externalSecret({ target: '{name: shared, creationPolicy: Merge}' }), second))
    assert.deepEqual(
      secrets.map((secret) => secret.values),
      [{ password: 's3cret', user: 'ada' }],
    )
  })

  test('what only a later part of a partial Secret says is not lost', async () => {
    const target = '{name: shared, creationPolicy: Merge, immutable: true, template: {type: custom/type}}'
    const metadata = '  annotations: {argocd.argoproj.io/sync-options: Validate=false}'
    const [secret] = await secretsOf(
      stream(
        STORE,
        externalSecret({ metadata, target: '{name: shared, creationPolicy: Merge}' }),
        externalSecret({ name: 'two', target }),
      ),
    )
    assert.deepEqual([secret?.type, secret?.immutable], ['custom/type', true])
    assert.match(secret?.metadata.annotations?.['argocd.argoproj.io/sync-options'] ?? '', /Validate=false/)
  })

  test('a partial Secret has no sync option that would take away the keys of others', async () => {
    const metadata =
      '  annotations: {argocd.argoproj.io/sync-options: "Replace=true, ServerSideApply=false,Prune=confirm,Force=true,Validate=false"}'
    const [secret] = await secretsOf(
      stream(STORE, externalSecret({ metadata, target: '{name: settings, creationPolicy: Merge}' })),
    )
    assert.equal(
      secret?.metadata.annotations?.['argocd.argoproj.io/sync-options'],
      'Validate=false,ServerSideApply=true,Prune=false,Delete=false',
    )
  })

  test('a merged key of any name arrives, immutable too', async () => {
    const spec = '  data: [{secretKey: __proto__, remoteRef: {key: db, property: username}}]'
    const target = '{name: settings, creationPolicy: Merge, immutable: true}'
    const [secret] = await secretsOf(stream(settings, STORE, externalSecret({ target, spec })))
    assert.deepEqual(Object.keys(secret?.data ?? {}), ['theme', '__proto__'])
    assert.equal(secret?.immutable, true)
  })

  test('finalizers of a template reach the Secret, merged or not', async () => {
    const template = 'template: {metadata: {finalizers: [example.com/keep]}}'
    const finalizers = async (text: string): Promise<unknown> =>
      (await secretsOf(text)).map(({ metadata }) => (metadata as { finalizers?: unknown }).finalizers)
    assert.deepEqual(await finalizers(stream(STORE, externalSecret({ target: `{${template}}` }))), [['example.com/keep']])
    const merging = externalSecret({ target: `{name: settings, creationPolicy: Merge, ${template}}` })
    assert.deepEqual(await finalizers(stream(STORE, merging)), [['example.com/keep']])
    const own = settings.replace('namespace: default', 'namespace: default, finalizers: [example.com/own]')
    assert.deepEqual(await finalizers(stream(own, STORE, merging)), [['example.com/own', 'example.com/keep']])
  })

  for (const [what, granting] of [
    ['a type', settings.replace('custom/type', 'kubernetes.io/service-account-token')],
    ['a label of Argo CD', settings.replace('own: "yes"', 'argocd.argoproj.io/secret-type: repository')],
  ] as const) {
    test(`nothing is merged into a Secret of the stream that grants rights by ${what}`, async () => {
      const merging = externalSecret({ target: '{name: settings, creationPolicy: Merge}' })
      const [problem] = await problemsOf(stream(granting, STORE, merging))
      assert.deepEqual([problem?.kind, problem?.place.field], ['InvalidSpec', 'spec.target.name'])
    })
  }

  test('two owners of one target are a Conflict that names both', async () => {
    const memory = db()
    const [problem] = await problemsOf(
      stream(STORE, externalSecret({ target: '{name: same}' }), externalSecret({ name: 'two', target: '{name: same}' })),
      memory,
    )
    assert.equal(problem?.kind, 'Conflict')
    assert.equal(problem?.place.object, 'ExternalSecret default/two')
    assert.match(problem?.message ?? '', /ExternalSecret default\/app \(file-0\.yaml:\d+\)/)
    assert.equal(memory.opened, 0)
  })

  test('an owned target that is a Secret of the stream is a Conflict', async () => {
    const [problem] = await problemsOf(stream(settings, STORE, externalSecret({ target: '{name: settings}' })))
    assert.equal(problem?.kind, 'Conflict')
    assert.match(problem?.message ?? '', /file-0\.yaml:1/)
  })

  test('one name in two namespaces is no conflict', async () => {
    const elsewhere = (text: string): string => text.replaceAll('namespace: default', 'namespace: elsewhere')
    assert.equal((await secretsOf(stream(STORE, elsewhere(STORE), externalSecret(), elsewhere(externalSecret())))).length, 2)
  })

  test('immutable is passed on', async () => {
    assert.equal((await secretsOf(stream(STORE, externalSecret({ target: '{immutable: true}' }))))[0]?.immutable, true)
  })
})
