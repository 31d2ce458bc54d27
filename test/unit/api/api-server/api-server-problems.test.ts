import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { apiServerProblems } from '../../../../plugin/api/api-server/api-server-problems.ts'
import { knownGeneratorSpecs } from '../../../../plugin/api/known/known-generator-specs.ts'
import { knownProviderSchemas } from '../../../../plugin/api/known/known-provider-schemas.ts'
import { generators } from '../../../../plugin/generators/registry.ts'
import { fieldName } from '../../../../plugin/model/field-path.ts'
import { providers } from '../../../../plugin/providers/registry.ts'

const problemsOf = apiServerProblems({
  providers: new Map([
    ...knownProviderSchemas,
    ...(await Promise.all([...providers].map(async ([id, load]) => [id, (await load()).config] as const))),
  ]),
  generators: new Map([
    ...knownGeneratorSpecs,
    ...(await Promise.all([...generators].map(async ([kind, load]) => [kind, (await load()).spec] as const))),
  ]),
})

const GROUP = 'external-secrets.io'
const GENERATORS = 'generators.external-secrets.io/v1alpha1'

/** The fields at which an object with this spec, in YAML, is refused. */
function refusedAt(apiVersion: string, kind: string, spec: string): readonly string[] {
  const object: unknown = { apiVersion, kind, metadata: { name: 'app' }, spec: parse(spec) }
  return problemsOf(object).map(({ path }) => fieldName(path))
}

const storeAt = (provider: string, version = 'v1'): readonly string[] =>
  refusedAt(`${GROUP}/${version}`, 'SecretStore', `{provider: {${provider}}}`)

const externalSecretAt = (fields: string, version = 'v1'): readonly string[] =>
  refusedAt(`${GROUP}/${version}`, 'ExternalSecret', `{${fields}}`)

describe('what a render refuses and an API server does not mind', () => {
  for (const [what, fields] of [
    ['an interval that is no duration', 'refreshInterval: 1d'],
    ['a source without a source', 'dataFrom: [{}]'],
    ['a template that is none', 'target: {template: {data: {a: "{{ .x"}}}'],
    ['fields that nobody knows', 'backendType: secretsManager, data: [{secretKey: a, remoteRef: {key: b, keys: c}}]'],
    ['nulls', 'data: null, target: null, dataFrom: [{extract: {key: a, version: null}}]'],
  ] as const) {
    test(`${what} in an ExternalSecret`, () => assert.deepEqual(externalSecretAt(fields), []))
  }
  for (const [what, provider] of [
    ['a reference without a name', 'vault: {server: v, auth: {tokenSecretRef: {key: token}}}'],
    ['a server that is no URL', 'vault: {server: "vault:8200"}'],
    ['a region that AWS does not have', 'aws: {service: SecretsManager, region: <region>}'],
    ['a login that is missing', 'kubernetes: {remoteNamespace: shared}'],
    ['a policy for versions that nobody knows', 'gcpsm: {secretVersionSelectionPolicy: Newest}'],
    ['a webhook without a result', 'webhook: {url: https://w.example}'],
  ] as const) {
    test(`${what} in a store`, () => assert.deepEqual(storeAt(provider), []))
  }
  test('no spec at all', () => assert.deepEqual(refusedAt(`${GROUP}/v1`, 'ExternalSecret', 'null'), []))
})

