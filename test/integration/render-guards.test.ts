import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noPermissions, type RenderPermissions } from '../../plugin/argocd/render-permissions.ts'
import { memoryProvider } from '../support/memory-provider.ts'
import { objectsOf, renderText, STORE } from '../support/render.ts'
import { db, externalSecret, stream } from '../support/render-cases.ts'

const TEXT = stream(STORE, externalSecret())

describe('files that somebody uploaded (ARGOCD_APP_REVISION=streamed)', () => {
  test('declared keys get the placeholder, and no store is opened', async () => {
    const memory = db()
    const render = await renderText(TEXT, memory, { guard: 'streamed' })
    const [secret, ...others] = objectsOf(render)
    assert.deepEqual(secret?.values, { password: 'placeholder' })
    assert.deepEqual(others, [])
    assert.equal(memory.opened, 0)
  })

  test('no template is run: neither for data nor for metadata', async () => {
    const target =
      '{template: {type: custom/type, metadata: {labels: {plain: yes-it-is, made: "{{ fail .password }}"}}, data: {url: "{{ fail .password }}"}}}'
    const [secret] = objectsOf(await renderText(stream(STORE, externalSecret({ target })), db(), { guard: 'streamed' }))
    assert.deepEqual(secret?.values, { url: 'placeholder' })
    assert.deepEqual(secret?.metadata.labels, { plain: 'yes-it-is', made: 'placeholder' })
    assert.equal(secret?.type, 'custom/type')
  })

  test('mergePolicy Merge declares both', async () => {
    const target = '{template: {mergePolicy: Merge, data: {url: x}}}'
    const [secret] = objectsOf(await renderText(stream(STORE, externalSecret({ target })), db(), { guard: 'streamed' }))
    assert.deepEqual(Object.keys(secret?.values ?? {}).sort(), ['password', 'url'])
  })

  for (const [what, parts] of [
    ['dataFrom', { spec: '  dataFrom: [{extract: {key: db}}]' }],
    ['templateFrom', { target: '{template: {templateFrom: [{literal: "a: b"}]}}' }],
    ['a template of the library', { metadata: '  annotations: {argocd-external-secrets.io/template: basic-auth}' }],
  ] as const) {
    test(`an object with ${what} passes through, and the store with it`, async () => {
      const memory = db()
      const objects = objectsOf(await renderText(stream(STORE, externalSecret(parts)), memory, { guard: 'streamed' }))
      assert.deepEqual(
        objects.map(({ kind }) => kind),
        ['SecretStore', 'ExternalSecret'],
      )
      assert.equal(memory.opened, 0)
    })
  }

  test('what grants rights is refused all the same', async () => {
    const target = '{template: {type: kubernetes.io/service-account-token}}'
    const render = await renderText(stream(STORE, externalSecret({ target })), db(), { guard: 'streamed' })
    assert.equal(render.problems[0]?.kind, 'InvalidSpec')
  })
})

describe('the Source Hydrator', () => {
  test('everything passes byte for byte, whatever the annotations say, broken objects too', async () => {
    const memory = db()
    const broken = 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: x}\nspec: {data: 5}\n'
    const text = stream(
      STORE,
      externalSecret({ metadata: '  annotations: {argocd-external-secrets.io/delivery: inline}' }),
      broken,
    )
    const render = await renderText(text, memory, { guard: 'hydrator' })
    assert.equal(new TextDecoder().decode(render.output), text)
    assert.equal(memory.opened, 0)
  })
})

describe('what only a policy allows', () => {
  const refusedWith = async (text: string, permissions: Partial<RenderPermissions>): Promise<readonly string[]> =>
    (await renderText(text, db(), { permissions: { ...noPermissions, ...permissions } })).problems.map(({ kind }) => kind)

  test('another namespace than the destination', async () => {
    const text = TEXT.replaceAll('namespace: default', 'namespace: elsewhere')
    assert.deepEqual(await refusedWith(text, {}), ['AccessDenied', 'AccessDenied'])
    assert.deepEqual(await refusedWith(text, { mayUseNamespace: (name) => name === 'elsewhere' }), [])
    assert.deepEqual(await refusedWith(TEXT, {}), [])
  })

  test('an immutable Secret', async () => {
    const text = stream(STORE, externalSecret({ target: '{immutable: true}' }))
    assert.deepEqual(await refusedWith(text, {}), ['InvalidSpec'])
    assert.deepEqual(await refusedWith(text, { immutable: true }), [])
  })

  test('a label that is made of a value', async () => {
    const text = stream(STORE, externalSecret({ target: '{template: {metadata: {labels: {a: "{{ .password }}"}}}}' }))
    assert.deepEqual(await refusedWith(text, {}), ['InvalidSpec'])
    assert.deepEqual(await refusedWith(text, { metadataFromValues: true }), [])
  })

  test('to leave a Secret out when the provider has nothing any more', async () => {
    const gone = { target: '{deletionPolicy: Delete}', spec: '  data: [{secretKey: a, remoteRef: {key: gone}}]' }
    const text = stream(STORE, externalSecret(gone))
    assert.deepEqual(await refusedWith(text, {}), ['NotFound'])
    assert.deepEqual(await refusedWith(text, { honourDeletion: true }), [])
  })

  test('a type that grants rights, and a label of Argo CD, also from templateFrom', async () => {
    const labels = 'argocd.argoproj.io/secret-type: repository'
    const text = stream(
      STORE,
      externalSecret({
        target: `{template: {type: bootstrap.kubernetes.io/token, metadata: {labels: {${labels}}}, templateFrom: [{target: Labels, literal: '${labels}'}]}}`,
      }),
    )
    assert.deepEqual(await refusedWith(text, {}), ['InvalidSpec', 'InvalidSpec'])
    const allowed = { mayHaveType: () => true, mayHaveArgoCdType: (value: string) => value === 'repository' }
    assert.deepEqual(await refusedWith(text, allowed), [])
  })

  test('nothing is rendered inline where the policy forces passthrough', async () => {
    const memory = memoryProvider()
    const permissions = { ...noPermissions, forcePassthrough: true }
    const annotated = externalSecret({ metadata: '  annotations: {argocd-external-secrets.io/delivery: inline}' })
    const objects = objectsOf(await renderText(stream(STORE, annotated), memory, { permissions }))
    assert.deepEqual(
      objects.map(({ kind }) => kind),
      ['SecretStore', 'ExternalSecret'],
    )
    assert.equal(memory.opened, 0)
  })
})
