import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { loadAll } from 'js-yaml'
import * as z from 'zod'
import { knownProviders } from '../../../plugin/api/known-providers.ts'
import { readStore } from '../../../plugin/api/read-store.ts'
import { caProvider, secretKeySelector, serviceAccountSelector } from '../../../plugin/api/selectors.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'
import { changed, type Path } from './changed.ts'

/** As much of a provider's configuration as the rules about stores need. */
const aws = z.object({
  service: z.enum(['SecretsManager', 'ParameterStore']),
  region: z.string(),
  auth: z
    .object({
      jwt: z.object({ serviceAccountRef: serviceAccountSelector.optional().describe('An account.') }).optional(),
      secretRef: z.object({ accessKeyIDSecretRef: secretKeySelector.describe('A key.') }).optional(),
    })
    .optional(),
  caProvider: caProvider.optional(),
})
const schemas = new Map<string, z.ZodType>([['aws', aws]])

function store(kind = 'SecretStore') {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind,
    metadata: { name: 'main', namespace: 'shop' },
    spec: {
      controller: 'dev',
      provider: { aws: { service: 'SecretsManager', region: 'eu-west-1' } },
      retrySettings: { maxRetries: 3, retryInterval: '10s' },
      refreshInterval: 3600,
    },
  }
}

test('the example of the user reads without a problem and with one unknown field', () => {
  const [example] = loadAll(readFileSync(new URL('users-example.yaml', import.meta.url), 'utf8'))
  const { value, problems, warnings } = readStore(example, schemas)
  assert.deepEqual(problems, [])
  assert.deepEqual(warnings, [
    {
      path: ['spec', 'provider', 'aws', 'auth', 'jwt', 'serviceAccountToken'],
      message: 'is an unknown field, which is ignored',
      remedy: 'write serviceAccountRef, or remove it',
    },
  ])
  assert.deepEqual(value?.spec, { provider: { aws: { service: 'SecretsManager', region: 'us-east-1', auth: { jwt: {} } } } })
})

test('every field of a store is accepted and keeps its value', () => {
  const conditions = [
    {
      namespaceSelector: {
        matchLabels: { anything: 'x' },
        matchExpressions: [{ key: 'team', operator: 'In', values: ['a'] }],
      },
      namespaces: ['shop'],
      namespaceRegexes: ['^shop-'],
    },
  ]
  const full = changed(store('ClusterSecretStore'), ['spec', 'conditions'], conditions)
  const { value, problems, warnings } = readStore(full, schemas)
  assert.deepEqual(problems, [])
  assert.deepEqual(warnings, [])
  assert.deepEqual(value?.spec, { ...store().spec, conditions })
})

const BAD: readonly (readonly [string, Path, unknown, Path, string, string?])[] = [
  [
    'no provider',
    ['spec', 'provider'],
    {},
    ['spec', 'provider'],
    'secret stores must only have exactly one backend specified, found 0',
    'name the provider, such as aws, azurekv, gcpsm or vault',
  ],
  [
    'a provider that is null',
    ['spec', 'provider', 'aws'],
    null,
    ['spec', 'provider'],
    'secret stores must only have exactly one backend specified, found 0',
    'name the provider, such as aws, azurekv, gcpsm or vault',
  ],
  [
    'two providers',
    ['spec', 'provider', 'vault'],
    {},
    ['spec', 'provider'],
    'secret stores must only have exactly one backend specified, found 2',
    'keep one of aws, vault',
  ],
  ['a missing provider field', ['spec', 'provider'], undefined, ['spec', 'provider'], 'is missing; expected an object'],
  [
    'a wrong value in the configuration',
    ['spec', 'provider', 'aws', 'service'],
    'SecretManager',
    ['spec', 'provider', 'aws', 'service'],
    'is "SecretManager"; expected one of SecretsManager, ParameterStore',
    'write SecretsManager',
  ],
  [
    'a configuration that is text',
    ['spec', 'provider', 'aws'],
    'eu-west-1',
    ['spec', 'provider', 'aws'],
    'is a string; expected an object',
  ],
  ['a negative interval', ['spec', 'refreshInterval'], -1, ['spec', 'refreshInterval'], 'must not be negative'],
  ['a negative duration', ['spec', 'refreshInterval'], '-1s', ['spec', 'refreshInterval'], 'must not be negative'],
  [
    'an interval that is a list',
    ['spec', 'refreshInterval'],
    [],
    ['spec', 'refreshInterval'],
    'is a list; expected a number or a string',
  ],
  [
    'an interval without a unit',
    ['spec', 'refreshInterval'],
    '60',
    ['spec', 'refreshInterval'],
    'is no Go duration; expected a number with a unit, such as 1h30m',
  ],
  [
    'a retry interval without a unit',
    ['spec', 'retrySettings', 'retryInterval'],
    '5',
    ['spec', 'retrySettings', 'retryInterval'],
    'is no Go duration; expected a number with a unit, such as 1h30m',
  ],
  [
    'retries that are text',
    ['spec', 'retrySettings', 'maxRetries'],
    '5',
    ['spec', 'retrySettings', 'maxRetries'],
    'is a string; expected a number',
  ],
]