describe('what an API server refuses of the providers that are not implemented', () => {
  const ref = '{name: n, key: k}'
  for (const [provider, fields] of [
    [`barbican: {auth: {username: {}, password: {secretRef: ${ref}}}}`, ['auth.username']],
    ['conjur: {url: u, auth: {}}', ['auth']],
    ['crd: {resource: {group: "", version: "", kind: K}, authRef: {}}', ['resource.version']],
    ['crd: {resource: {group: "", version: v1, kind: K}}', ['']],
    ['doppler: {auth: {}}', ['auth']],
    ['gitlab: {auth: {SecretRef: {}}, caBundle: "-----BEGIN CERTIFICATE-----"}', ['caBundle']],
    ['ibm: {auth: {}}', ['auth']],
    ['ngrok: {auth: {}, vault: {name: v}}', ['auth']],
    [
      `onepasswordSDK: {auth: {serviceAccountSecretRef: ${ref}}, vault: v, environment: e, cache: {maxSize: 0}}`,
      ['cache.maxSize', ''],
    ],
    ['openBao: {server: s, auth: {namespace: n}}', ['auth']],
    [`openBao: {server: s, auth: {appRole: {secretRef: ${ref}}}}`, ['auth.appRole']],
    ['ovh: {server: s, okmsid: o, okmsTimeout: 0, auth: {}}', ['okmsTimeout']],
    ['pulumi: {organization: o, project: p, environment: e}', ['']],
    ['secretserver: {serverURL: s, username: {value: ""}}', ['username.value', '']],
    ['secretserver: {serverURL: s, token: {}}', ['token']],
    [`yandexlockbox: {auth: {authorizedKeySecretRef: ${ref}}, fetching: {}}`, ['fetching']],
  ] as const) {
    test(provider, () => {
      const root = `spec.provider.${provider.slice(0, provider.indexOf(':'))}`
      assert.deepEqual(
        storeAt(provider),
        fields.map((field) => (field === '' ? root : `${root}.${field}`)),
      )
    })
  }
})

describe('what v1beta1 has otherwise than v1', () => {
  const ref = '{name: n, key: k}'
  test('providers that came later are dropped, so that there is none; those that went are taken', () => {
    for (const provider of ['ngrok: {}', 'onepasswordSDK: {}', 'ovh: {}'])
      assert.deepEqual(storeAt(provider, 'v1beta1'), ['spec.provider'])
    assert.deepEqual(storeAt('alibaba: {regionID: r, auth: {}}', 'v1beta1'), [])
    assert.deepEqual(storeAt('alibaba: {regionID: r, auth: {}}'), ['spec.provider'])
  })
  for (const [what, version, provider] of [
    ['a webhook has a result', 'v1beta1', 'webhook: {url: u}'],
    ['Pulumi has an access token', 'v1beta1', `pulumi: {organization: o, project: p, environment: e, auth: {}}`],
    [
      'Doppler has no other login than a token',
      'v1beta1',
      'doppler: {auth: {oidcConfig: {identity: i, serviceAccountRef: {name: n}}}}',
    ],
    ['certificates are of another service', 'v1beta1', 'aws: {service: CertificateManager, region: r}'],
    ['a certificate has two parts', 'v1', 'kubernetes: {auth: {cert: {}}}'],
    ['a value or a reference', 'v1', `secretserver: {serverURL: s, username: {}, password: {secretRef: ${ref}}}`],
  ] as const) {
    test(`${what}, only in ${version}`, () => {
      const other = version === 'v1' ? 'v1beta1' : 'v1'
      assert.notDeepEqual(storeAt(provider, version), [])
      if (!provider.startsWith('pulumi')) assert.deepEqual(storeAt(provider, other), [])
    })
  }
  test('an interval of a store is a number', () => {
    const spec = '{refreshInterval: 1h, provider: {fake: {data: []}}}'
    assert.deepEqual(refusedAt(`${GROUP}/v1`, 'SecretStore', spec), [])
    assert.deepEqual(refusedAt(`${GROUP}/v1beta1`, 'SecretStore', spec), ['spec.refreshInterval'])
  })
  test('an ExternalSecret has fewer words', () => {
    for (const [fields, field] of [
      ['target: {creationPolicy: CreateOrMerge}', 'spec.target.creationPolicy'],
      ['target: {template: {templateFrom: [{target: spec, literal: a}]}}', 'spec.target.template.templateFrom[0].target'],
      ['dataFrom: [{sourceRef: {generatorRef: {kind: MFA, name: m}}}]', 'spec.dataFrom[0].sourceRef.generatorRef.kind'],
      ['dataFrom: [{extract: {key: k}, rewrite: [{merge: {}}]}]', 'spec.dataFrom[0].rewrite[0]'],
    ] as const) {
      assert.deepEqual(externalSecretAt(fields), [])
      assert.deepEqual(externalSecretAt(fields, 'v1beta1'), [field])
    }
  })
})

