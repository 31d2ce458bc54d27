import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valueDigests } from '../../../../plugin/argocd/explain/value-digest.ts'
import { SecretError } from '../../../../plugin/model/secret-error.ts'
import { explainText, keyNamed, secretNamed } from '../../../support/explain.ts'
import { memoryProvider } from '../../../support/memory-provider.ts'
import { STORE } from '../../../support/render.ts'

const externalSecret = (name: string, spec: string): string => `---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ${name}, namespace: default}
spec:
  secretStoreRef: {name: store}
${spec}`

const VALUES = { db: '{"user":"app","pass":"cDQ1NQ=="}', plain: 'word', 'plain@7': 'old word' }

test('a key tells its entry, store, remote key, property, version and that it was decoded', async () => {
  const text = `${STORE}${externalSecret(
    'app',
    `  data:
    - secretKey: password
      remoteRef: {key: db, property: pass, decodingStrategy: Base64}
    - secretKey: old
      remoteRef: {key: plain, version: "7"}
`,
  )}`
  const explanation = await explainText(text, memoryProvider(VALUES))
  assert.deepEqual(explanation.problems, [])
  const secret = secretNamed(explanation, 'app')
  const { from: password, overrides } = keyNamed(secret, 'password')
  assert.ok(password.kind === 'read')
  assert.deepEqual(overrides, [])
  assert.equal(password.field, 'spec.data[0]')
  assert.equal(password.store, 'SecretStore default/store')
  assert.equal(password.provider, 'fake')
  assert.equal(password.decoded, true)
  assert.equal(password.read?.key, 'db')
  assert.equal(password.read.property, 'pass')
  assert.ok(password.read.version)
  const { from: old } = keyNamed(secret, 'old')
  assert.ok(old.kind === 'read')
  assert.equal(old.decoded, false)
  assert.equal(old.read?.requestedVersion, '7')
})

test('a key that several give tells who overrides whom, templates last', async () => {
  const text = `${STORE}${externalSecret(
    'app',
    `  target:
    template:
      mergePolicy: Merge
      data: {user: "{{ .user }}!"}
  dataFrom:
    - extract: {key: db}
  data:
    - secretKey: user
      remoteRef: {key: plain}
`,
  )}`
  const secret = secretNamed(await explainText(text, memoryProvider(VALUES)), 'app')
  const { from, overrides } = keyNamed(secret, 'user')
  assert.deepEqual(
    [from, ...overrides].map(({ kind, ...source }) => [kind, 'field' in source && source.field]),
    [
      ['template', 'spec.target.template.data.user'],
      ['read', 'spec.data[0]'],
      ['read', 'spec.dataFrom[0]'],
    ],
  )
})

test('a renamed key is followed back to the name that the provider has for it, a merged one is not', async () => {
  const text = `${STORE}${externalSecret(
    'app',
    `  dataFrom:
    - extract: {key: db}
      rewrite:
        - regexp: {source: "^(.*)$", target: "DB_$1"}
        - regexp: {source: "^DB_u", target: "DB_U"}
    - extract: {key: nested}
      rewrite: [{merge: {}}]
`,
  )}`
  const memory = memoryProvider({ ...VALUES, nested: JSON.stringify({ one: '{"a":"1"}', other: '{"b":"2"}' }) })
  const explanation = await explainText(text, memory)
  assert.deepEqual(explanation.problems, [])
  const secret = secretNamed(explanation, 'app')
  const { from: renamed } = keyNamed(secret, 'DB_User')
  assert.ok(renamed.kind === 'read')
  assert.equal(renamed.renamedFrom, 'user')
  assert.deepEqual(renamed.rewrite, ['regexp', 'regexp'])
  const { from: merged } = keyNamed(secret, 'a')
  assert.ok(merged.kind === 'read')
  assert.deepEqual(merged.rewrite, ['merge'])
  assert.equal(merged.renamedFrom, undefined)
})

test('fetched keys that only templates see are no keys of the Secret', async () => {
  const spec = `  target: {template: {data: {url: "db://{{ .user }}"}}}
  dataFrom: [{extract: {key: db}}]
`
  const secret = secretNamed(await explainText(STORE + externalSecret('app', spec), memoryProvider(VALUES)), 'app')
  assert.deepEqual(
    secret.keys.map(({ key }) => key),
    ['url'],
  )
  assert.deepEqual(
    secret.externalSecrets[0]?.unused.map(({ key }) => key),
    ['pass', 'user'],
  )
})

