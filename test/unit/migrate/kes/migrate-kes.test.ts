import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseAllDocuments, stringify } from 'yaml'
import { migrateKes } from '../../../../plugin/migrate/kes/migrate-kes.ts'
import type { Migration, MigrationOptions } from '../../../../plugin/migrate/migration.ts'
import { printStream } from '../../../../plugin/stream/print-stream.ts'
import { splitManifests } from '../../../../plugin/stream/split-manifests.ts'
import { type KesModelSpec, type KesObject, kesSecret } from '../../../support/kes-model.ts'
import { printedMigration, renderedMigration } from '../../../support/migration.ts'

function migrated(text: string, options: Partial<MigrationOptions> = {}): Migration {
  const stream = splitManifests('app.yaml', new TextEncoder().encode(text))
  return migrateKes([stream], { storeKind: 'SecretStore', ...options })
}

function objectOf(spec: object, metadata: Partial<KesObject['metadata']> = {}): KesObject {
  return {
    apiVersion: 'kubernetes-client.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'app', ...metadata },
    spec: spec as KesModelSpec,
  } as KesObject
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
const UUID = '01234567-89ab-cdef-0123-456789abcdef'
const VALUES = {
  plain: 'p"\\\n$ä{{ x }}',
  encoded: Buffer.from([0, 255, 1]).toString('base64'),
  json: '{"user":"ann","nested":{"a":[1,{"b":"deep"}]},"dotted.name":"dotted","number":12345678,"flag":true,"map":{"x":"text"}}',
  [`json@uuid/${UUID}`]: '{"user":"of an id"}',
  'json@AWSPREVIOUS': '{"user":"before"}',
  'plain@7': 'seventh',
}

async function assertSameSecret(object: KesObject): Promise<void> {
  const { secret, said } = await renderedMigration(migrated(stringify(object)), VALUES)
  assert.deepEqual(said, [])
  const expected = kesSecret(object, VALUES)
  assert.equal(secret.kind, 'Secret')
  assert.deepEqual(secret.data, expected.data)
  assert.equal(secret.type ?? 'Opaque', expected.type)
  const { labels = {}, annotations = {} } = secret.metadata as { labels?: object; annotations?: object }
  assert.deepEqual([labels, annotations], [expected.labels, expected.annotations])
}

describe('a migrated ExternalSecret makes the Secret that kubernetes-external-secrets makes', () => {
  const data = [
    { key: 'plain', name: 'p' },
    { key: 'json', name: 'j' },
  ]
  const cases: Readonly<Record<string, object>> = {
    'whole values and properties': {
      backendType: 'secretsManager',
      data: [
        { key: 'plain', name: 'a' },
        { key: 'json', name: 'b', property: 'user' },
        { key: 'json', name: 'c', property: 'number' },
        { key: 'json', name: 'd', property: 'flag' },
        { key: 'json', name: 'e', property: 'dotted.name' },
      ],
    },
    'bytes as base64': {
      backendType: 'gcpSecretsManager',
      projectId: 'p',
      data: [{ key: 'encoded', name: 'a', isBinary: true }],
    },
    versions: {
      backendType: 'secretsManager',
      data: [
        { key: 'json', name: 'a', property: 'user', versionStage: 'AWSPREVIOUS' },
        { key: 'json', name: 'b', property: 'user', versionId: UUID },
      ],
    },
    'a version of Google': { backendType: 'gcpSecretsManager', data: [{ key: 'plain', name: 'a', version: 7 }] },
    'all members, with single values over them': {
      backendType: 'vault',
      dataFrom: ['json'],
      dataFromWithOptions: [{ key: 'json' }],
      data: [{ key: 'plain', name: 'user' }],
    },
    'a type, labels and annotations': {
      backendType: 'systemManager',
      data,
      template: { type: 'example.com/kind', metadata: { labels: { a: 'b' }, annotations: { c: '{{ d }}' } } },
    },
    'texts beside what is read, of which the latter wins': {
      backendType: 'secretsManager',
      data,
      template: { data: { fixed: base64('ü{{'), p: base64('lost') }, stringData: { j: 'wins', plain: 'text {{ }}' } },
    },
    templates: {
      backendType: 'secretsManager',
      data,
      template: {
        stringData: {
          value: 'x-<%= data.p %>-${data["p"]}-{{y}}',
          member: '<%= JSON.parse(data.j).user %>:<%=JSON.parse(data[\'j\']).nested.a[1]["b"]%>',
          'dotted.key': '<%= JSON.parse(data.j)["dotted.name"] %>',
          number: '<%= JSON.parse(data.j).number %> <%= JSON.parse(data.j).flag %>',
          encoded: '<%= Buffer.from(data.p).toString("base64") %>',
          decoded: '<%= Buffer.from(Buffer.from(data.p).toString("base64"), "base64").toString() %>',
          json: '<%= JSON.stringify(JSON.parse(data.j).nested) %>',
          yaml: '<%= yaml.dump(JSON.parse(data.j).map) %>',
        },
        data: { inside: '<%= Buffer.from(JSON.parse(data.j).user).toString("base64") %>\n' },
        metadata: { labels: { of: '<%= JSON.parse(data.j).user %>' } },
      },
    },
  }
  for (const [name, spec] of Object.entries(cases)) {
    test(name, () => assertSameSecret(objectOf(spec)))
  }

  test('labels of the object stay with the object', () =>
    assertSameSecret(objectOf({ backendType: 'vault', dataFrom: ['json'] }, { labels: { a: 'b' }, annotations: { c: 'd' } })))

  test('names of old', () => {
    const { spec: _spec, ...rest } = objectOf({})
    const text = stringify({
      ...rest,
      secretDescriptor: { backendType: 'secretManager', type: 'a/b', properties: [{ key: 'k', name: 'key' }] },
    })
    const [made] = parseAllDocuments(printedMigration(migrated(text))).map((one) => one.toJS() as { spec: unknown })
    assert.deepEqual(made?.spec, {
      secretStoreRef: { name: 'aws', kind: 'SecretStore' },
      target: { template: { type: 'a/b' } },
      data: [{ secretKey: 'key', remoteRef: { key: 'k' } }],
    })
  })
})

describe('what decides where a value is becomes the store', () => {
  const storesOf = (...specs: readonly object[]): unknown =>
    migrated(
      specs.map((spec) => stringify(objectOf({ data: [{ key: 'k', name: 'key', property: 'p' }], ...spec }))).join('---\n'),
    ).stores.map(({ object }) => [
      (object['metadata'] as { name: string }).name,
      (object['spec'] as { provider: unknown }).provider,
    ])
  const roleArn = 'arn:aws:iam::123456789012:role/team/reader'

  test('role and region of AWS', () => {
    assert.deepEqual(
      storesOf(
        { backendType: 'secretsManager', roleArn, region: 'eu-west-1' },
        { backendType: 'systemManager', region: 'eu-west-1' },
      ),
      [
        ['aws-eu-west-1-123456789012-reader', { aws: { service: 'SecretsManager', region: 'eu-west-1', role: roleArn } }],
        ['aws-parameters-eu-west-1', { aws: { service: 'ParameterStore', region: 'eu-west-1' } }],
      ],
    )
  })

  test('mount, role and version of Vault; the same name is never another store', () => {
    const vault = (version: string, mountPath: string, role: string): object => ({
      vault: { server: 'https://vault.example.com', version, auth: { kubernetes: { mountPath, role } } },
    })
    assert.deepEqual(
      storesOf(
        { backendType: 'vault', vaultMountPoint: 'a-b', vaultRole: 'c' },
        { backendType: 'vault', vaultMountPoint: 'a', vaultRole: 'b-c' },
        { backendType: 'vault', kvVersion: 1 },
      ),
      [
        ['vault-a-b-c', vault('v2', 'a-b', 'c')],
        ['vault-a-b-c-2', vault('v2', 'a', 'b-c')],
        ['vault-kv1', vault('v1', 'kubernetes', 'kubernetes-external-secrets')],
      ],
    )
  })

  test('vaults of Azure and projects of Google', () => {
    assert.deepEqual(storesOf({ backendType: 'azureKeyVault', keyVaultName: 'Shop' }, { backendType: 'gcpSecretsManager' }), [
      ['azurekv-shop', { azurekv: { vaultUrl: 'https://shop.vault.azure.net', authType: 'WorkloadIdentity' } }],
      ['gcpsm', { gcpsm: {} }],
    ])
  })
})

describe('what else is migrated', () => {
  const specOf = (spec: object): Record<string, unknown> => {
    const [made] = parseAllDocuments(printedMigration(migrated(stringify(objectOf(spec))))).map(
      (one) => one.toJS() as { spec: Record<string, unknown> },
    )
    return made?.spec ?? {}
  }

  test('parameters below a path, by the last part of their names', () => {
    const rewrite = [{ regexp: { source: '^.*/', target: '' } }]
    assert.deepEqual(
      specOf({ backendType: 'systemManager', data: [{ path: '/a.b/' }, { path: 'c', recursive: true }] })['dataFrom'],
      [
        { find: { path: '/a.b', name: { regexp: String.raw`^/a\.b/[^/]+$` } }, rewrite },
        { find: { path: '/c', name: { regexp: '.' } }, rewrite },
      ],
    )
  })

  test('the way to a nested property', () => {
    const properties = ['nested.a', 'nested.a[1].b', 'x["y.z"]', 'odd*name']
    const data = properties.map((property, index) => ({ key: 'json', name: `n${index}`, property }))
    assert.deepEqual(
      (specOf({ backendType: 'secretsManager', data })['data'] as { remoteRef: { property: string } }[]).map(
        ({ remoteRef }) => remoteRef.property,
      ),
      ['nested.a', 'nested.a.1.b', String.raw`x.y\.z`, String.raw`odd\*name`],
    )
  })

  test('bytes of AWS, which may be base64 in text as well', () => {
    const data = [{ key: 'k', name: 'key', isBinary: true }]
    assert.deepEqual(specOf({ backendType: 'secretsManager', data })['data'], [
      { secretKey: 'key', remoteRef: { key: 'k', decodingStrategy: 'Auto' } },
    ])
  })

  test('an item of a List', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [objectOf({ backendType: 'vault', dataFrom: ['a/data/b'] }), { apiVersion: 'v1', kind: 'X' }],
    }
    const [made] = parseAllDocuments(printedMigration(migrated(stringify(list)))).map(
      (one) => one.toJS() as { items: { apiVersion: string }[] },
    )
    assert.deepEqual(
      made?.items.map(({ apiVersion }) => apiVersion),
      ['external-secrets.io/v1', 'v1'],
    )
  })

  test('permissions of a Namespace are told about', () => {
    const annotations = { 'externalsecrets.kubernetes-client.io/permitted-key-name': '/a/.*' }
    const { warnings, problems } = migrated(
      stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', annotations } }),
    )
    assert.deepEqual(problems, [])
    assert.match(warnings[0]?.message ?? '', /a policy says/)
  })
})

