import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExternalSecret } from '../../../plugin/api/read-external-secret.ts'
import { otherStoresOf, whenMissingOf } from '../../../plugin/api/when-missing.ts'

const NAME = 'argocd-external-secrets.io/when-missing'
const FIND = { find: { name: { regexp: '.' } } }
const GENERATOR = { sourceRef: { generatorRef: { kind: 'Password', name: 'p' } } }

function reading(annotation: string, dataFrom: readonly object[] = [{ extract: { key: 'all' } }]) {
  return readExternalSecret({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'app', annotations: { [NAME]: annotation } },
    spec: { secretStoreRef: { name: 'store' }, data: [{ secretKey: 'password', remoteRef: { key: 'db' } }], dataFrom },
  })
}

test('rules are read from YAML, and from JSON, which is YAML too', () => {
  const rule = { stores: [{ name: 'old' }, { name: 'shared', kind: 'ClusterSecretStore' }], default: 'none' }
  const yaml =
    'password:\n  stores: [{name: old}, {name: shared, kind: ClusterSecretStore}]\n  default: none\n"dataFrom[0]": {optional: true}\n'
  const json = JSON.stringify({ password: rule, 'dataFrom[0]': { optional: true } })
  for (const text of [yaml, json]) {
    const { value, problems, warnings } = reading(text)
    assert.deepEqual([problems, warnings], [[], []])
    assert.ok(value)
    assert.deepEqual(
      [...whenMissingOf(value)],
      [
        ['password', rule],
        ['dataFrom[0]', { optional: true }],
      ],
    )
    assert.deepEqual(otherStoresOf(value), rule.stores)
  }
})

test('nothing is said by no annotation, and by an empty one', () => {
  const { value } = reading(' \n')
  assert.ok(value)
  assert.equal(whenMissingOf(value).size, 0)
})

const wrong: readonly (readonly [
  what: string,
  annotation: string,
  path: readonly (string | number)[],
  said: RegExp,
  remedy: RegExp,
])[] = [
  ['no YAML', 'password: [', [], /is no YAML \(its line 1\)/, /./],
  ['a list', '- password', [], /is no map/, /password: \{default: none\}/],
  [
    'a name that no entry has, where dataFrom gives no keys either',
    'passwort: {optional: true}',
    ['passwort'],
    /names no entry/,
    /write "password"/,
  ],
  ['an entry that is not there', '"dataFrom[7]": {optional: true}', ['dataFrom[7]'], /names no entry/, /write "dataFrom\[0\]"/],
  ['an unknown field', 'password: {defualt: a}', ['password', 'defualt'], /is an unknown field$/, /write default/],
  ['a default that is no text', 'password: {default: 7}', ['password', 'default'], /is a number; expected a string/, /./],
  ['a rule that is none', 'password: none', ['password'], /expected an object|expected a map|is a string/, /^/],
  [
    'a default and optional',
    'password: {default: a, optional: true}',
    ['password', 'optional'],
    /only one of them/,
    /remove optional/,
  ],
  [
    'a default of a whole object',
    '"dataFrom[0]": {default: a}',
    ['dataFrom[0]', 'default'],
    /belongs to one key/,
    /name the key/,
  ],
  ['a default of everything', '"*": {default: a}', ['*', 'default'], /belongs to one key/, /name the key/],
  ['no store at all', 'password: {stores: []}', ['password', 'stores'], /./, /^/],
  [
    'a store without a name',
    'password: {stores: [{kind: SecretStore}]}',
    ['password', 'stores', 0, 'name'],
    /expected the name of a store/,
    /^/,
  ],
]

for (const [what, annotation, path, said, remedy] of wrong) {
  test(`a problem with its field and a remedy: ${what}`, () => {
    const { value, problems } = reading(annotation, annotation.startsWith('passwort') ? [] : undefined)
    assert.equal(value, undefined)
    assert.equal(problems.length, 1)
    assert.deepEqual(problems[0]?.path, ['metadata', 'annotations', NAME, ...path])
    assert.match(problems[0].message, said)
    assert.match(problems[0].remedy ?? '', remedy)
  })
}

test('a key of a dataFrom may have a default, and nothing else', () => {
  assert.deepEqual(reading('LEVEL: {default: info}').problems, [])
  assert.match(reading('LEVEL: {optional: true}').problems[0]?.message ?? '', /there is a default alone/)
})

test('a search has no other stores, and a generator never misses anything', () => {
  assert.match(reading('"dataFrom[0]": {stores: [{name: old}]}', [FIND]).problems[0]?.message ?? '', /not made in another store/)
  assert.deepEqual(reading('"dataFrom[0]": {optional: true}', [FIND]).problems, [])
  assert.match(reading('"dataFrom[0]": {optional: true}', [GENERATOR]).problems[0]?.message ?? '', /is a generator/)
})

test('no problem quotes a default', () => {
  for (const text of [
    'password: {default: [canary]}',
    'password: {default: canary, optional: 7}',
    'password: canary',
    'x: {default: canary}}',
  ])
    assert.doesNotMatch(JSON.stringify(reading(text).problems), /canary/, text)
})
