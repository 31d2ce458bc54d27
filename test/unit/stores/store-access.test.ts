import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Store } from '../../../plugin/api/store.ts'
import { namespaceConditions } from '../../../plugin/stores/namespace-conditions.ts'
import { namespaceProblem } from '../../../plugin/stores/store-conditions.ts'
import type { StoreObject } from '../../../plugin/stores/store-object.ts'
import { dependsOnConsumer } from '../../../plugin/stores/store-provider.ts'

type Spec = Partial<Store['spec']>

function store(spec: Spec, kind: Store['kind'] = 'ClusterSecretStore'): Store {
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name: 'shared' }, spec: { provider: { fake: {} }, ...spec } }
}

describe('the conditions of a ClusterSecretStore (external-secrets.md 5.1)', () => {
  const objectOf = (resource: Store, labels?: Readonly<Record<string, string>>): StoreObject => ({
    resource,
    place: {},
    namespace: '',
    verdictFor: (name) => namespaceConditions(resource, { name, labels }),
  })
  const kindFor = (conditions: Spec['conditions'], namespace = 'team', labels?: Readonly<Record<string, string>>) =>
    namespaceProblem(objectOf(store(conditions === undefined ? {} : { conditions }), labels), namespace)?.kind

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

  test('allow by an expression that matches anywhere in the name', () => {
    assert.equal(kindFor([{ namespaceRegexes: ['^x', 'ea'] }]), undefined)
    assert.equal(kindFor([{ namespaceRegexes: ['^ea'] }]), 'AccessDenied')
  })

  test('with an expression that is none are an error, unless something else allows', () => {
    const bad = [{ namespaceRegexes: ['(?=team)'] }]
    assert.throws(() => kindFor(bad), /spec\.conditions\[0\]\.namespaceRegexes\[0\].* is no expression of RE2/)
    assert.equal(kindFor([...bad, { namespaces: ['team'] }]), undefined)
  })

  test('allow by a selector for the labels of the namespace, its name among them', () => {
    const ofTier = [{}, { namespaceSelector: { matchLabels: { tier: 'web' } } }]
    assert.equal(kindFor(ofTier, 'team', { tier: 'web' }), undefined)
    assert.equal(kindFor(ofTier, 'team', {}), 'AccessDenied')
    const byName = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'team' } } }]
    assert.equal(kindFor(byName), undefined)
    assert.equal(kindFor(byName, 'other', { 'kubernetes.io/metadata.name': 'team' }), 'AccessDenied')
  })

  test('by labels that nobody knows deny, whatever the selector denies or asks', () => {
    const withoutTier = [{ namespaceSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' as const }] } }]
    assert.equal(kindFor(withoutTier, 'team', {}), undefined)
    assert.equal(kindFor(withoutTier), 'AccessDenied')
    assert.match(namespaceProblem(objectOf(store({ conditions: withoutTier })), 'team')?.message ?? '', /labels .* not known/)
  })

  test('by selector do not matter where a name allows', () => {
    assert.equal(kindFor([{ namespaceSelector: {} }, { namespaces: ['team'] }]), undefined)
  })

  test('name the store, the namespace and the remedy', () => {
    const problem = namespaceProblem(objectOf(store({ conditions: [{ namespaces: ['other'] }] })), 'team')
    assert.match(problem?.message ?? '', /"shared".*"team"/)
    assert.match(problem?.remedy ?? '', /spec\.conditions\[\]\.namespaces/)
  })

  test('mean nothing for a SecretStore', () => {
    assert.equal(namespaceProblem(objectOf(store({ conditions: [{ namespaces: ['other'] }] }, 'SecretStore')), 'team'), undefined)
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
