import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ExplainedSecret } from '../../../../plugin/argocd/explain/explanation.ts'
import { explanationText } from '../../../../plugin/cli/explain/explanation-text.ts'
import { explainText, secretNamed } from '../../../support/explain.ts'
import { memoryProvider } from '../../../support/memory-provider.ts'
import { STORE } from '../../../support/render.ts'

const VALUES = { db: '{"user":"canary-1","pass":"canary-2","host":"canary-3"}' }
const OBJECTS = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: shapes, namespace: default}
data: {url: "db://{{ .user }}", all: "{{ range $k, $v := . }}{{ $k }}={{ $v }} {{ end }}"}
---
apiVersion: v1
kind: Secret
metadata: {name: hidden, namespace: default}
stringData: {shape: "{{ .user }}{{ if false }}{{ index . \\"canary-name\\" }}{{ end }}"}
`

function manifests(template: string, annotations = '{}'): string {
  return `${STORE}---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app, namespace: default, annotations: ${annotations}}
spec:
  secretStoreRef: {name: store}
  target: {template: ${template}}
  dataFrom: [{extract: {key: db}}]
${OBJECTS}`
}

/** `url: user` and `pass: nothing`: what the template of each key reads, and who reads each fetched key that is no key of the Secret. */
function said({ keys, externalSecrets }: ExplainedSecret): readonly string[] {
  const made = keys.map(({ key, from }) =>
    from.kind === 'template' ? `${key} reads ${[...from.reads, ...(from.mayReadAll ? ['perhaps all'] : [])].join(', ')}` : key,
  )
  const fetched = externalSecrets[0]?.unused.map(({ key, readBy, mayBeReadBy }) => {
    const fields = [...readBy, ...mayBeReadBy.map((field) => `perhaps ${field}`)]
    return `${key} is read by ${fields.map((field) => field.replace('spec.target.template.', '')).join(', ')}`
  })
  return [...made, ...(fetched ?? [])].map((line) => line?.trimEnd() ?? '')
}

const CASES: readonly {
  readonly name: string
  readonly template: string
  readonly annotations?: string
  readonly says: readonly string[]
}[] = [
  {
    name: 'template.data: the keys by name, and what nobody reads',
    template: '{data: {url: "db://{{ .user }}@{{ .host }}", fixed: word}}',
    says: ['fixed reads', 'url reads user, host', 'host is read by data.url', 'pass is read by', 'user is read by data.url'],
  },
  {
    name: 'a template that takes all keys may read each',
    template: '{data: {json: "{{ toJson . }}", user: "{{ .user }}"}}',
    says: [
      'json reads perhaps all',
      'user reads user',
      'host is read by perhaps data.json',
      'pass is read by perhaps data.json',
      'user is read by data.user, perhaps data.json',
    ],
  },
  {
    name: 'templates of ConfigMaps, Secrets and literals, by their fields; no other name of a Secret is told',
    template:
      '{templateFrom: [{configMap: {name: shapes, items: [{key: url}]}}, {secret: {name: hidden, items: [{key: shape}]}}, {literal: "a: {{ .pass }}"}]}',
    says: [
      'a reads pass',
      'shape reads user',
      'url reads user',
      'host is read by',
      'pass is read by templateFrom[2].literal',
      'user is read by templateFrom[0].configMap.items[0].key, templateFrom[1].secret.items[0].key',
    ],
  },
  {
    name: 'labels and annotations use keys too',
    template: '{metadata: {annotations: {host: "{{ .host }}"}, labels: {pass: "{{ .pass }}"}}, data: {user: "{{ .user }}"}}',
    says: [
      'user reads user',
      'host is read by metadata.annotations.host',
      'pass is read by metadata.labels.pass',
      'user is read by data.user',
    ],
  },
  {
    name: 'with mergePolicy Merge every fetched key is a key of the Secret',
    template: '{mergePolicy: Merge, data: {url: "{{ .user }}"}}',
    says: ['host', 'pass', 'url reads user', 'user'],
  },
  {
    name: 'Handlebars',
    template: '{data: {url: "db://{{user}}{{#each this}}{{@key}}{{/each}}"}}',
    annotations: '{argocd-external-secrets.io/template-engine: handlebars}',
    says: [
      'url reads user, perhaps all',
      'host is read by perhaps data.url',
      'pass is read by perhaps data.url',
      'user is read by data.url',
    ],
  },
]

describe('what templates read is told:', () => {
  for (const { name, template, annotations, says } of CASES) {
    test(name, async () => {
      const explanation = await explainText(manifests(template, annotations), memoryProvider(VALUES))
      assert.deepEqual(explanation.problems, [])
      assert.deepEqual(said(secretNamed(explanation, 'app')), says)
      assert.doesNotMatch(JSON.stringify(explanation.secrets), /canary/)
    })
  }

  test('a shape of the library, whose templates have one field', async () => {
    const text = manifests('{}', '{argocd-external-secrets.io/template: basic-auth}').replace(
      'dataFrom: [{extract: {key: db}}]',
      'data: [{secretKey: username, remoteRef: {key: db, property: user}}, {secretKey: password, remoteRef: {key: db, property: pass}}, {secretKey: other, remoteRef: {key: db, property: host}}]',
    )
    const explanation = await explainText(text, memoryProvider(VALUES))
    assert.deepEqual(explanation.problems, [])
    const { keys, externalSecrets } = secretNamed(explanation, 'app')
    assert.deepEqual(
      keys.map(({ key, from }) => [key, from.kind === 'template' && from.reads]),
      [
        ['password', ['password']],
        ['username', ['username']],
      ],
    )
    assert.deepEqual(
      externalSecrets[0]?.unused.map(({ key, readBy }) => [key, readBy.length]),
      [
        ['other', 0],
        ['password', 1],
        ['username', 1],
      ],
    )
  })

  test('in words', async () => {
    const template = '{data: {all: "{{ .user }}{{ range . }}{{ . }}{{ end }}", fixed: word, url: "{{ .user }}{{ .host }}"}}'
    const printed = explanationText(await explainText(manifests(template), memoryProvider(VALUES)))
    assert.match(
      printed,
      /template spec\.target\.template\.data\.all, of default\/app: reads "user", and may read all other fetched keys\n/,
    )
    assert.match(printed, /template spec\.target\.template\.data\.fixed, of default\/app: reads no fetched key\n/)
    assert.match(printed, /template spec\.target\.template\.data\.url, of default\/app: reads "user", "host"\n/)
    assert.match(
      printed,
      /only for templates: host\n.*\n.*─ read by spec\.target\.template\.data\.url\n.*─ may be read by spec\.target\.template\.data\.all\n/,
    )
    const without = explanationText(await explainText(manifests('{data: {url: "{{ .user }}"}}'), memoryProvider(VALUES)))
    assert.match(without, /fetched but unused: pass\n.*spec\.dataFrom\[0\] of default\/app.*\n.*─ no template reads it\n/)
    assert.doesNotMatch(printed + without, /canary/)
  })
})
