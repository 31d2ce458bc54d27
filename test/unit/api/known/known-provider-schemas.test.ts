import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { knownProviderSchemas } from '../../../../plugin/api/known/known-provider-schemas.ts'
import { knownProviders, RETIRED_PROVIDERS } from '../../../../plugin/api/known-providers.ts'
import { readStore } from '../../../../plugin/api/read-store.ts'
import { fieldName } from '../../../../plugin/model/field-path.ts'
import { providers } from '../../../../plugin/providers/registry.ts'

interface Said {
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

function saidOf(id: string, config: object): Said {
  const store = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name: 'a' },
    spec: { provider: { [id]: config } },
  }
  const { problems, warnings } = readStore(store, knownProviderSchemas)
  const said = ({ path, message }: { readonly path: readonly (string | number)[]; readonly message: string }): string =>
    `${fieldName(path)} ${message}`
  return { problems: problems.map(said), warnings: warnings.map(said) }
}

const known = (id: string): string => `spec.provider.${id} is known, but not implemented here`
const ref = { name: 'keys', key: 'token' }

/** As their own documentation shows them: one of each shape of login. */
const GOOD: Readonly<Record<string, object>> = {
  akeyless: {
    akeylessGWApiURL: 'https://a.example',
    authSecretRef: { secretRef: { accessID: ref, accessType: ref, accessTypeParam: ref } },
  },
  barbican: { auth: { username: { value: 'u' }, password: { secretRef: ref } } },
  bitwardensecretsmanager: { auth: { secretRef: { credentials: ref } }, organizationID: 'o', projectID: 'p' },
  conjur: { url: 'https://c.example', auth: { jwt: { account: 'a', serviceID: 's', serviceAccountRef: { name: 'sa' } } } },
  crd: { resource: { group: 'g', version: 'v1', kind: 'K' }, auth: { serviceAccount: { name: 'sa' } } },
  delinea: { clientId: { value: 'c' }, clientSecret: { secretRef: ref }, tenant: 't' },
  doppler: { auth: { secretRef: { dopplerToken: ref } }, format: 'env' },
  github: { appID: 1, installationID: 2, organization: 'o', auth: { privateKey: ref } },
  gitlab: { auth: { SecretRef: { accessToken: ref } }, projectID: '1', groupIDs: ['2'] },
  ibm: { auth: { secretRef: { secretApiKeySecretRef: ref } }, serviceUrl: 'https://i.example' },
  infisical: {
    auth: { universalAuthCredentials: { clientId: ref, clientSecret: ref } },
    secretsScope: { projectSlug: 'p', environmentSlug: 'e' },
  },
  keepersecurity: { authRef: ref, folderID: 'f' },
  onepassword: { connectHost: 'https://o.example', vaults: { shop: 1 }, auth: { secretRef: { connectTokenSecretRef: ref } } },
  onepasswordSDK: { vault: 'v', auth: { serviceAccountSecretRef: ref } },
  openBao: { server: 'https://b.example', auth: { userPass: { username: 'u', secretRef: ref } } },
  oracle: { region: 'r', vault: 'v', principalType: 'Workload', serviceAccountRef: { name: 'sa' } },
  pulumi: { organization: 'o', project: 'p', environment: 'e', accessToken: { secretRef: ref } },
  scaleway: { region: 'r', projectId: 'p', accessKey: { value: 'a' }, secretKey: { secretRef: ref } },
  yandexlockbox: { auth: { authorizedKeySecretRef: ref }, fetching: { byName: { folderID: 'f' } } },
}

describe('stores of providers that are known and not implemented', () => {
  test('have a schema, every one of them', () => {
    const without = [...knownProviders].filter((id) => !providers.has(id) && !knownProviderSchemas.has(id))
    assert.deepEqual(without, [])
    assert.deepEqual(
      [...knownProviderSchemas.keys()].filter((id) => !knownProviders.has(id)),
      [...RETIRED_PROVIDERS],
    )
  })

  for (const [id, config] of Object.entries(GOOD)) {
    test(`${id}: what fits gets the warning alone`, () =>
      assert.deepEqual(saidOf(id, config), { problems: [], warnings: [known(id)] }))
  }

  test('what is missing, of the wrong type or not among the words is a problem', () => {
    assert.deepEqual(saidOf('keepersecurity', {}).problems, [
      'spec.provider.keepersecurity.authRef is missing; expected an object',
      'spec.provider.keepersecurity.folderID is missing; expected a string',
    ])
    assert.deepEqual(
      saidOf('github', { ...GOOD['github'], appID: 'one' }).problems.map((said) => said.split(' ')[0]),
      ['spec.provider.github.appID'],
    )
    assert.deepEqual(
      saidOf('doppler', { auth: {}, format: 'toml' }).problems.map((said) => said.split(' ')[0]),
      ['spec.provider.doppler.format'],
    )
    assert.deepEqual(
      saidOf('gitlab', { auth: { secretRef: {} } }).problems.map((said) => said.split(' ')[0]),
      ['spec.provider.gitlab.auth.SecretRef'],
    )
  })

  test('what is not known is a warning', () => {
    assert.deepEqual(
      saidOf('keepersecurity', { ...GOOD['keepersecurity'], folder: 'x' }).warnings.map((said) => said.split(' ')[0]),
      ['spec.provider.keepersecurity', 'spec.provider.keepersecurity.folder'],
    )
  })
})