describe('what is left as it is', () => {
  const data = [{ key: 'k', name: 'key' }]
  const left: readonly (readonly [string, object, string])[] = [
    [
      'a backend that is not read here',
      { backendType: 'ibmcloudSecretsManager', data },
      'spec.backendType: no provider here reads this backend',
    ],
    ['a vault without a name', { backendType: 'azureKeyVault', data }, 'spec.backendType: keyVaultName names no Key Vault'],
    [
      'a field of nobody',
      { backendType: 'vault', data, keyByName: true },
      'spec.keyByName: what this field means is not known here',
    ],
    [
      'a version of a stage and an id',
      { backendType: 'secretsManager', data: [{ key: 'k', name: 'key', versionStage: 'a', versionId: 'b' }] },
      'spec.data[0]: versionStage and versionId together',
    ],
    [
      'a version that nothing takes',
      { backendType: 'vault', data: [{ key: 'k', name: 'key', versionStage: 'a' }] },
      'spec.data[0]: the old program takes no such version for this backend, and reads the latest',
    ],
    [
      'a path outside of Parameter Store',
      { backendType: 'vault', data: [{ path: '/a' }] },
      'spec.data[0]: a path is for the backend systemManager alone',
    ],
    [
      'statements',
      { backendType: 'vault', data, template: { stringData: { a: '<% let x = 1 %><%= x %>' } } },
      'spec.template.stringData.a: the template runs JavaScript that is not understood here',
    ],
    [
      'functions of JavaScript',
      { backendType: 'vault', data, template: { metadata: { labels: { a: '<%= data.key.replace(" ", "-") %>' } } } },
      'spec.template.metadata.labels.a: the template runs JavaScript that is not understood here',
    ],
    [
      'a template in data that is not encoded',
      { backendType: 'vault', data, template: { data: { a: '<%= data.key %>' } } },
      'spec.template.data.a: the template in data is not one Buffer.from(…).toString("base64")',
    ],
    [
      'a field of the Secret',
      { backendType: 'vault', data, template: { spec: {} } },
      'spec.template.spec: a Secret has no such field, or none that can be said here',
    ],
    [
      'a key that no Secret has',
      { backendType: 'vault', data: [{ key: 'k', name: 'a b' }] },
      ': what it would become is not valid: is "a b"; expected a key of a Secret: letters, digits, "-", "_" and ".", at most 253 characters',
    ],
  ]
  for (const [name, spec, said] of left) {
    test(`${name}, with the reason and a remedy`, () => {
      const text = stringify(objectOf(spec))
      const { streams, edits, problems } = migrated(text)
      assert.equal(new TextDecoder().decode(printStream(streams, edits)), text)
      assert.deepEqual(
        problems.map(({ place, message }) => `${place.field}: ${message}`),
        [said],
      )
      assert.ok(problems.every(({ remedy }) => remedy))
    })
  }

  test('everything in any shape is either migrated or left, without a failure', () => {
    const odd = [null, 1, true, [], {}, 'x', [1], [null], { a: 1 }]
    for (const value of odd) {
      for (const field of ['backendType', 'data', 'dataFrom', 'dataFromWithOptions', 'template', 'roleArn', 'kvVersion']) {
        const spec = { backendType: 'vault', data, [field]: value }
        migrated(stringify(objectOf(spec)))
      }
      for (const field of ['metadata', 'data', 'stringData', 'type']) {
        migrated(stringify(objectOf({ backendType: 'vault', data, template: { [field]: value } })))
      }
      migrated(stringify({ ...objectOf({}), spec: value }))
      migrated(stringify({ ...objectOf({ backendType: 'vault', data }), metadata: value }))
    }
  })
})