for (const [name, path, value, place, message, remedy] of BAD) {
  test(`${name} is one problem that says what was expected`, () => {
    const { value: read, problems } = readStore(changed(store(), path, value), schemas)
    assert.deepEqual(problems, [{ path: place, message, ...(remedy !== undefined && { remedy }) }])
    assert.equal(read, undefined)
  })
}

test('an unknown provider is a problem with the nearest name and all known ones', () => {
  const { problems } = readStore(changed(store(), ['spec', 'provider'], { azure: {} }), schemas)
  assert.equal(problems.length, 1)
  assert.deepEqual(problems[0]?.path, ['spec', 'provider', 'azure'])
  assert.equal(problems[0]?.remedy, 'write azurekv')
  for (const name of knownProviders) assert.ok(problems[0]?.message.includes(name), name)
})

test('every provider of ESO is known, and those without a schema here are warnings', () => {
  for (const id of knownProviders) {
    const { value, problems, warnings } = readStore(changed(store(), ['spec', 'provider'], { [id]: { any: null } }), new Map())
    assert.deepEqual(problems, [])
    assert.deepEqual(
      warnings.map(({ path, message }) => [fieldName(path), message]),
      [[`spec.provider.${id}`, 'is known, but not implemented here']],
    )
    assert.deepEqual(value?.spec.provider, { [id]: { any: null } })
  }
})

test('a known provider that is no object is refused, implemented or not, as by the definition of an API server', () => {
  for (const config of ['word', 7, true, ['word']]) {
    const { problems } = readStore(changed(store(), ['spec', 'provider'], { akeyless: config }), schemas)
    assert.deepEqual(
      problems.map(({ path }) => fieldName(path)),
      ['spec.provider.akeyless'],
    )
    assert.match(problems[0]?.message ?? '', /expected an object$/)
  }
})

test('a provider spelled with other capitals is not known', () => {
  const { problems } = readStore(changed(store(), ['spec', 'provider'], { openbao: {} }), schemas)
  assert.deepEqual(
    problems.map(({ remedy }) => remedy),
    ['write openBao'],
  )
})

test('a v1alpha1 store gets one problem that shows the v1 form', () => {
  const { problems } = readStore({ ...store(), apiVersion: 'external-secrets.io/v1alpha1' }, schemas)
  assert.deepEqual(problems, [
    {
      path: ['apiVersion'],
      message: 'is "external-secrets.io/v1alpha1", which ESO no longer knows',
      remedy: 'write "apiVersion: external-secrets.io/v1"; "spec.provider" keeps its fields',
    },
  ])
})

test('a SecretStore that names a foreign namespace is warned, a ClusterSecretStore may name one', () => {
  const selectors: readonly Path[] = [
    ['spec', 'provider', 'aws', 'auth', 'jwt', 'serviceAccountRef'],
    ['spec', 'provider', 'aws', 'auth', 'secretRef', 'accessKeyIDSecretRef'],
  ]
  for (const path of selectors) {
    const foreign = { name: 'x', namespace: 'bank' }
    const { value, warnings } = readStore(changed(store(), path, foreign), schemas)
    assert.ok(value)
    assert.deepEqual(warnings, [
      {
        path: [...path, 'namespace'],
        message:
          'namespace should either be empty or match the namespace of the SecretStore for a namespaced SecretStore; it is ignored',
        strict: true,
      },
    ])
    assert.deepEqual(readStore(changed(store(), path, { name: 'x', namespace: 'shop' }), schemas).warnings, [])
    assert.deepEqual(readStore(changed(store('ClusterSecretStore'), path, foreign), schemas).warnings, [])
  }
})

test('a ClusterSecretStore says in which namespace its certificate authority is', () => {
  const path = ['spec', 'provider', 'aws', 'caProvider']
  const authority = { type: 'ConfigMap', name: 'ca' }
  assert.deepEqual(readStore(changed(store('ClusterSecretStore'), path, authority), schemas).warnings, [
    { path, message: 'missing namespace on caProvider secret', strict: true },
  ])
  assert.deepEqual(readStore(changed(store(), path, authority), schemas).warnings, [])
})

test('conditions of a SecretStore have no effect and say so', () => {
  const { warnings } = readStore(changed(store(), ['spec', 'conditions'], [{ namespaces: ['shop'] }]), schemas)
  assert.deepEqual(warnings, [
    { path: ['spec', 'conditions'], message: 'has no effect: only a ClusterSecretStore has conditions' },
  ])
})

test('reading never throws, and gives either a value or problems', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom(['spec', 'provider'], ['spec'], ['spec', 'provider', 'aws'], []),
      (value, path) => {
        const reading = readStore(changed(store(), path, value), schemas)
        assert.equal(reading.value === undefined, reading.problems.length > 0)
      },
    ),
  )
})
