import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { localPermissions, noPermissions, type RenderPermissions } from '../../plugin/argocd/render-permissions.ts'
import type { RenderRequest } from '../../plugin/argocd/render-request.ts'
import type { SecretError } from '../../plugin/model/secret-error.ts'
import { type MemoryProvider, memoryProvider } from '../support/memory-provider.ts'
import { objectsOf, renderText, STORE } from '../support/render.ts'
import { db, externalSecret, stream } from '../support/render-cases.ts'

const CONFIG_MAP = 'manifest: {apiVersion: v1, kind: ConfigMap}'
const THING = 'manifest: {apiVersion: example.com/v1, kind: Thing}'
const ALLOWED: RenderPermissions = {
  ...localPermissions,
  mayTarget: (kind) => ['ConfigMap', 'example.com/Thing'].includes(kind),
}
const BOTH =
  '  data: [{secretKey: user, remoteRef: {key: db, property: username}}, {secretKey: password, remoteRef: {key: db, property: password}}]'

async function made(text: string, memory = db(), request: Partial<RenderRequest> = {}): Promise<readonly unknown[]> {
  const objects = objectsOf(await renderText(text, memory, { permissions: ALLOWED, ...request }))
  return objects.map(({ values: _values, ...object }) => object)
}

async function problems(text: string, permissions = ALLOWED, memory = db()): Promise<readonly SecretError[]> {
  const render = await renderText(text, memory, { permissions })
  assert.equal(render.output, undefined)
  return render.problems
}

const target = (inside: string, kind = THING, spec = BOTH): string =>
  stream(STORE, externalSecret({ target: `{${kind}, ${inside}}`, spec }))

