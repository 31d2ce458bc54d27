import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { parseAllDocuments, stringify } from 'yaml'
import { type AvpOptions, migrateAvp } from '../../../../plugin/migrate/avp/migrate-avp.ts'
import type { Migration } from '../../../../plugin/migrate/migration.ts'
import { skeletonText } from '../../../../plugin/migrate/store-skeletons.ts'
import { printStream } from '../../../../plugin/stream/print-stream.ts'
import { splitManifests } from '../../../../plugin/stream/split-manifests.ts'
import { migratedAvp, printedMigration } from '../../../support/migration.ts'
import { runs } from '../../../support/property-runs.ts'

const PATH = 'secret/data/app'
const OPTIONS: AvpOptions = { backend: 'vault', kvVersion: '2', storeKind: 'SecretStore' }

function saidOf(migration: Migration): readonly string[] {
  return migration.problems.map(({ place, message }) => `${place.object} ${place.field}: ${message}`)
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

describe('what is migrated', () => {
  test('is one object in the place of the other, and comments above it stay', () => {
    const migration = migratedAvp(
      `# about\n---\n# above\napiVersion: v1\nkind: Secret # beside\nmetadata: {name: a}\nstringData: {k: <path:kv/data/x#user>}\n---\nkind: Other\napiVersion: v1 # kept\n`,
    )
    assert.equal(
      printedMigration(migration),
      `# about\n---\n# above\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: a\nspec:\n  secretStoreRef:\n    name: vault\n    kind: SecretStore\n  data:\n    - secretKey: k\n      remoteRef:\n        key: kv/data/x\n        property: user\n---\nkind: Other\napiVersion: v1 # kept\n`,
    )
    assert.equal(migration.edits.size, 1)
  })

  test('keeps namespace, labels, annotations, type and Argo CD’s own annotations, without those of the old program', () => {
    const [made] = parseAllDocuments(
      printedMigration(
        migratedAvp(
          stringify({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: {
              name: 'a',
              namespace: 'shop',
              creationTimestamp: null,
              labels: { app: 'x' },
              annotations: { 'avp.kubernetes.io/path': PATH, note: '{{n}}', 'argocd.argoproj.io/sync-wave': '-1' },
            },
            type: 'kubernetes.io/tls',
            stringData: { a: '<k>' },
          }),
        ),
      ),
    ).map((document) => document.toJS() as Record<string, unknown>)
    assert.deepEqual(made?.['metadata'], {
      name: 'a',
      namespace: 'shop',
      labels: { app: 'x' },
      annotations: { note: '{{n}}', 'argocd.argoproj.io/sync-wave': '-1' },
    })
    assert.deepEqual(made?.['spec'], {
      secretStoreRef: { name: 'vault', kind: 'SecretStore' },
      data: [{ secretKey: 'a', remoteRef: { key: PATH, property: 'k' } }],
      target: {
        template: {
          type: 'kubernetes.io/tls',
          metadata: { labels: { app: 'x' }, annotations: { note: '{{ "{{" }}n}}' } },
        },
      },
    })
  })

  test('names a store for each namespace, or one ClusterSecretStore', () => {
    const two = ['a', 'b'].map((namespace) =>
      stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'x', namespace },
        stringData: { k: '<path:kv/data/x#y>' },
      }),
    )
    const names = (options: Partial<AvpOptions>): unknown =>
      migratedAvp(two.join('---\n'), options).stores.map(({ object }) => [object['kind'], object['metadata']])
    assert.deepEqual(names({}), [
      ['SecretStore', { name: 'vault', namespace: 'a' }],
      ['SecretStore', { name: 'vault', namespace: 'b' }],
    ])
    assert.deepEqual(names({ storeKind: 'ClusterSecretStore', store: 'shop' }), [['ClusterSecretStore', { name: 'shop' }]])
    assert.match(skeletonText(migratedAvp(two.join('---\n')).stores), /^---\n# server is VAULT_ADDR/)
  })
})

describe('stores that are among the manifests', () => {
  const own = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', namespace: 'shop' },
    stringData: { k: '<path:kv/data/x#user>' },
  }
  const store = (kind: string, metadata: object): string =>
    stringify({ apiVersion: 'external-secrets.io/v1', kind, metadata, spec: {} })
  const added = (text: string): number => migratedAvp([stringify(own), text].join('---\n')).stores.length

  test('are not made again', () => {
    assert.equal(added(store('SecretStore', { name: 'vault', namespace: 'shop' })), 0)
  })

  test('are made where another namespace, name or kind has them', () => {
    assert.equal(added(store('SecretStore', { name: 'vault', namespace: 'other' })), 1)
    assert.equal(added(store('SecretStore', { name: 'vault-kv1', namespace: 'shop' })), 1)
    assert.equal(added(store('ClusterSecretStore', { name: 'vault' })), 1)
  })
})