test('ExternalSecrets that merge into one Secret of the manifests are explained together', async () => {
  const merge = (key: string): string => `  target: {name: shared, creationPolicy: Merge}
  data: [{secretKey: word, remoteRef: {key: ${key}}}]
`
  const existing = `---
apiVersion: v1
kind: Secret
metadata: {name: shared, namespace: default}
stringData: {word: mine, other: mine too}
`
  const text = STORE + externalSecret('one', merge('plain')) + externalSecret('two', merge('db')) + existing
  const explanation = await explainText(text, memoryProvider(VALUES))
  assert.equal(explanation.secrets.length, 1)
  const secret = secretNamed(explanation, 'shared')
  assert.equal(secret.target, 'merged')
  const { from, overrides } = keyNamed(secret, 'word')
  assert.deepEqual(
    [from, ...overrides].map((source) => ('externalSecret' in source ? source.externalSecret : source.kind)),
    ['default/two', 'default/one', 'manifest'],
  )
  assert.deepEqual(keyNamed(secret, 'other').from, { kind: 'manifest' })
})

test('what can be explained is, beside an invalid one, one without a store and one that cannot be read', async () => {
  const memory = memoryProvider(VALUES)
  memory.failures.set('secret', new SecretError('AccessDenied', 'no'))
  const data = (key: string): string => `  data: [{secretKey: k, remoteRef: {key: ${key}}}]\n`
  const text = [
    STORE,
    externalSecret('well', data('plain')),
    externalSecret('denied', data('secret')),
    externalSecret('invalid', '  data: 7\n'),
    externalSecret('lost', data('plain')).replace('name: store', 'name: nowhere'),
  ].join('')
  const explanation = await explainText(text, memory)
  assert.deepEqual(
    explanation.secrets.map(({ name, outcome }) => [name, outcome]),
    [
      ['well', 'made'],
      ['denied', 'failed'],
      ['lost', 'failed'],
    ],
  )
  assert.deepEqual(explanation.problems.map(({ kind }) => kind).toSorted(), ['AccessDenied', 'InvalidSpec', 'InvalidSpec'])
  assert.deepEqual(memory.fetches, [['plain', 'secret']])
  assert.equal(secretNamed(explanation, 'denied').externalSecrets[0]?.entries[0]?.outcome, 'failed')
})

test('what deletionPolicy leaves out is told', async () => {
  const spec = (policy: string): string => `  target: {deletionPolicy: ${policy}}
  data: [{secretKey: k, remoteRef: {key: absent}}]
`
  const text = STORE + externalSecret('deleted', spec('Delete')) + externalSecret('merged', spec('Merge'))
  const explanation = await explainText(text, memoryProvider())
  assert.deepEqual(explanation.problems, [])
  assert.equal(secretNamed(explanation, 'deleted').outcome, 'left out')
  assert.equal(secretNamed(explanation, 'merged').outcome, 'made')
  assert.equal(secretNamed(explanation, 'deleted').externalSecrets[0]?.entries[0]?.outcome, 'left out')
})

test('a key that a template computes from values has no name', async () => {
  const spec = `  target:
    template:
      templateFrom: [{literal: "{{ .user }}: x"}]
  dataFrom: [{extract: {key: db}}]
`
  const explanation = await explainText(STORE + externalSecret('app', spec), memoryProvider({ db: '{"user":"canary"}' }))
  assert.deepEqual(explanation.problems, [])
  const secret = secretNamed(explanation, 'app')
  assert.deepEqual(
    secret.keys.map(({ key, from }) => [key, from.kind]),
    [[undefined, 'template']],
  )
  assert.doesNotMatch(JSON.stringify(explanation.secrets), /canary/)
})

test('equal values have equal digests under one key of one Secret alone, and only with one key', async () => {
  const spec = `  data:
    - {secretKey: one, remoteRef: {key: plain}}
    - {secretKey: other, remoteRef: {key: plain}}
`
  const text = STORE + externalSecret('app', spec) + externalSecret('again', spec)
  const digests = async (key: number): Promise<readonly (string | undefined)[]> => {
    const { secrets } = await explainText(text, memoryProvider(VALUES), valueDigests(new Uint8Array(32).fill(key)))
    return secrets.flatMap(({ keys }) => keys.map(({ digest }) => digest))
  }
  const first = await digests(1)
  assert.equal(new Set(first).size, 4)
  assert.deepEqual(await digests(1), first)
  assert.equal(new Set([...first, ...(await digests(2))]).size, 8)
})

test('a key of a generator tells which', async () => {
  const generator = `---
apiVersion: generators.external-secrets.io/v1alpha1
kind: Fake
metadata: {name: gen, namespace: default}
spec: {data: {user: canary}}
`
  const spec = `  dataFrom:
    - sourceRef: {generatorRef: {apiVersion: generators.external-secrets.io/v1alpha1, kind: Fake, name: gen}}
      rewrite: [{regexp: {source: "^", target: "x_"}}]
`
  const explanation = await explainText(STORE + externalSecret('app', spec) + generator, memoryProvider())
  assert.deepEqual(explanation.problems, [])
  assert.deepEqual(keyNamed(secretNamed(explanation, 'app'), 'x_user').from, {
    kind: 'generated',
    externalSecret: 'default/app',
    field: 'spec.dataFrom[0]',
    renamedFrom: 'user',
    rewrite: ['regexp'],
    generator: 'Fake default/gen',
  })
})