describe('an object that is made instead of a Secret', () => {
  test('a ConfigMap has the fetched keys as texts in its data, and what the ExternalSecret says of labels and annotations', async () => {
    const metadata = '  labels: {a: b}\n  annotations: {argocd.argoproj.io/sync-wave: "-1"}'
    const text = stream(STORE, externalSecret({ metadata, target: `{name: settings, ${CONFIG_MAP}}`, spec: BOTH }))
    assert.deepEqual(await made(text), [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'settings',
          namespace: 'default',
          labels: { a: 'b' },
          annotations: { 'argocd.argoproj.io/sync-wave': '-1' },
        },
        data: { password: 's3cret', user: 'ada' },
      },
    ])
  })

  test('any other kind has them in spec.data', async () => {
    const [thing] = await made(stream(STORE, externalSecret({ target: `{${THING}}`, spec: BOTH })))
    assert.deepEqual(thing, {
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: { name: 'app', namespace: 'default' },
      spec: { data: { password: 's3cret', user: 'ada' } },
    })
  })

  for (const [what, template, expected] of [
    ['template.data goes into data, never into spec', 'data: {k: "{{ .user }}"}', { spec: {}, data: { k: 'ada' } }],
    ['an empty template writes nothing', '{}', { spec: {} }],
    [
      'mergePolicy, type and finalizers mean nothing',
      'mergePolicy: Merge, type: x, metadata: {finalizers: [a.b/c]}',
      { spec: {} },
    ],
    [
      'a literal for spec replaces it',
      'templateFrom: [{target: spec, literal: "{n: 3, u: {{ .user }}}"}]',
      { spec: { false: 3, u: 'ada' } },
    ],
    [
      'a literal deeper down is merged with what is there',
      `templateFrom: [{target: spec.a.b, literal: "x: 1"}, {target: spec.a.b, literal: "z: '{{ .user }}'"}]`,
      { spec: { a: { b: { x: 1, z: 'ada' } } } },
    ],
    [
      'a path makes the lists that it goes through',
      'templateFrom: [{target: "spec.rules[1].name", literal: "{{ .user }}"}]',
      { spec: { rules: [null, { name: 'ada' }] } },
    ],
    ['a literal for data gives texts', 'templateFrom: [{literal: "a: 5\\nb: yes"}]', { spec: {}, data: { a: '5', b: 'true' } }],
    ['an empty target is data', 'templateFrom: [{target: "", literal: "a: {{ .user }}"}]', { spec: {}, data: { a: 'ada' } }],
    [
      'template.data wins over templateFrom',
      'data: {a: mine}, templateFrom: [{literal: "a: {{ .user }}"}]',
      { spec: {}, data: { a: 'mine' } },
    ],
    [
      'values are decoded where that is asked for',
      'templateFrom: [{literal: "a: {{ .user | b64enc }}", valuesDecodingStrategy: Base64}]',
      { spec: {}, data: { a: 'ada' } },
    ],
  ] as const) {
    test(what, async () => {
      const text = template === '{}' ? target('template: {}') : target(`template: {${template}}`)
      const [thing] = await made(text)
      const { apiVersion: _, kind: __, metadata: ___, ...rest } = thing as Record<string, unknown>
      assert.deepEqual(rest, expected)
    })
  }

  test('labels and annotations of a template are taken as they are, those of templateFrom are rendered', async () => {
    const template =
      'template: {metadata: {labels: {a: b}, annotations: {note: "{{ .user }}"}}, templateFrom: [{target: labels, literal: "u: {{ .user }}"}]}'
    const [thing] = await made(target(template))
    const { metadata } = thing as { metadata: { labels: object; annotations: object } }
    assert.deepEqual(metadata.labels, { a: 'b', u: 'ada' })
    assert.deepEqual(metadata.annotations, { note: '{{ .user }}' })
  })

  test('what a ConfigMap gives as a template is rendered, and rendered again at its path', async () => {
    const templates = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: templates, namespace: default}\ndata: {one: 'n: {{ .user }}', two: '{{ "{{ .user }}" }}'}\n`
    const template =
      'template: {templateFrom: [{target: spec.one, configMap: {name: templates, items: [{key: one}]}}, {target: spec, configMap: {name: templates, items: [{key: two}]}}]}'
    const [, thing] = await made(stream(templates, STORE, externalSecret({ target: `{${THING}, ${template}}`, spec: BOTH })))
    assert.deepEqual((thing as { spec: object }).spec, { one: { false: 'ada' }, two: 'ada' })
  })

  test('an integer that a double cannot hold arrives as it is', async () => {
    const text = target('template: {templateFrom: [{target: spec, literal: "big: 9007199254740993"}]}')
    const render = await renderText(text, db(), { permissions: ALLOWED, output: 'json' })
    assert.match(new TextDecoder().decode(render.output), /"big":9007199254740993/)
  })
})

describe('what else there is of such an object', () => {
  const existing =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app, namespace: default, labels: {own: "1"}}\ndata: {keep: me, k: old}\n'
  const merging = `{${CONFIG_MAP}, creationPolicy: Merge, template: {metadata: {labels: {own: "2", more: x}}, data: {k: "{{ .password }}"}}}`

  test('Merge writes into the object of the stream, which keeps the rest', async () => {
    assert.deepEqual(await made(stream(existing, STORE, externalSecret({ target: merging }))), [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'app', namespace: 'default', labels: { own: '1', more: 'x' } },
        data: { keep: 'me', k: 's3cret' },
      },
    ])
  })

  test('Merge without such an object is a partial one that Argo CD neither prunes nor deletes', async () => {
    const [object] = await made(stream(STORE, externalSecret({ target: merging })))
    const { metadata, data } = object as { metadata: { annotations: object }; data: object }
    assert.deepEqual(metadata.annotations, { 'argocd.argoproj.io/sync-options': 'ServerSideApply=true,Prune=false,Delete=false' })
    assert.deepEqual(data, { k: 's3cret' })
  })

  test('two that merge into one object make one', async () => {
    const second = externalSecret({
      name: 'two',
      target: `{name: app, ${CONFIG_MAP}, creationPolicy: CreateOrMerge, template: {data: {u: "{{ .password }}!"}}}`,
    })
    const objects = await made(stream(STORE, externalSecret({ target: merging }), second))
    assert.deepEqual(
      objects.map((object) => (object as { data: object }).data),
      [{ k: 's3cret', u: 's3cret!' }],
    )
  })

  test('an owned one that the stream brings too is a Conflict, a Secret of its name is none', async () => {
    const owner = externalSecret({ target: `{${CONFIG_MAP}}` })
    const [problem] = await problems(stream(existing, STORE, owner))
    assert.equal(problem?.kind, 'Conflict')
    assert.match(problem?.message ?? '', /target ConfigMap "app" is also made by a ConfigMap of the stream/)
    const secret = externalSecret({ name: 'two', target: '{name: app}' })
    assert.equal((await made(stream(STORE, owner, secret))).length, 2)
    const [other] = await problems(stream(STORE, owner, externalSecret({ name: 'two', target: `{name: app, ${CONFIG_MAP}}` })))
    assert.equal(other?.kind, 'Conflict')
  })

  test('None makes nothing, and neither does an empty result that may be left out', async () => {
    assert.deepEqual(await made(stream(STORE, externalSecret({ target: `{${CONFIG_MAP}, creationPolicy: None}` }))), [])
    const gone = externalSecret({
      target: `{${CONFIG_MAP}, deletionPolicy: Delete}`,
      spec: '  data: [{secretKey: a, remoteRef: {key: gone}}]',
    })
    assert.deepEqual(await made(stream(STORE, gone)), [])
    const [problem] = await problems(stream(STORE, gone), { ...noPermissions, mayTarget: () => true })
    assert.equal(problem?.kind, 'NotFound')
  })

  test('a render of uploaded files leaves it as it is, and asks no store', async () => {
    const memory = memoryProvider()
    const objects = await made(stream(STORE, externalSecret({ target: `{${CONFIG_MAP}}` })), memory, { guard: 'streamed' })
    assert.deepEqual(
      objects.map((object) => (object as { kind: string }).kind),
      ['SecretStore', 'ExternalSecret'],
    )
    assert.equal(memory.opened, 0)
  })
})

describe('what is refused before anything is read', () => {
  const refused = async (text: string, permissions = ALLOWED): Promise<readonly (string | undefined)[]> => {
    const memory: MemoryProvider = db()
    const found = await problems(text, permissions, memory)
    assert.equal(memory.opened, 0)
    return found.map(({ place }) => place.field)
  }

  test('a kind that nobody has allowed', async () => {
    assert.deepEqual(await refused(target('name: x', CONFIG_MAP), localPermissions), ['spec.target.manifest'])
    assert.deepEqual(await refused(target('name: x', CONFIG_MAP), noPermissions), ['spec.target.manifest'])
    assert.deepEqual(await refused(target('name: x', 'manifest: {apiVersion: other.com/v1, kind: Thing}')), [
      'spec.target.manifest',
    ])
  })

  for (const manifest of [
    '{apiVersion: v1, kind: Secret}',
    '{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding}',
    '{apiVersion: argoproj.io/v1alpha1, kind: Application}',
    '{apiVersion: external-secrets.io/v1, kind: ClusterSecretStore}',
  ])
    test(`${manifest}, whatever is allowed`, async () => {
      const all = { ...localPermissions, mayTarget: () => true }
      assert.deepEqual(await refused(target('name: x', `manifest: ${manifest}`), all), ['spec.target.manifest'])
    })

  for (const path of [
    'apiVersion',
    'kind',
    'metadata',
    'metadata.name',
    'metadata.namespace',
    'metadata.ownerReferences',
    'items',
    'items[0]',
  ])
    test(`a template that writes ${path}`, async () => {
      const field = 'spec.target.template.templateFrom[0].target'
      assert.deepEqual(await refused(target(`template: {templateFrom: [{target: "${path}", literal: x}]}`)), [field])
    })

  test('a path that is none, in the words of External Secrets Operator', async () => {
    const [problem] = await problems(target('template: {templateFrom: [{target: "spec..a", literal: x}]}'))
    assert.equal(problem?.message, 'invalid path "spec..a": empty segment')
  })

  test('the shape of a Secret from the library', async () => {
    const metadata = '  annotations: {argocd-external-secrets.io/template: tls}'
    const found = await refused(stream(STORE, externalSecret({ metadata, target: `{${CONFIG_MAP}}` })))
    assert.ok(found.some((field) => field?.startsWith('metadata.annotations')))
  })
})

describe('no value is told of', () => {
  const secret = memoryProvider({ db: '{"password":"s3cret: [x"}' })
  const spec = '  data: [{secretKey: password, remoteRef: {key: db, property: password}}]'
  const said = async (template: string, kind = THING, memory = secret): Promise<string> =>
    JSON.stringify(await problems(target(`template: {${template}}`, kind, spec), ALLOWED, memory))

  test('by a result that is no YAML', async () => {
    assert.doesNotMatch(await said('templateFrom: [{target: spec.a, literal: "{{ .password }}"}]'), /s3cret/)
  })

  test('by a template that a ConfigMap gives and that fails in its second round', async () => {
    const memory = memoryProvider({ db: JSON.stringify({ password: '{{ s3cret' }) })
    const templates = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: t, namespace: default}\ndata: {one: '{{ .password }}'}\n`
    const template = 'template: {templateFrom: [{target: spec.a, configMap: {name: t, items: [{key: one}]}}]}'
    const text = stream(templates, STORE, externalSecret({ target: `{${THING}, ${template}}`, spec }))
    const found = await problems(text, ALLOWED, memory)
    assert.match(found[0]?.message ?? '', /message withheld/)
    assert.doesNotMatch(JSON.stringify(found), /s3cret/)
  })

  test('by a key, a label or an annotation that is made of one', async () => {
    const memory = memoryProvider({ db: JSON.stringify({ password: 's3cret key!' }) })
    const literal = 'literal: "{{ if true }}{{ .password | quote }}: x{{ end }}"'
    for (const at of ['Data', 'Labels', 'metadata.labels', 'metadata.annotations'])
      assert.doesNotMatch(await said(`templateFrom: [{target: ${at}, ${literal}}]`, CONFIG_MAP, memory), /s3cret/, at)
  })

  test('in labels and annotations, which Argo CD lists, unless a policy allows that', async () => {
    const permissions = { ...noPermissions, mayTarget: () => true }
    for (const at of ['Labels', 'annotations', 'metadata.annotations'])
      assert.match(
        (await problems(target(`template: {templateFrom: [{target: ${at}, literal: "a: {{ .password }}"}]}`), permissions))[0]
          ?.message ?? '',
        /would be shown by Argo CD/,
        at,
      )
  })
})
