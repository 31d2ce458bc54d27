import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadAll } from 'js-yaml'
import { readExternalSecret } from '../../../plugin/api/read-external-secret.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'
import { changed, type Path } from './changed.ts'
import { fullExternalSecret } from './full-external-secret.ts'

test('the example of the user reads without a problem and with one unknown field', () => {
  const [, example] = loadAll(readFileSync(new URL('users-example.yaml', import.meta.url), 'utf8'))
  const { value, problems, warnings } = readExternalSecret(example)
  assert.deepEqual(problems, [])
  assert.deepEqual(warnings, [
    {
      path: ['spec', 'secretStoreRef', 'key'],
      message: 'is an unknown field, which is ignored',
      remedy: 'remove it, or use one of name, kind',
    },
  ])
  const defaults = { metadataPolicy: 'None', conversionStrategy: 'Default', decodingStrategy: 'None', nullBytePolicy: 'Ignore' }
  const key = 'my-app/database-credentials'
  assert.deepEqual(value, {
    apiVersion: 'external-secrets.io/v1beta1',
    kind: 'ExternalSecret',
    metadata: { name: 'database-credentials-secret', namespace: 'default' },
    spec: {
      refreshInterval: '1h',
      secretStoreRef: { name: 'aws-secrets-manager-store' },
      target: { name: 'database-credentials', creationPolicy: 'Owner', deletionPolicy: 'Retain' },
      data: [
        { secretKey: 'username', remoteRef: { key, property: 'username', ...defaults } },
        { secretKey: 'password', remoteRef: { key, property: 'password', ...defaults } },
      ],
    },
  })
})

test('every field is accepted, keeps its value, and no field is unknown', () => {
  const full = fullExternalSecret()
  const { value, problems, warnings } = readExternalSecret(full)
  assert.deepEqual(problems, [])
  assert.deepEqual(warnings, [])
  assert.deepEqual(value?.spec.data, full.spec.data)
  assert.deepEqual(value?.spec.syncWindows, full.spec.syncWindows)
  assert.deepEqual(value?.spec.target.template?.metadata, full.spec.target.template.metadata)
  assert.deepEqual(value?.spec.dataFrom?.[1]?.rewrite, full.spec.dataFrom[1]?.rewrite)
})

test('what is not written gets the defaults of the CRD', () => {
  const { value } = readExternalSecret({
    ...minimal(),
    spec: {
      target: { template: { templateFrom: [{ configMap: { name: 'c', items: [{ key: 'k' }] } }] } },
      data: [{ secretKey: 'a', remoteRef: { key: 'k' } }],
      dataFrom: [{ find: {}, rewrite: [{ merge: {} }] }, { sourceRef: { generatorRef: { kind: 'UUID', name: 'id' } } }],
    },
  })
  const strategies = { conversionStrategy: 'Default', decodingStrategy: 'None', nullBytePolicy: 'Ignore' }
  assert.deepEqual(value?.spec, {
    refreshInterval: '1h0m0s',
    target: {
      creationPolicy: 'Owner',
      deletionPolicy: 'Retain',
      template: {
        engineVersion: 'v2',
        mergePolicy: 'Replace',
        templateFrom: [{ target: 'Data', configMap: { name: 'c', items: [{ key: 'k', templateAs: 'Values' }] } }],
      },
    },
    data: [{ secretKey: 'a', remoteRef: { key: 'k', metadataPolicy: 'None', ...strategies } }],
    dataFrom: [
      {
        find: strategies,
        rewrite: [{ merge: { into: '', priorityPolicy: 'Strict', conflictPolicy: 'Error', strategy: 'Extract' } }],
      },
      { sourceRef: { generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'UUID', name: 'id' } } },
    ],
  })
  assert.deepEqual(readExternalSecret(minimal()).value?.spec.target, { creationPolicy: 'Owner', deletionPolicy: 'Retain' })
})

test('no template and an empty template stay different', () => {
  assert.equal(readExternalSecret(minimal()).value?.spec.target.template, undefined)
  const empty = readExternalSecret({ ...minimal(), spec: { ...minimal().spec, target: { template: {} } } })
  assert.deepEqual(empty.value?.spec.target.template, { engineVersion: 'v2', mergePolicy: 'Replace' })
})

test('null is absent: optional fields vanish, defaults come in, required fields are missing', () => {
  const full = fullExternalSecret()
  const optional = changed(changed(full, ['spec', 'target'], null), ['spec', 'data', 0, 'remoteRef', 'version'], null)
  const { value, problems } = readExternalSecret(optional)
  assert.deepEqual(problems, [])
  assert.deepEqual(value?.spec.target, { creationPolicy: 'Owner', deletionPolicy: 'Retain' })
  assert.equal('version' in (value?.spec.data?.[0]?.remoteRef ?? {}), false)
  assert.deepEqual(readExternalSecret(changed(full, ['spec', 'data', 0, 'remoteRef', 'key'], null)).problems, [
    { path: ['spec', 'data', 0, 'remoteRef', 'key'], message: 'is missing; expected a string' },
  ])
})

test('all problems of an object are reported at once', () => {
  let bad: unknown = fullExternalSecret()
  bad = changed(bad, ['spec', 'target', 'creationPolicy'], 'Owned')
  bad = changed(bad, ['spec', 'refreshInterval'], 5)
  bad = changed(bad, ['spec', 'data', 0, 'remoteRef'], {})
  bad = changed(bad, ['metadata', 'namespace'], 'Shop')
  const fields = readExternalSecret(bad).problems.map(({ path }) => fieldName(path))
  assert.deepEqual(fields.toSorted(), [
    'metadata.namespace',
    'spec.data[0].remoteRef.key',
    'spec.refreshInterval',
    'spec.target.creationPolicy',
  ])
})