describe('what an API server says of other kinds', () => {
  test('of a version or kind that ESO does not have: that it does not know it', () => {
    for (const [apiVersion, kind] of [
      [`${GROUP}/v1alpha1`, 'ExternalSecret'],
      [`${GROUP}/v1`, 'PushSecret'],
      [`${GROUP}/v1`, 'ExternalSecrets'],
      [GENERATORS, 'ExternalSecret'],
      [`${GROUP}/v1alpha1`, 'Password'],
    ] as const)
      assert.deepEqual(refusedAt(apiVersion, kind, '{}'), ['kind'])
  })
  test('of a PushSecret: what its schema and its rules say, not what its controller does', () => {
    const push = (fields: string): readonly string[] =>
      refusedAt(`${GROUP}/v1alpha1`, 'PushSecret', `{secretStoreRefs: [], selector: {secret: {}}, ${fields}}`)
    assert.deepEqual(push('data: []'), [])
    assert.deepEqual(push('dataTo: [{storeRef: {kind: SecretStore}}]'), ['spec.dataTo[0]'])
    assert.deepEqual(push('dataTo: [{storeRef: {name: a}, remoteKey: b, rewrite: [{}]}]'), [
      'spec.dataTo[0].rewrite[0]',
      'spec.dataTo[0]',
    ])
    assert.deepEqual(push('updatePolicy: Never'), ['spec.updatePolicy'])
  })
  test('of generators: their own specs', () => {
    assert.deepEqual(refusedAt(GENERATORS, 'Webhook', '{url: u}'), ['spec.result'])
    assert.deepEqual(refusedAt(GENERATORS, 'Password', '{secretKeys: []}'), ['spec.secretKeys'])
    assert.deepEqual(
      refusedAt(GENERATORS, 'GCRAccessToken', '{projectID: p, auth: {workloadIdentity: {serviceAccountRef: {name: a}}}}'),
      ['spec.auth.workloadIdentity.clusterLocation', 'spec.auth.workloadIdentity.clusterName'],
    )
    assert.deepEqual(refusedAt(GENERATORS, 'BeyondtrustWorkloadCredentialsDynamicSecret', '{}'), ['spec.provider'])
    assert.deepEqual(refusedAt(GENERATORS, 'ClusterGenerator', '{kind: UUID, generator: {fakeSpec: {}}}'), [])
  })
  test('of what is no object at all: that it is none', () => {
    for (const value of [undefined, null, 'text', [], 7]) assert.equal(problemsOf(value).length, 1)
    assert.deepEqual(problemsOf({}).length, 1)
  })
})

describe('what an API server says of metadata', () => {
  const metadataAt = (metadata: object): readonly string[] =>
    problemsOf({ apiVersion: `${GROUP}/v1`, kind: 'ExternalSecret', metadata }).map(({ path }) => fieldName(path))

  test('a name or the start of one is needed, as DNS has it', () => {
    assert.deepEqual(metadataAt({ generateName: 'app-' }), [])
    assert.deepEqual(metadataAt({}), ['metadata.name'])
    assert.deepEqual(metadataAt({ name: 'My_App' }), ['metadata.name'])
  })
  test('labels and annotations are texts with names of their own', () => {
    assert.deepEqual(metadataAt({ name: 'a', labels: { team: null, tier: 'gold' }, creationTimestamp: null }), [])
    assert.deepEqual(metadataAt({ name: 'a', labels: { critical: true } }), ['metadata.labels'])
    assert.deepEqual(metadataAt({ name: 'a', labels: { team: 'of the shop' } }), ['metadata.labels.team'])
    assert.deepEqual(metadataAt({ name: 'a', annotations: { 'a/b/c': '' } }), ['metadata.annotations[a/b/c]'])
  })
})
