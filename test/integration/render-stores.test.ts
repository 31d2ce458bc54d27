import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderText, STORE } from '../support/render.ts'
import { db, externalSecret, problemsOf, stream } from '../support/render-cases.ts'

describe('stores', () => {
  const find = (store: string, spec = ''): string =>
    stream(store, externalSecret().replace('{name: store}', `{name: store${spec}}`))

  test('one that is not in the stream is InvalidSpec, with those that are', async () => {
    const [problem, ...others] = await problemsOf(find(STORE.replace('name: store', 'name: stores')))
    assert.deepEqual(others, [])
    assert.equal(problem?.place.field, 'spec.secretStoreRef')
    assert.match(problem?.remedy ?? '', /SecretStore default\/stores/)
  })

  test('one of another namespace is not found', async () => {
    assert.equal((await problemsOf(find(STORE.replace('namespace: default', 'namespace: elsewhere'))))[0]?.kind, 'InvalidSpec')
  })

  test('one that is defined twice is a Conflict', async () => {
    assert.equal((await problemsOf(stream(STORE, STORE, externalSecret())))[0]?.kind, 'Conflict')
  })

  const cluster = (conditions: string): string =>
    STORE.replace('kind: SecretStore', 'kind: ClusterSecretStore')
      .replace(', namespace: default', '')
      .replace('spec: {', `spec: {conditions: ${conditions}, `)

  for (const [conditions, kind] of [
    ['[]', undefined],
    ['[{namespaces: [default]}]', undefined],
    ['[{}, {namespaces: [default]}]', undefined],
    ['[{}]', 'AccessDenied'],
    ['[{namespaces: [elsewhere]}]', 'AccessDenied'],
    ['[{namespaceRegexes: ["^def"]}]', undefined],
    ['[{namespaceRegexes: ["^other"]}]', 'AccessDenied'],
    ['[{namespaceRegexes: ["("]}]', 'InvalidSpec'],
    ['[{namespaceSelector: {matchLabels: {team: a}}}]', 'AccessDenied'],
  ] as const) {
    test(`a ClusterSecretStore with conditions ${conditions} is ${kind ?? 'allowed'}`, async () => {
      const render = await renderText(find(cluster(conditions), ', kind: ClusterSecretStore'), db())
      assert.equal(render.problems[0]?.kind, kind)
    })
  }

  for (const [labels, kind] of [
    ['{team: a}', undefined],
    ['{team: b}', 'AccessDenied'],
  ] as const) {
    test(`a ClusterSecretStore for namespaces of team a is ${kind ?? 'allowed'} where the Namespace has ${labels}`, async () => {
      const store = cluster('[{namespaceSelector: {matchLabels: {team: a}}}]')
      const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: ${labels}}\n`
      const render = await renderText(stream(find(store, ', kind: ClusterSecretStore'), namespace), db())
      assert.equal(render.problems[0]?.kind, kind)
    })
  }

  test('one of another controller class is refused rather than passed over', async () => {
    assert.equal((await problemsOf(find(STORE.replace('spec: {', 'spec: {controller: other, '))))[0]?.kind, 'InvalidSpec')
  })

  test('one of a provider that is known but not implemented says what is', async () => {
    const [problem] = await problemsOf(find(STORE.replace('{fake: {data: []}}', '{doppler: {auth: {}}}')))
    assert.match(problem?.message ?? '', /known, but not implemented/)
  })
})
