import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { STORE } from '../support/render.ts'
import { externalSecret, problemsOf, secretsOf, stream } from '../support/render-cases.ts'

describe('metadata and templates', () => {
  const metadata = `  labels: {team: payments}
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
    argocd.argoproj.io/tracking-id: "app:x"
    kubectl.kubernetes.io/last-applied-configuration: "{}"
    argocd-external-secrets.io/template-engine: handlebars
    note: kept`

  test('labels and annotations are copied, but not what others wrote about the ExternalSecret', async () => {
    const [secret] = await secretsOf(stream(STORE, externalSecret({ metadata })))
    assert.deepEqual(secret?.metadata.labels, { team: 'payments' })
    assert.deepEqual(secret?.metadata.annotations, { 'argocd.argoproj.io/sync-wave': '-1', note: 'kept' })
  })

  test('template metadata replaces them, but keeps what is meant for Argo CD', async () => {
    const target = '{template: {metadata: {labels: {user: "{{username}}"}, annotations: {own: plain}}}}'
    const spec = '  dataFrom: [{extract: {key: db}}]'
    const [secret] = await secretsOf(stream(STORE, externalSecret({ metadata, target, spec })))
    assert.deepEqual(secret?.metadata.labels, { user: 'ada' })
    assert.deepEqual(secret?.metadata.annotations, { 'argocd.argoproj.io/sync-wave': '-1', own: 'plain' })
  })

  for (const [mergePolicy, expected] of [
    ['Replace', { url: 'ada:s3cret' }],
    ['Merge', { url: 'ada:s3cret', username: 'ada', password: 's3cret' }],
  ] as const) {
    test(`template data with mergePolicy ${mergePolicy}`, async () => {
      const target = `{template: {type: my/type, mergePolicy: ${mergePolicy}, data: {url: "{{username}}:{{password}}"}}}`
      const [secret] = await secretsOf(
        stream(STORE, externalSecret({ metadata, target, spec: '  dataFrom: [{extract: {key: db}}]' })),
      )
      assert.deepEqual(secret?.values, expected)
      assert.equal(secret?.type, 'my/type')
    })
  }

  test('a template with a type alone keeps the fetched keys', async () => {
    const [secret] = await secretsOf(stream(STORE, externalSecret({ target: '{template: {type: my/type}}' })))
    assert.deepEqual([secret?.type, secret?.values], ['my/type', { password: 's3cret' }])
  })

  test('without the annotation a template is a Go template', async () => {
    const target =
      '{template: {data: {url: "{{ .username | upper }}:{{ .password | b64enc }}"}, metadata: {labels: {user: "{{ .username }}"}}}}'
    const [secret] = await secretsOf(stream(STORE, externalSecret({ target, spec: '  dataFrom: [{extract: {key: db}}]' })))
    assert.deepEqual(secret?.values, { url: 'ADA:czNjcmV0' })
    assert.deepEqual(secret?.metadata.labels, { user: 'ada' })
  })

  for (const [what, template, message, remedy] of [
    [
      'a missing key',
      '{{ .pasword }}',
      'template: url:1:3: executing "url" at <.pasword>: map has no entry for key "pasword"',
      /defined are: "password"/,
    ],
    ['an unknown function', 'a{{ uper .password }}', 'template: url:1: function "uper" not defined', /did you mean upper\?/],
    [
      'an argument of another type',
      '{{ trunc .password 3 }}',
      'template: url:1:9: executing "url" at <.password>: wrong type for value; expected int; got string',
      /^its signature is trunc\(/,
    ],
    [
      'a function that may tell a value',
      '{{ index .password 99 }}',
      'template: url:1:3: executing "url" at <index .password 99>: error calling index: (message withheld)',
      /^its signature is index\(/,
    ],
  ] as const) {
    test(`${what} in a Go template is reported in Go's words, without a value`, async () => {
      const target = `{template: {data: {url: ${JSON.stringify(template)}}}}`
      const [problem] = await problemsOf(stream(STORE, externalSecret({ target })))
      assert.equal(problem?.kind, 'InvalidSpec')
      assert.equal(problem?.place.field, 'spec.target.template.data.url')
      assert.equal(problem?.message, message)
      if (remedy) assert.match(problem?.remedy ?? '', remedy)
    })
  }

  test('a template that fails is shown with a caret under the place, in every field that holds one', async () => {
    const target = JSON.stringify({
      template: {
        data: { url: 'first\n  ü {{ .pasword }}', other: '{{ if .password }}\n{{ atoi .x }}{{ end }}' },
        metadata: { labels: { team: '{{ .tem }}' } },
        templateFrom: [{ literal: 'a: {{ .literal }}' }],
      },
    })
    const problems = await problemsOf(stream(STORE, externalSecret({ target })))
    assert.deepEqual(
      problems.map(({ place, excerpt }) => [place.field, ...excerpt]),
      [
        ['spec.target.template.templateFrom[0].literal', 'line 1, column 7:', '1 | a: {{ .literal }}', '  |       ^'],
        ['spec.target.template.data.url', 'line 2, column 8:', '2 |   ü {{ .pasword }}', '  |        ^'],
        ['spec.target.template.data.other', 'line 2, column 9:', '2 | {{ atoi .x }}{{ end }}', '  |         ^'],
        ['spec.target.template.metadata.labels.team', 'line 1, column 4:', '1 | {{ .tem }}', '  |    ^'],
      ],
    )
  })

  test('a Handlebars template that fails is shown as well', async () => {
    for (const [text, ...excerpt] of [
      ['a {{ usr }}', 'line 1, column 6:', '1 | a {{ usr }}', '  |      ^'],
      ['{{#if password}}{{/each}}', 'line 1, column 4:', '1 | {{#if password}}{{/each}}', '  |    ^'],
    ]) {
      const target = JSON.stringify({ template: { data: { url: text } } })
      const problems = await problemsOf(stream(STORE, externalSecret({ metadata, target })))
      assert.deepEqual(
        problems.map((problem) => problem.excerpt),
        [excerpt],
      )
    }
  })

  test('the text of a Secret is not shown, even where it is named as a template', async () => {
    const target = '{template: {templateFrom: [{secret: {name: texts, items: [{key: t}]}}]}}'
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: texts, namespace: default}\nstringData: {t: "hidden {{ .x }}"}\n'
    const [problem] = await problemsOf(stream(STORE, secret, externalSecret({ target })))
    assert.match(problem?.message ?? '', /map has no entry for key "x"/)
    assert.deepEqual(problem?.excerpt, [])
  })

  for (const [what, parts, field] of [
    ['the ExternalSecret', { metadata: '  labels: {ok: fine, a..b/c: x}' }, 'metadata.labels[a..b/c]'],
    ['the template', { target: '{template: {metadata: {labels: {bad: "a b"}}}}' }, 'spec.target.template.metadata.labels.bad'],
  ] as const) {
    test(`a label that Kubernetes refuses is a problem at ${what}, where it is written`, async () => {
      const problems = await problemsOf(stream(STORE, externalSecret(parts)))
      assert.deepEqual(
        problems.map(({ kind, place }) => [kind, place.field]),
        [['InvalidSpec', field]],
      )
    })
  }

  test('a template text without an action is itself under both engines', async () => {
    const [secret] = await secretsOf(stream(STORE, externalSecret({ target: '{template: {data: {fixed: "ü {x}"}}}' })))
    assert.deepEqual(secret?.values, { fixed: 'ü {x}' })
  })

  test('a template that fails names its field, line and column, and no value', async () => {
    const target = '{template: {data: {url: "{{absent}}"}}}'
    const [problem] = await problemsOf(
      stream(STORE, externalSecret({ metadata, target, spec: '  dataFrom: [{extract: {key: db}}]' })),
    )
    assert.equal(problem?.kind, 'InvalidSpec')
    assert.match(problem?.message ?? '', /template: 1:\d+/)
    assert.doesNotMatch(JSON.stringify([problem?.message, problem?.remedy]), /s3cret/)
  })
})
