import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storeEndpoint } from '../../../../plugin/cli/doctor/store-endpoint.ts'
import type { StoreObject } from '../../../../plugin/stores/store-object.ts'

function storeOf(provider: object): StoreObject {
  const resource = { apiVersion: 'external-secrets.io/v1', kind: 'SecretStore', metadata: { name: 'store' }, spec: { provider } }
  return { resource, place: {}, namespace: 'shop' } as unknown as StoreObject
}

for (const [what, provider, environment, wanted] of [
  ['Vault', { vault: { server: 'https://vault:8200/base' } }, {}, 'https://vault:8200/base'],
  ['Azure', { azurekv: { vaultUrl: 'https://x.vault.azure.net' } }, {}, 'https://x.vault.azure.net/'],
  ['Google', { gcpsm: {} }, {}, 'https://secretmanager.googleapis.com/'],
  ['Google of a region', { gcpsm: { location: 'europe-west1' } }, {}, 'https://secretmanager.europe-west1.rep.googleapis.com/'],
  ['Google elsewhere', { gcpsm: {} }, { GCPSM_ENDPOINT: 'https://psc' }, 'https://psc/'],
  ['AWS', { aws: { region: 'eu-west-1', service: 'SecretsManager' } }, {}, 'https://secretsmanager.eu-west-1.amazonaws.com/'],
  [
    'AWS parameters',
    { aws: { region: 'cn-north-1', service: 'ParameterStore' } },
    {},
    'https://ssm.cn-north-1.amazonaws.com.cn/',
  ],
  ['AWS elsewhere', { aws: { region: 'eu-west-1' } }, { AWS_ENDPOINT_URL: 'http://moto:5000' }, 'http://moto:5000/'],
  ['a cluster', { kubernetes: { server: { url: 'kubernetes.default' } } }, {}, 'https://kubernetes.default/'],
  ['a cluster by kubeconfig', { kubernetes: { server: { url: 'x' }, authRef: { name: 'k' } } }, {}, undefined],
  ['a webhook', { webhook: { url: 'https://api.example.com:8443/{{ .remoteRef.key }}' } }, {}, 'https://api.example.com:8443/'],
  ['values in the manifest', { fake: { data: [] } }, {}, undefined],
] as const) {
  test(`the endpoint of a store: ${what}`, () => {
    assert.equal(storeEndpoint(storeOf(provider), new Map(Object.entries(environment)))?.url.href, wanted)
  })
}

test('a store may bring authorities of its own', () => {
  const own = storeEndpoint(storeOf({ vault: { server: 'https://vault', caBundle: 'x' } }), new Map())
  const none = storeEndpoint(storeOf({ vault: { server: 'https://vault' } }), new Map())
  assert.deepEqual([own?.hasOwnAuthority, none?.hasOwnAuthority], [true, false])
})
