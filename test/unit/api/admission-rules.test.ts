import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExternalSecret } from '../../../plugin/api/read-external-secret.ts'
import { fieldName } from '../../../plugin/model/field-path.ts'

function warningsOf(spec: object): readonly (readonly [string, string, true | undefined])[] {
  const data = [{ secretKey: 'a', remoteRef: { key: 'k' } }]
  const reading = readExternalSecret({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'x' },
    spec: { data, ...spec },
  })
  assert.ok(reading.value)
  return reading.warnings.map(({ path, message, strict }) => [fieldName(path), message, strict])
}

const TOKEN = 'kubernetes.io/service-account-token'

const REFUSED: readonly (readonly [string, object, string, string])[] = [
  ...['Merge', 'None', 'CreateOrMerge'].map(
    (creationPolicy) =>
      [
        `deletionPolicy Delete with creationPolicy ${creationPolicy}`,
        { target: { deletionPolicy: 'Delete', creationPolicy } },
        'spec.target.deletionPolicy',
        "deletionPolicy=Delete must not be used when the controller doesn't own the secret. Please set creationPolicy=Owner",
      ] as const,
  ),
  [
    'deletionPolicy Merge with creationPolicy None',
    { target: { deletionPolicy: 'Merge', creationPolicy: 'None' } },
    'spec.target.deletionPolicy',
    'deletionPolicy=Merge must not be used with creationPolicy=None. There is no Secret to merge with',
  ],
  ['no data at all', { data: [] }, 'spec', 'either data or dataFrom should be specified'],
  [
    'a token for a named service account',
    { target: { template: { type: TOKEN, metadata: { annotations: { 'kubernetes.io/service-account.name': 'x' } } } } },
    'spec.target.template.type',
    `template.type="${TOKEN}" with annotation "kubernetes.io/service-account.name" is not allowed`,
  ],
  [
    'a token with templated annotations',
    { target: { template: { type: TOKEN, templateFrom: [{ target: 'annotations', literal: '' }] } } },
    'spec.target.template.type',
    `template.type="${TOKEN}" with templateFrom target="Annotations" is not allowed`,
  ],
  [
    'a bootstrap token',
    { target: { template: { type: 'bootstrap.kubernetes.io/token' } } },
    'spec.target.template.type',
    'template.type="bootstrap.kubernetes.io/token" is not allowed',
  ],
  [
    'a template for a path of a Secret',
    { target: { template: { templateFrom: [{ target: 'spec.x', literal: '' }] } } },
    'spec.target.template.templateFrom[0].target',
    'templateFrom target="spec.x" is not allowed when targeting a Secret, must be one of "Data", "Annotations" or "Labels"',
  ],
  [
    'extract beside find',
    { dataFrom: [{ extract: { key: 'k' }, find: {} }] },
    'spec.dataFrom[0]',
    'extract, find, or generatorRef cannot be set at the same time',
  ],
  [
    'extract beside a generator',
    { dataFrom: [{ extract: { key: 'k' }, sourceRef: { generatorRef: { kind: 'UUID', name: 'x' } } }] },
    'spec.dataFrom[0]',
    'extract, find, or generatorRef cannot be set at the same time',
  ],
  [
    'an entry without a source',
    { dataFrom: [{}] },
    'spec.dataFrom[0]',
    'either extract, find, or sourceRef must be set to dataFrom',
  ],
  [
    'a key that is written twice',
    { data: ['a', 'b', 'a'].map((secretKey) => ({ secretKey, remoteRef: { key: 'k' } })) },
    'spec.data[2].secretKey',
    'duplicate secretKey found: a',
  ],
]

for (const [name, spec, field, message] of REFUSED) {
  test(`${name} warns in the words of the webhook and is refused when strict`, () => {
    assert.deepEqual(warningsOf(spec), [[field, message, true]])
  })
}

const ACCEPTED: readonly (readonly [string, object])[] = [
  ['deletionPolicy Delete with creationPolicy Owner', { target: { deletionPolicy: 'Delete' } }],
  ['deletionPolicy Delete with creationPolicy Orphan', { target: { deletionPolicy: 'Delete', creationPolicy: 'Orphan' } }],
  ['only dataFrom', { data: [], dataFrom: [{ extract: { key: 'k' } }] }],
  ['an entry with only a store', { dataFrom: [{ sourceRef: { storeRef: { name: 'x' } } }] }],
  [
    'targets of a Secret in any capitals',
    {
      target: {
        template: {
          templateFrom: [
            { target: 'LABELS', literal: '' },
            { target: '', literal: '' },
          ],
        },
      },
    },
  ],
  [
    'a path of another kind',
    {
      target: {
        manifest: { apiVersion: 'example.com/v1', kind: 'Thing' },
        template: { templateFrom: [{ target: 'spec.x', literal: '' }] },
      },
    },
  ],
]

for (const [name, spec] of ACCEPTED) {
  test(`${name} does not warn`, () => assert.deepEqual(warningsOf(spec), []))
}
