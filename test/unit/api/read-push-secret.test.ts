import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readPushSecret } from '../../../plugin/api/read-push-secret.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'

const SPEC = {
  refreshInterval: '1h0m0s',
  secretStoreRefs: [{ name: 'vault', kind: 'ClusterSecretStore' }, { labelSelector: { matchLabels: { a: 'b' } } }],
  updatePolicy: 'IfNotExists',
  deletionPolicy: 'Delete',
  selector: { secret: { name: 'database' } },
  data: [
    {
      match: { secretKey: 'password', remoteRef: { remoteKey: 'db', property: 'password' } },
      metadata: { any: 1 },
      conversionStrategy: 'None',
    },
  ],
  dataTo: [
    {
      storeRef: { name: 'vault' },
      match: { regexp: '^x' },
      rewrite: [{ regexp: { source: 'a', target: 'b' } }, { transform: { template: '{{ .value }}' } }],
    },
  ],
  template: { data: { a: '{{ .b }}' } },
}
const push = (spec: object): object => ({
  apiVersion: 'external-secrets.io/v1alpha1',
  kind: 'PushSecret',
  metadata: { name: 'a' },
  spec,
})
const problemsOf = (value: unknown): readonly string[] =>
  readPushSecret(value).problems.map(({ path, message }) => `${fieldName(path)} ${message}`)

describe('PushSecrets', () => {
  test('that fit their schema read without a word', () => {
    assert.deepEqual(readPushSecret(push(SPEC)).warnings, [])
    assert.deepEqual(problemsOf(push(SPEC)), [])
    assert.deepEqual(problemsOf(push({ ...SPEC, selector: { generatorRef: { kind: 'Password', name: 'p' } } })), [])
  })

  for (const [name, change, said] of [
    ['no store', { secretStoreRefs: undefined }, 'spec.secretStoreRefs is missing; expected a list'],
    ['nothing to push', { selector: {} }, 'spec.selector needs either secret or generatorRef'],
    [
      'a Secret by name and labels',
      { selector: { secret: { name: 'a', selector: {} } } },
      'spec.selector.secret needs either name or selector',
    ],
    [
      'a key without its place',
      { data: [{ match: { secretKey: 'a', remoteRef: {} } }] },
      'spec.data[0].match.remoteRef.remoteKey is missing; expected a string',
    ],
    [
      'one key that is also rewritten',
      { dataTo: [{ storeRef: {}, remoteKey: 'a', rewrite: [{ regexp: { source: 'a', target: 'b' } }] }] },
      'spec.dataTo[0] has both remoteKey and rewrite; keep one',
    ],
    [
      'a rewrite of nothing',
      { dataTo: [{ storeRef: {}, rewrite: [{}] }] },
      'spec.dataTo[0].rewrite[0] needs either regexp or transform',
    ],
  ] as const) {
    test(`with ${name} are a problem`, () => assert.deepEqual(problemsOf(push({ ...SPEC, ...change })), [said]))
  }

  test('of another policy are a problem', () => {
    assert.match(problemsOf(push({ ...SPEC, updatePolicy: 'Never' })).join(), /^spec\.updatePolicy /)
  })

  test('with a field that nobody knows are a warning', () => {
    assert.deepEqual(
      readPushSecret(push({ ...SPEC, x: 1 })).warnings.map(({ path }) => fieldName(path)),
      ['spec.x'],
    )
  })

  test('for many namespaces have a spec inside', () => {
    const of = (spec: object): object => ({ ...push(spec), kind: 'ClusterPushSecret' })
    assert.deepEqual(problemsOf(of({ pushSecretSpec: SPEC, namespaceSelectors: [{}], pushSecretName: 'b' })), [])
    assert.deepEqual(problemsOf(of({ pushSecretSpec: { ...SPEC, selector: {} } })), [
      'spec.pushSecretSpec.selector needs either secret or generatorRef',
    ])
  })

  test('in any shape are read without a failure', () => {
    for (const odd of [
      null,
      1,
      'x',
      [],
      {},
      { kind: 'ClusterPushSecret' },
      push({ ...SPEC, selector: { secret: 1 } }),
      push({ ...SPEC, dataTo: [{ rewrite: 1 }] }),
    ]) {
      assert.ok(readPushSecret(odd).problems.length > 0)
    }
  })
})
