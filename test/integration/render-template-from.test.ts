import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { STORE } from '../support/render.ts'
import { externalSecret, problemsOf, secretsOf, stream } from '../support/render-cases.ts'

const SPEC = '  dataFrom: [{extract: {key: db}}]'

const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata: {name: templates, namespace: default}
data:
  url: 'postgres://{{ .username }}@db'
  all: |
    user: {{ .username | quote }}
    {{ "password" }}: {{ .password | quote }}
`

const SECRET = `apiVersion: v1
kind: Secret
metadata: {name: templates, namespace: default}
stringData: {login: '{{ .username }}:{{ .password }}'}
`

const withTemplate = (template: string, ...others: readonly string[]) =>
  stream(STORE, ...others, externalSecret({ target: `{template: ${template}}`, spec: SPEC }))

async function made(template: string, ...others: readonly string[]) {
  return (await secretsOf(withTemplate(template, ...others))).find(({ metadata }) => metadata.name === 'app')
}

describe('templateFrom takes templates', () => {
  test('from a literal that gives keys and values', async () => {
    const secret = await made(`{templateFrom: [{literal: "user: {{ .username }}\\nport: 0777\\n"}]}`)
    assert.deepEqual(secret?.values, { user: 'ada', port: '511' })
  })

  test('from a ConfigMap of the stream, one value under the key of the item', async () => {
    const secret = await made('{templateFrom: [{configMap: {name: templates, items: [{key: url}]}}]}', CONFIG_MAP)
    assert.deepEqual(secret?.values, { url: 'postgres://ada@db' })
  })

  test('from a ConfigMap of the stream, as keys and values', async () => {
    const from = '{configMap: {name: templates, items: [{key: all, templateAs: KeysAndValues}]}}'
    assert.deepEqual((await made(`{templateFrom: [${from}]}`, CONFIG_MAP))?.values, { user: 'ada', password: 's3cret' })
  })

  test('from a Secret of the stream', async () => {
    const secret = await made('{templateFrom: [{secret: {name: templates, items: [{key: login}]}}]}', SECRET)
    assert.deepEqual(secret?.values, { login: 'ada:s3cret' })
  })

  test('in Handlebars too', async () => {
    const metadata = '  annotations: {argocd-external-secrets.io/template-engine: handlebars}'
    const target = '{template: {templateFrom: [{literal: "user: {{username}}"}]}}'
    const [secret] = await secretsOf(stream(STORE, externalSecret({ metadata, target, spec: SPEC })))
    assert.deepEqual(secret?.values, { user: 'ada' })
  })
})

describe('what wins', () => {
  test('later templates over earlier ones, the literal of one item over its Secret over its ConfigMap, template.data over all', async () => {
    const items =
      '{configMap: {name: c, items: [{key: a}, {key: b}, {key: c}]}, secret: {name: s, items: [{key: b}, {key: c}]}, literal: "c: lit\\nd: lit\\n"}'
    const others = [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: default}\ndata: {a: cm, b: cm, c: cm}\n',
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\nstringData: {b: sec, c: sec}\n',
    ]
    const secret = await made(`{data: {e: own}, templateFrom: [${items}, {literal: "d: later\\ne: later\\n"}]}`, ...others)
    assert.deepEqual(secret?.values, { a: 'cm', b: 'sec', c: 'lit', d: 'later', e: 'own' })
  })

  test('fetched keys are left out under Replace, and under Merge lie below', async () => {
    const from = 'templateFrom: [{literal: "username: x"}]'
    assert.deepEqual((await made(`{${from}}`))?.values, { username: 'x' })
    assert.deepEqual((await made(`{mergePolicy: Merge, ${from}}`))?.values, { username: 'x', password: 's3cret' })
  })

  test('fetched keys are left out even when only metadata is made', async () => {
    const secret = await made('{templateFrom: [{target: Labels, literal: "tier: {{ .username }}"}]}')
    assert.deepEqual([secret?.metadata.labels, secret?.values], [{ tier: 'ada' }, {}])
  })

  test('the metadata of the template over that of templateFrom, in whatever letters the target is written', async () => {
    const from = '[{target: ANNOTATIONS, literal: "a: from\\nb: from"}, {target: labels, literal: "l: from"}]'
    const secret = await made(`{metadata: {annotations: {a: "{{ .username }}"}}, templateFrom: ${from}}`)
    assert.deepEqual(secret?.metadata.annotations, { a: 'ada', b: 'from' })
    assert.deepEqual(secret?.metadata.labels, { l: 'from' })
  })

  test('values are decoded, keys and template.data are not', async () => {
    const [problem] = await problemsOf(
      withTemplate('{data: {own: aGk=}, templateFrom: [{valuesDecodingStrategy: Base64, literal: "aGk=: aGk="}]}'),
    )
    assert.match(problem?.message ?? '', /"aGk=" is no key of a Secret/)
    const decoded = await made('{data: {own: aGk=}, templateFrom: [{valuesDecodingStrategy: Base64, literal: "k: aGk="}]}')
    assert.deepEqual(decoded?.values, { k: 'hi', own: 'aGk=' })
  })
})

describe('what is wrong is a problem at its place', () => {
  for (const [what, from, field, message] of [
    [
      'no ConfigMap',
      '{configMap: {name: nope, items: [{key: a}]}}',
      'configMap.name',
      /no ConfigMap "nope" in namespace "default"/,
    ],
    ['no Secret', '{secret: {name: nope, items: []}}', 'secret.name', /no Secret "nope"/],
    [
      'no key',
      '{configMap: {name: templates, items: [{key: urll}]}}',
      'configMap.items[0].key',
      /error in configmap templates: missing key urll/,
    ],
    [
      'no target of a Secret',
      '{target: spec.x, literal: "a: b"}',
      'target',
      /target="spec.x" is not allowed when targeting a Secret/,
    ],
    [
      'no YAML',
      '{literal: "a: b: c"}',
      'literal',
      /could not unmarshal template to .* mapping values are not allowed in this context/,
    ],
    ['a value that is no text', '{literal: "a: [b]"}', 'literal', /cannot unmarshal array into Go value of type string/],
    [
      'no Base64',
      '{valuesDecodingStrategy: Base64, literal: "k: {{ .password }}"}',
      'literal',
      /failed to decode rendered template value for key k: illegal base64 data at input byte \d/,
    ],
    ['no template', '{literal: "{{ .nope"}', 'literal', /template: literal:1: unclosed action/],
    ['a template that fails', '{literal: "k: {{ .nope }}"}', 'literal', /map has no entry for key "nope"/],
    [
      'a label that Argo CD looks for',
      '{target: Labels, literal: "argocd.argoproj.io/secret-type: cluster"}',
      '',
      /part of its own configuration/,
    ],
  ] as const) {
    test(what, async () => {
      const [problem] = await problemsOf(withTemplate(`{templateFrom: [${from}]}`, CONFIG_MAP))
      assert.equal(problem?.kind, 'InvalidSpec')
      assert.equal(problem?.place.field, `spec.target.template.templateFrom${field && `[0].${field}`}`)
      assert.match(problem?.message ?? '', message)
      assert.doesNotMatch(`${problem?.message} ${problem?.remedy}`, /s3cret/)
    })
  }

  test('what is not in the stream is known before any store is asked, all of it', async () => {
    const from = '[{configMap: {name: a, items: []}}, {secret: {name: b, items: []}}]'
    assert.equal((await problemsOf(withTemplate(`{templateFrom: ${from}}`))).length, 2)
  })

  test('the namespace is that of the ExternalSecret', async () => {
    const elsewhere = CONFIG_MAP.replace('namespace: default', 'namespace: other')
    const [problem] = await problemsOf(withTemplate('{templateFrom: [{configMap: {name: templates, items: []}}]}', elsewhere))
    assert.match(problem?.message ?? '', /no ConfigMap "templates" in namespace "default"/)
  })

  for (const literal of ['"{{ .password }}: x y"', '"a {{ .password }}: x"', '"k: x\\n{{ .password }}/b/c: y"'] as const) {
    test(`no message holds a key that is computed from a value: ${literal}`, async () => {
      for (const target of ['Data', 'Labels', 'Annotations']) {
        const from = `{target: ${target}, valuesDecodingStrategy: Base64, literal: ${literal}}`
        const problems = await problemsOf(withTemplate(`{templateFrom: [${from}]}`))
        assert.doesNotMatch(JSON.stringify(problems.map(({ message, remedy, place }) => [message, remedy, place])), /s3cret/)
      }
    })
  }
})