test('problems do not quote what could be a secret', () => {
  const canary = 'hunter2-canary'
  const paths: Path[] = [
    ['spec', 'data'],
    ['spec', 'target', 'immutable'],
    ['spec', 'target', 'template'],
    ['spec', 'refreshInterval'],
  ]
  for (const path of paths) {
    const { problems } = readExternalSecret(changed(fullExternalSecret(), path, canary))
    assert.equal(problems.length, 1)
    assert.equal(JSON.stringify(problems).includes(canary), false)
  }
})

test('a v1alpha1 object gets one problem that shows the v1 form', () => {
  assert.deepEqual(readExternalSecret({ ...fullExternalSecret(), apiVersion: 'external-secrets.io/v1alpha1', spec: {} }), {
    problems: [
      {
        path: ['apiVersion'],
        message: 'is "external-secrets.io/v1alpha1", which ESO no longer knows',
        remedy: 'write "apiVersion: external-secrets.io/v1", and each "dataFrom" entry "- key: K" as "- extract: {key: K}"',
      },
    ],
    warnings: [],
  })
})

test('a v1beta1 object is warned of every field that only v1 has', () => {
  let beta: unknown = { ...fullExternalSecret(), apiVersion: 'external-secrets.io/v1beta1' }
  beta = changed(beta, ['spec', 'target', 'creationPolicy'], 'CreateOrMerge')
  beta = changed(beta, ['spec', 'target', 'manifest'], { apiVersion: 'example.com/v1', kind: 'Thing' })
  beta = changed(beta, ['spec', 'target', 'template', 'templateFrom', 0, 'target'], 'spec.config')
  const { value, warnings } = readExternalSecret(beta)
  assert.ok(value)
  assert.deepEqual(warnings.map(({ path }) => fieldName(path)).toSorted(), [
    'spec.dataFrom[1].rewrite[0].merge',
    'spec.data[0].remoteRef.nullBytePolicy',
    'spec.syncWindows',
    'spec.target.creationPolicy',
    'spec.target.manifest',
    'spec.target.template.metadata.finalizers',
    'spec.target.template.templateFrom[0].target',
    'spec.target.template.templateFrom[0].valuesDecodingStrategy',
  ])
  for (const { message, remedy } of warnings) {
    assert.match(message, /an API server (drops|refuses).* while it is read here as in v1$/)
    assert.equal(remedy, 'write "apiVersion: external-secrets.io/v1"')
  }
})

test('unknown fields warn at every depth, and open maps have none', () => {
  let odd: unknown = fullExternalSecret()
  odd = changed(odd, ['sepc'], {})
  odd = changed(odd, ['metadata', 'label'], {})
  odd = changed(odd, ['spec', 'data', 0, 'remoteRef', 'propery'], 'x')
  odd = changed(odd, ['spec', 'target', 'template', 'data', 'anything'], 'x')
  odd = changed(odd, ['spec', 'dataFrom', 1, 'find', 'tags', 'anything'], 'x')
  odd = changed(odd, ['status'], { anything: [] })
  const { problems, warnings } = readExternalSecret(odd)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    warnings.map(({ path, remedy }) => [fieldName(path), remedy]),
    [
      ['metadata.label', 'write labels, or remove it'],
      ['spec.data[0].remoteRef.propery', 'write property, or remove it'],
      ['sepc', 'write spec, or remove it'],
    ],
  )
})

test('keys that name parts of the prototype are harmless', () => {
  const hostile: unknown = JSON.parse(`{
    "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "__proto__": {"polluted": 1},
    "metadata": {"name": "x", "labels": {"constructor": "c", "toString": "t"}},
    "spec": {"__proto__": {"data": 5}, "constructor": {}, "data": [{"secretKey": "constructor", "remoteRef": {"key": "k"}}]}
  }`)
  const { value, problems, warnings } = readExternalSecret(hostile)
  assert.deepEqual(problems, [])
  assert.deepEqual(warnings.map(({ path }) => fieldName(path)).toSorted(), ['__proto__', 'spec.__proto__', 'spec.constructor'])
  assert.deepEqual(Object.keys(value?.metadata.labels ?? {}), ['constructor', 'toString'])
  assert.equal('polluted' in {}, false)

  const inMap: unknown = JSON.parse('{"__proto__": "x"}')
  assert.deepEqual(readExternalSecret(changed(fullExternalSecret(), ['spec', 'target', 'template', 'data'], inMap)).problems, [
    {
      path: ['spec', 'target', 'template', 'data', '__proto__'],
      message: 'is no key that can be used here',
      remedy: 'choose another name',
    },
  ])
})

test('hostile names and depths are read in linear time and small stack', () => {
  let deep: unknown = 1
  for (let depth = 0; depth < 5_000; depth++) deep = { deep, none: null }
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`field-${index}`, null]))
  const reading = readExternalSecret({
    ...minimal(),
    ...many,
    status: deep,
    spec: { target: { name: `${'a-'.repeat(500_000)}!` }, deep },
  })
  assert.equal(reading.problems.length, 1)
  assert.equal(reading.warnings.length, 50_001)
})

function minimal() {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'minimal' },
    spec: { data: [{ secretKey: 'a', remoteRef: { key: 'k' } }] },
  }
}