describe('the backend decides where a reference is', () => {
  const remoteRefs = (placeholder: string, options: Partial<AvpOptions>, annotations = {}): unknown => {
    const migration = migratedAvp(
      stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', annotations }, stringData: { k: placeholder } }),
      options,
    )
    if (migration.problems.length > 0) return saidOf(migration)
    const [made] = parseAllDocuments(printedMigration(migration)).map(
      (one) => one.toJS() as { spec: { data: { remoteRef: unknown }[] } },
    )
    return [made?.spec.data[0]?.remoteRef, migration.stores.map(({ object }) => (object['metadata'] as { name: string }).name)]
  }
  const uuid = '01234567-89ab-cdef-0123-456789abcdef'
  const cases: readonly (readonly [string, string, Partial<AvpOptions>, unknown])[] = [
    ['KV 2', '<path:kv/data/x#y#2>', {}, [{ key: 'kv/data/x', property: 'y', version: '2' }, ['vault']]],
    ['KV 1 has no versions', '<path:kv/x#y#2>', { kvVersion: '1' }, [{ key: 'kv/x', property: 'y' }, ['vault-kv1']]],
    ['AWS', '<path:a/b#c.d>', { backend: 'awssecretsmanager' }, [{ key: 'a/b', property: 'c.d' }, ['aws']]],
    [
      'a stage of AWS',
      '<path:a#b#AWSPREVIOUS>',
      { backend: 'awssecretsmanager' },
      [{ key: 'a', property: 'b', version: 'AWSPREVIOUS' }, ['aws']],
    ],
    [
      'a version of AWS',
      `<path:a#b#${uuid}>`,
      { backend: 'awssecretsmanager' },
      [{ key: 'a', property: 'b', version: `uuid/${uuid}` }, ['aws']],
    ],
    [
      'an ARN of AWS',
      '<path:arn:aws:secretsmanager:eu-west-1:1:secret:x#b>',
      { backend: 'awssecretsmanager', store: 's' },
      [{ key: 'arn:aws:secretsmanager:eu-west-1:1:secret:x', property: 'b' }, ['s-eu-west-1']],
    ],
    [
      'what gjson would read',
      '<path:a#b*c>',
      { backend: 'awssecretsmanager' },
      [{ key: 'a', property: String.raw`b\*c` }, ['aws']],
    ],
    ['GCP', '<path:projects/p1/secrets/s#s#7>', { backend: 'gcpsecretmanager' }, [{ key: 's', version: '7' }, ['gcpsm-p1']]],
    ['Azure', '<path:My-Vault#s#abc>', { backend: 'azurekeyvault' }, [{ key: 's', version: 'abc' }, ['azurekv-my-vault']]],
    [
      'another key of GCP',
      '<path:projects/p/secrets/s#x>',
      { backend: 'gcpsecretmanager' },
      ['Secret a stringData.k: the key is not the name of the secret, so argocd-vault-plugin finds nothing either'],
    ],
    [
      'a path of another backend',
      '<path:kv/data/x#x>',
      { backend: 'gcpsecretmanager' },
      ['Secret a stringData.k: the path is not of the form projects/PROJECT/secrets/SECRET'],
    ],
    [
      'KV 2 without data',
      '<path:kv/x#x>',
      {},
      ['Secret a stringData.k: the path has no /data/, without which argocd-vault-plugin reads nothing of a KV version 2 engine'],
    ],
    [
      'a backend that is not read here',
      '<path:x.yaml#x>',
      { backend: 'sops' },
      ['Secret a stringData.k: no provider here reads the backend sops'],
    ],
  ]
  for (const [name, placeholder, options, expected] of cases) {
    test(name, () => assert.deepEqual(remoteRefs(placeholder, options), expected))
  }

  test('the annotation for the version of the engine wins', () => {
    assert.deepEqual(remoteRefs('<path:kv/x#y>', {}, { 'avp.kubernetes.io/kv-version': '1' }), [
      { key: 'kv/x', property: 'y' },
      ['vault-kv1'],
    ])
  })

  test('bytes of AWS are taken whole, and only where they stay bytes', () => {
    const bytes = (parts: object): Migration =>
      migratedAvp(stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...parts }), {
        backend: 'awssecretsmanager',
      })
    assert.match(printedMigration(bytes({ data: { k: '<path:a#SecretBinary>' } })), /remoteRef:\n {8}key: a\n$/)
    assert.equal(bytes({ stringData: { k: '<path:a#SecretBinary>' } }).problems.length, 1)
  })
})

