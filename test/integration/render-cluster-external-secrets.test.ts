import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import type { Render } from '../../plugin/argocd/render-manifests.ts'
import { renderText, STORE } from '../support/render.ts'
import { db, stream } from '../support/render-cases.ts'

interface Parts {
  readonly metadata?: string
  readonly select?: string
  readonly spec?: string
  readonly child?: string
}

function clusterExternalSecret({ metadata = '', select = 'namespaces: [default]', spec = '', child = '' }: Parts = {}): string {
  return `apiVersion: external-secrets.io/v1
kind: ClusterExternalSecret
metadata: {name: shared${metadata}}
spec:
  ${select}
${spec}  externalSecretSpec:
    secretStoreRef: {name: store}
${child}    data:
      - secretKey: password
        remoteRef: {key: db, property: password}
`
}

const namespaceWith = (labels: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: ${labels}}\n`

interface Made {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly data?: Readonly<Record<string, string>>
}

function madeBy({ output, problems }: Render): readonly Made[] {
  assert.deepEqual(problems, [])
  return parseAllDocuments(new TextDecoder().decode(output)).map((document) => document.toJS() as Made)
}

const said = ({ warnings }: Render): string => warnings.map(({ message }) => message).join('\n')

describe('a ClusterExternalSecret of the stream', () => {
  test('is the Secret of the destination namespace, where that is named', async () => {
    const render = await renderText(stream(STORE, clusterExternalSecret()), db())
    const [secret, ...others] = madeBy(render)
    assert.deepEqual(others, [])
    assert.equal(secret?.kind, 'Secret')
    assert.equal(secret?.metadata.name, 'shared')
    assert.ok(secret?.data?.['password'])
    assert.equal(said(render), '')
  })

  test('has the name, labels and annotations that it says, and those to Argo CD of its own', async () => {
    const parts = {
      metadata: ', annotations: {argocd.argoproj.io/sync-wave: "-1", note: own, argocd.argoproj.io/sync-options: Prune=false}',
      spec: '  externalSecretName: other\n  externalSecretMetadata: {labels: {a: b}, annotations: {c: d, argocd.argoproj.io/sync-options: Prune=true}}\n',
    }
    const [secret] = madeBy(await renderText(stream(STORE, clusterExternalSecret(parts)), db()))
    assert.deepEqual(secret?.metadata, {
      name: 'other',
      labels: { a: 'b' },
      annotations: { 'argocd.argoproj.io/sync-wave': '-1', 'argocd.argoproj.io/sync-options': 'Prune=true', c: 'd' },
    })
  })

  for (const [select, namespace, verdict] of [
    ['namespaces: [other, default]', '', 'rendered'],
    ['namespaces: [other]', '', 'not selected'],
    ['namespaceSelectors: []', '', 'not selected'],
    ['namespaceSelectors: [{}]', '', 'rendered'],
    ['namespaceSelectors: [{matchLabels: {kubernetes.io/metadata.name: default}}]', '', 'rendered'],
    ['namespaceSelectors: [{matchLabels: {kubernetes.io/metadata.name: other}}]', '', 'not selected'],
    ['namespaceSelectors: [{matchLabels: {team: a}}]', '', 'unknown'],
    ['namespaceSelectors: [{matchLabels: {team: a}}]', '{team: a}', 'rendered'],
    ['namespaceSelectors: [{matchLabels: {team: a}}]', '{team: b}', 'not selected'],
    [
      'namespaceSelectors: [{matchLabels: {team: b}}, {matchExpressions: [{key: team, operator: Exists}]}]',
      '{team: a}',
      'rendered',
    ],
    ['namespaceSelector: {matchLabels: {team: a}}', '{team: a}', 'rendered'],
    ['namespaceSelectors: [{matchLabels: {team: a}}]', '{team: 1}', 'not selected'],
  ] as const) {
    test(`with ${select}, the namespace having ${namespace || 'labels that nobody knows'}, is ${verdict}`, async () => {
      const render = await renderText(
        stream(...(namespace ? [namespaceWith(namespace)] : []), STORE, clusterExternalSecret({ select })),
        db(),
      )
      const kinds = new Set(madeBy(render).map(({ kind }) => kind))
      assert.equal(kinds.has('Secret'), verdict === 'rendered')
      assert.equal(kinds.has('ClusterExternalSecret'), verdict !== 'rendered')
      assert.equal(kinds.has('SecretStore'), verdict !== 'rendered', 'it may name the store')
      if (verdict === 'not selected') assert.match(said(render), /does not select the namespace "default"/)
      if (verdict === 'unknown') assert.match(said(render), /depends on labels that are not known here \(add the Namespace/)
      if (verdict === 'rendered') assert.match(said(render), /for the namespace "default" alone/)
    })
  }

  for (const [name, parts, request] of [
    ['its own annotation', { metadata: ', annotations: {argocd-external-secrets.io/delivery: passthrough}' }, {}],
    [
      'the annotation of what it makes',
      { spec: '  externalSecretMetadata: {annotations: {argocd-external-secrets.io/delivery: passthrough}}\n' },
      {},
    ],
    ['the request', {}, { delivery: 'passthrough' }],
  ] as const) {
    test(`passes through byte for byte when ${name} says so`, async () => {
      const memory = db()
      const text = stream(STORE, clusterExternalSecret(parts))
      const { output } = await renderText(text, memory, request)
      assert.equal(new TextDecoder().decode(output), text)
      assert.equal(memory.opened, 0)
    })
  }

  test('gets placeholders when files are uploaded', async () => {
    const memory = db()
    const [secret] = madeBy(
      await renderText(stream(STORE, clusterExternalSecret()), memory, { mode: 'argocd', guard: 'streamed' }),
    )
    assert.equal(secret?.kind, 'Secret')
    assert.equal(Buffer.from(secret?.data?.['password'] ?? '', 'base64').toString(), 'placeholder')
    assert.equal(memory.opened, 0)
  })

  test('is refused like an ExternalSecret in a tenant’s render', async () => {
    const { output, problems } = await renderText(stream(STORE, clusterExternalSecret()), db(), { mode: 'argocd' })
    assert.equal(output, undefined)
    assert.equal(problems[0]?.kind, 'AccessDenied')
  })

  test('and an ExternalSecret that make the same Secret are a Conflict', async () => {
    const own = clusterExternalSecret()
      .replace('ClusterExternalSecret', 'ExternalSecret')
      .replace('  namespaces: [default]\n', '')
      .replace('  externalSecretSpec:\n', '')
      .replaceAll(/^ {4}/gm, '  ')
    const { problems } = await renderText(stream(STORE, clusterExternalSecret(), own), db())
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      ['Conflict'],
    )
  })

  test('says in the words of its own fields what is wrong, with the line', async () => {
    const { problems, locate } = await renderText(stream(STORE, clusterExternalSecret().replace('key: db', 'key: nowhere')), db())
    const place = locate(problems[0]?.place ?? {})
    assert.deepEqual(
      [place.object, place.field, place.line],
      ['ClusterExternalSecret shared', 'spec.externalSecretSpec.data[0]', 14],
    )

    const invalid = await renderText(clusterExternalSecret({ child: '    target: {creationPolicy: Sometimes}\n' }), db())
    assert.deepEqual(
      invalid.problems.map(({ kind, place: { field } }) => [kind, field]),
      [['InvalidSpec', 'spec.externalSecretSpec.target.creationPolicy']],
    )
  })
})
