import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { readCoreObjects } from '../../../../plugin/argocd/core-objects.ts'
import { type ComparedSecret, type ComparedSecrets, secretsOf } from '../../../../plugin/argocd/diff/compared-secret.ts'
import { renderedSecrets } from '../../../../plugin/argocd/diff/rendered-secrets.ts'
import { type DiffOptions, secretDiffs } from '../../../../plugin/argocd/diff/secret-diff.ts'
import { valueDigests } from '../../../../plugin/argocd/explain/value-digest.ts'
import { SecretValue } from '../../../../plugin/model/secret-value.ts'
import { splitManifests } from '../../../../plugin/stream/split-manifests.ts'
import { memoryProvider } from '../../../support/memory-provider.ts'
import { runs } from '../../../support/property-runs.ts'
import { LOCAL, portsOf, renderText, STORE } from '../../../support/render.ts'

const RENDER: DiffOptions = { against: 'render', computed: new Map() }
const CLUSTER: DiffOptions = { ...RENDER, against: 'cluster' }
const PARTIAL = { 'argocd.argoproj.io/sync-options': 'ServerSideApply=true,Prune=false,Delete=false' }

interface Parts {
  readonly data?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly type?: string
  readonly immutable?: boolean
}

function secret(name: string, { data = {}, labels = {}, annotations = {}, type, immutable = false }: Parts = {}): ComparedSecret {
  return {
    namespace: 'shop',
    name,
    ...(type !== undefined && { type }),
    immutable,
    labels: new Map(Object.entries(labels)),
    annotations: new Map(Object.entries(annotations)),
    data: new Map(Object.entries(data).map(([key, text]) => [key, SecretValue.fromText(text)])),
  }
}

function secrets(...all: readonly ComparedSecret[]): ComparedSecrets {
  return new Map(all.map((one) => [`${one.namespace}/${one.name}`, one]))
}

test('Secrets are added, removed and changed, and what is the same is not told', () => {
  const before = secrets(
    secret('gone', { data: { k: '1' } }),
    secret('kept'),
    secret('other', { data: { k: '1', l: '1', m: '1' } }),
  )
  const after = secrets(
    secret('kept'),
    secret('new', { data: { a: '1' } }),
    secret('other', { data: { k: '2', m: '1', n: '1' } }),
  )
  const [gone, added, changed, ...rest] = secretDiffs(before, after, RENDER)
  assert.deepEqual(rest, [])
  assert.deepEqual([gone?.name, gone?.change, gone?.keys], ['gone', 'removed', []])
  assert.deepEqual([added?.name, added?.change, added?.keys], ['new', 'added', [{ name: 'a', change: 'added' }]])
  assert.equal(changed?.change, 'changed')
  assert.deepEqual(changed.keys, [
    { name: 'k', change: 'changed' },
    { name: 'l', change: 'removed' },
    { name: 'n', change: 'added' },
  ])
})

test('type, immutability, labels and annotations are compared, and Opaque is what a Secret without a type is', () => {
  const before = secrets(secret('one', { labels: { a: '1' } }), secret('other'))
  const after = secrets(
    secret('one', { type: 'kubernetes.io/tls', immutable: true, labels: { b: '1' }, annotations: { n: '2' } }),
    secret('other', { type: 'Opaque' }),
  )
  assert.deepEqual(secretDiffs(before, after, RENDER), [
    {
      namespace: 'shop',
      name: 'one',
      change: 'changed',
      type: { before: 'Opaque', after: 'kubernetes.io/tls' },
      immutable: { before: false, after: true },
      keys: [],
      labels: [
        { name: 'a', change: 'removed' },
        { name: 'b', change: 'added' },
      ],
      annotations: [{ name: 'n', change: 'added' }],
    },
  ])
})

test('in a cluster others may have added Secrets, labels and annotations, but no keys', () => {
  const before = secrets(secret('one', { data: { k: '1', old: '1' }, labels: { theirs: '1' } }), secret('theirs'))
  const [diff, ...rest] = secretDiffs(before, secrets(secret('one', { data: { k: '1' } })), CLUSTER)
  assert.deepEqual(rest, [])
  assert.deepEqual([diff?.keys, diff?.labels], [[{ name: 'old', change: 'removed' }], []])
})

test('of some keys of another’s Secret only these keys are compared', () => {
  const before = secrets(secret('one', { type: 'theirs', data: { k: '1', theirs: '1' }, annotations: PARTIAL }))
  const after = secrets(secret('one', { data: { k: '2' }, annotations: PARTIAL }))
  const [diff] = secretDiffs(before, after, CLUSTER)
  assert.deepEqual([diff?.keys, diff?.type], [[{ name: 'k', change: 'changed' }], undefined])
})

test('digests tell a change, and nothing without being asked for', () => {
  const before = secrets(secret('one', { data: { k: '1' } }))
  const after = secrets(secret('one', { data: { k: '2' } }))
  const [diff] = secretDiffs(before, after, { ...RENDER, digestOf: valueDigests(new Uint8Array(32)) })
  const [field] = diff?.keys ?? []
  assert.match(field?.before ?? '', /^[\da-f]{12}$/)
  assert.match(field?.after ?? '', /^[\da-f]{12}$/)
  assert.notEqual(field?.before, field?.after)
})

test('where a template computes names from values, none that may be one is told', async () => {
  const text = `${STORE}---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app, namespace: shop}
spec:
  secretStoreRef: {name: store, kind: ClusterSecretStore}
  target: {template: {data: {fixed: "1"}, templateFrom: [{literal: "{{ .k }}: x"}]}}
  data: [{secretKey: k, remoteRef: {key: db}}]
`.replace('kind: SecretStore\nmetadata: {name: store, namespace: default}', 'kind: ClusterSecretStore\nmetadata: {name: store}')
  const streams = [splitManifests('app.yaml', new TextEncoder().encode(text))]
  const memory = memoryProvider({ db: 'canary' })
  const after = await renderedSecrets(streams, LOCAL, portsOf(memory, 'local'), AbortSignal.timeout(60_000))
  assert.deepEqual(after.problems, [])
  const before = secrets(secret('app', { data: { formercanary: '1' } }))
  const diffs = secretDiffs(before, after.secrets, { ...RENDER, computed: after.computed })
  assert.deepEqual(diffs[0]?.keys, [{ change: 'added' }, { name: 'fixed', change: 'added' }, { change: 'removed' }])
  assert.doesNotMatch(JSON.stringify(diffs), /canary/)
})

test('a render does not differ from itself, whatever the values are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string()), async (values) => {
      const data = Object.keys(values).map((key) => ({ secretKey: key, remoteRef: { key } }))
      const text = `${STORE}---\n${JSON.stringify({
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'app', labels: { a: 'b' } },
        spec: { secretStoreRef: { name: 'store' }, target: { deletionPolicy: 'Merge' }, data },
      })}\n`
      const { output } = await renderText(text, memoryProvider(values))
      assert.ok(output)
      const former = secretsOf(await readCoreObjects([splitManifests('former.yaml', output)], 'default'))
      const streams = [splitManifests('app.yaml', new TextEncoder().encode(text))]
      const ports = portsOf(memoryProvider(values), 'local')
      const after = await renderedSecrets(streams, LOCAL, ports, AbortSignal.timeout(60_000))
      assert.equal(after.secrets.size, 1)
      assert.deepEqual(secretDiffs(former, after.secrets, RENDER), [])
    }),
    { numRuns: runs(50) },
  )
})