describe('what is left as it is', () => {
  const left: readonly (readonly [string, object, string])[] = [
    [
      'a ConfigMap',
      { kind: 'ConfigMap', data: { a: '<path:kv/data/x#y>' } },
      'data.a: a placeholder in a ConfigMap, which an ExternalSecret cannot make',
    ],
    [
      'a Deployment',
      { kind: 'Deployment', spec: { env: [{ value: '<path:kv/data/x#y>' }] } },
      'spec.env[0].value: a placeholder in a Deployment, which an ExternalSecret cannot make',
    ],
    [
      'a label',
      { metadata: { labels: { l: '<path:kv/data/x#y>' } } },
      'metadata.labels.l: a placeholder outside of data and stringData',
    ],
    [
      'text in data',
      { data: { a: '<path:kv/data/x#y>-' } },
      'data.a: text around placeholders in data: all of it together would have to be base64',
    ],
    [
      'a modifier in data',
      { data: { a: '<path:kv/data/x#y | sha256sum>' } },
      'data.a: a value with modifiers in data, of which nothing says that it is base64',
    ],
    [
      'a list',
      { stringData: { a: '<path:kv/data/x#y | jsonParse>' } },
      'stringData.a: the result of jsonParse is no text, and a Secret holds text alone',
    ],
    [
      'a wildcard',
      { stringData: { a: '<path:kv/data/x#y | jsonPath {.a[*]}>' } },
      'stringData.a: the jsonPath is more than the way to single values ({.a.b}, {.a[0]}) and text',
    ],
    [
      'a modifier of nobody',
      { stringData: { a: '<path:kv/data/x#y | upper>' } },
      'stringData.a: argocd-vault-plugin has no such modifier',
    ],
    [
      'base64 of base64',
      { stringData: { a: base64('<path:kv/data/x#y>') } },
      'stringData.a: base64 with placeholders inside, in stringData: the Secret would hold base64 of base64',
    ],
    [
      'what Kubernetes refuses',
      { stringData: { a: '<path:kv/data/x#y>' }, data: { b: '%' } },
      'data.b: the value is not base64, so Kubernetes refuses this Secret',
    ],
    [
      'an empty key',
      { metadata: { annotations: { 'avp.kubernetes.io/path': 'kv/data/x' } }, stringData: { a: '<>' } },
      'stringData.a: a placeholder without a path or without a key',
    ],
    [
      'keys that may be missing, inside of text',
      {
        metadata: { annotations: { 'avp.kubernetes.io/path': PATH, 'avp.kubernetes.io/remove-missing': 'true' } },
        stringData: { a: 'x<a>' },
      },
      'metadata.annotations[avp.kubernetes.io/remove-missing]: avp.kubernetes.io/remove-missing, and keys that are more than one value each of one and the same secret',
    ],
    [
      'annotations before 1.0',
      { metadata: { annotations: { avp_path: 'x' } } },
      'metadata.annotations.avp_path: an annotation of argocd-vault-plugin before 1.0',
    ],
  ]
  for (const [name, { metadata, ...parts }, said] of left as readonly (readonly [string, { metadata?: object }, string])[]) {
    test(`${name}, with the reason and a remedy`, () => {
      const text = stringify({ apiVersion: 'v1', kind: 'Secret', ...parts, metadata: { name: 'a', ...metadata } })
      const migration = migratedAvp(text)
      assert.equal(printedMigration(migration), text)
      assert.deepEqual(
        migration.problems.map(({ place, message }) => `${place.field}: ${message}`),
        [said],
      )
      assert.ok(migration.problems.every(({ remedy, place }) => remedy && place.file === 'app.yaml' && place.line))
    })
  }

  test('more fields of one object than anybody reads are counted', () => {
    const data = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`k${index}`, '<path:kv/data/x#y>']))
    const { problems } = migratedAvp(stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data }))
    assert.equal(problems.length, 51)
    assert.equal(problems.at(-1)?.message, 'and 30 more of this object')
  })

  test('an item of a List', () => {
    const item = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, stringData: { a: '<path:kv/data/x#y>' } }
    const migration = migratedAvp(stringify({ apiVersion: 'v1', kind: 'List', items: [item] }))
    assert.deepEqual(saidOf(migration), ['Secret a stringData.a: a placeholder in an item of a List, which is left as it is'])
  })

  test('a chart that was not rendered is a problem only if it has placeholders', () => {
    const chart = (value: string): string =>
      `kind: Secret\napiVersion: v1\nmetadata: {name: {{ .Values.name }} }\nstringData:\n  a: ${value}\n`
    assert.equal(migratedAvp(chart('<path:kv/data/x#y>')).problems.length, 1)
    assert.deepEqual(migratedAvp(chart('x')).problems, [])
  })

  test('an ignored object, and annotations that mean nothing, are only told', () => {
    const text = stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a', annotations: { 'avp.kubernetes.io/ignore': 'T', 'avp.kubernetes.io/path': PATH } },
      stringData: { a: '<x>' },
    })
    const migration = migratedAvp(text)
    assert.equal(printedMigration(migration), text)
    assert.deepEqual(migration.problems, [])
    assert.equal(migration.warnings.length, 1)
  })

  test('everything that has nothing to do with it, to the byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const stream = splitManifests('x', bytes)
        const migration = migrateAvp([stream], OPTIONS)
        if (migration.edits.size === 0)
          assert.deepEqual(Buffer.from(printStream(migration.streams, migration.edits)), Buffer.from(bytes))
      }),
      { numRuns: runs(300) },
    )
  })
})
