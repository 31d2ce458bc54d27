import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Store } from '../../../plugin/api/store.ts'
import { namespaceProblem } from '../../../plugin/stores/store-conditions.ts'
import { dependsOnConsumer } from '../../../plugin/stores/store-provider.ts'

type Spec = Partial<Store['spec']>

function store(spec: Spec, kind: Store['kind'] = 'ClusterSecretStore'): Store {
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name: 'shared' }, spec: { provider: { fake: {} }, ...spec } }
}

describe('the conditions of a ClusterSecretStore (external-secrets.md 5.1)', () => {
  const kindFor = (conditions: Spec['conditions'], namespace = 'team'): string | undefined =>
    namespaceProblem(store(conditions === undefined ? {} : { conditions }), namespace)?.kind

  test('allow everybody when there are none', () => {
    assert.equal(kindFor(undefined), undefined)
    assert.equal(kindFor([]), undefined)
  })

  test('allow when any of them names the namespace, exactly', () => {
    assert.equal(kindFor([{ namespaces: ['other'] }, { namespaces: ['team'] }]), undefined)
    assert.equal(kindFor([{ namespaces: ['teams', 'tea', 'TEAM'] }]), 'AccessDenied')
  })

  test('that say nothing allow nobody', () => {
    assert.equal(kindFor([{}]), 'AccessDenied')
    assert.equal(kindFor([{ namespaces: [], namespaceRegexes: [] }]), 'AccessDenied')
  })

  test('by selector or regular expression are never guessed, neither to allow nor to deny', () => {
    assert.equal(kindFor([{ namespaceRegexes: ['.*'] }]), 'InvalidSpec')
    assert.equal(kindFor([{ namespaceSelector: {} }]), 'InvalidSpec')
    assert.equal(kindFor([{ namespaces: ['other'] }, { namespaceSelector: { matchLabels: { a: 'b' } } }]), 'InvalidSpec')
  })

  test('by selector do not matter where a name allows', () => {
    assert.equal(kindFor([{ namespaceSelector: {} }, { namespaces: ['team'] }]), undefined)
  })

  test('name the store, the namespace and the remedy', () => {
    const problem = namespaceProblem(store({ conditions: [{ namespaces: ['other'] }] }), 'team')
    assert.match(problem?.message ?? '', /"shared".*"team"/)
    assert.match(problem?.remedy ?? '', /spec\.conditions\[\]\.namespaces/)
  })

  test('mean nothing for a SecretStore', () => {
    assert.equal(namespaceProblem(store({ conditions: [{ namespaces: ['other'] }] }, 'SecretStore'), 'team'), undefined)
  })
})

describe('whose credentials a ClusterSecretStore uses', () => {
  const cases: readonly (readonly [what: string, provider: Record<string, unknown>, depends: boolean])[] = [
    ['no credentials at all', { fake: { data: [] } }, false],
    ['a selector with a namespace', { vault: { auth: { tokenSecretRef: { name: 'a', namespace: 'b', key: 'c' } } } }, false],
    ['a selector without one', { vault: { auth: { tokenSecretRef: { name: 'a', key: 'c' } } } }, true],
    ['a selector with an empty one', { vault: { auth: { tokenSecretRef: { name: 'a', namespace: '', key: 'c' } } } }, true],
    ['a selector whose namespace is not set', { vault: { auth: { tokenSecretRef: { name: 'a', namespace: undefined } } } }, true],
    [
      'two selectors, one without a namespace',
      {
        aws: {
          auth: {
            secretRef: {
              accessKeyIDSecretRef: { name: 'a', namespace: 'b', key: 'c' },
              secretAccessKeySecretRef: { name: 'a', key: 'd' },
            },
          },
        },
      },
      true,
    ],
    ['an account without a namespace', { aws: { auth: { jwt: { serviceAccountRef: { name: 'app' } } } } }, true],
    [
      'an account with one',
      { gcpsm: { auth: { workloadIdentity: { serviceAccountRef: { name: 'a', namespace: 'b' } } } } },
      false,
    ],
    ['an authority without a namespace', { vault: { caProvider: { type: 'ConfigMap', name: 'ca', key: 'ca.crt' } } }, true],
    ['a session tagged by namespace', { aws: { role: 'r', sessionTagsPolicy: 'Simple' } }, true],
    ['a session without such tags', { aws: { role: 'r', sessionTagsPolicy: 'None' } }, false],
    ['a selector inside a list', { x: { list: [[{ name: 'a' }]] } }, true],
  ]
  for (const [what, provider, depends] of cases) {
    test(`with ${what}: ${depends ? "each consumer's own" : 'the same for all'}`, () => {
      assert.equal(dependsOnConsumer(store({ provider })), depends)
    })
  }
})
