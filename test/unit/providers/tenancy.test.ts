import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { awsConfig } from '../../../plugin/providers/aws/config.ts'
import { awsTenancy } from '../../../plugin/providers/aws/tenancy.ts'
import { azureKvConfig } from '../../../plugin/providers/azurekv/config.ts'
import { azureKvTenancy } from '../../../plugin/providers/azurekv/tenancy.ts'
import { gcpSmConfig } from '../../../plugin/providers/gcpsm/config.ts'
import { gcpSmTenancy } from '../../../plugin/providers/gcpsm/tenancy.ts'

const ref = { name: 'x', key: 'y' }

describe('an AWS store as a policy sees it', () => {
  const config = (change: object = {}): Parameters<typeof awsTenancy.facts>[0] =>
    awsConfig.parse({ service: 'SecretsManager', region: 'eu-central-1', ...change })
  const key = (text: string, change: object = {}): string | undefined =>
    awsTenancy.canonicalKey(config(change), { key: text, part: 'value' })

  test('is its service, region, roles and what its sessions carry', () => {
    const change = {
      role: 'arn:r',
      additionalRoles: ['arn:1', 'arn:2'],
      externalID: 'e',
      auth: { jwt: { serviceAccountRef: { name: 'x' } } },
      prefix: 'p',
      sessionTags: [
        { key: 'team', value: 'a' },
        { key: 'env', value: 'prod' },
      ],
    }
    assert.deepEqual(Object.fromEntries(awsTenancy.facts(config(change))), {
      service: ['SecretsManager'],
      region: ['eu-central-1'],
      role: ['arn:r'],
      additionalRoles: ['arn:1', 'arn:2'],
      externalID: ['e'],
      sessionTagsPolicy: ['None'],
      sessionTags: ['team=a', 'env=prod'],
    })
  })

  test('names keys with its prefix, in the case of the author', () => {
    assert.equal(key('Team-A/db'), 'Team-A/db')
    assert.equal(key('db', { prefix: 'team-a/' }), 'team-a/db')
    assert.equal(key('/team-a/db'), '/team-a/db')
    assert.notEqual(key('/team-a/db'), key('team-a/db'))
  })

  test('leaves an ARN what it is: six characters at its end may be of the name or not', () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:team-a/db-AbCdEf'
    assert.equal(key(arn), arn)
    assert.equal(
      key('secret:team-a/db', { prefix: 'arn:aws:secretsmanager:eu-central-1:111122223333:' }),
      arn.slice(0, -'-AbCdEf'.length),
    )
  })

  for (const text of [
    '',
    ' a',
    'a b',
    'a:1',
    'a/../b',
    './a',
    'a\n',
    'ä',
    'arn:aws:s3:::bucket',
    'arn:aws:secretsmanager:r:1:secret:x',
  ])
    test(`does not say for certain what ${JSON.stringify(text)} is`, () => assert.equal(key(text), undefined))

  for (const auth of [undefined, {}, { secretRef: {} }, { jwt: {} }])
    test(`logs in as the process with the auth ${JSON.stringify(auth) ?? 'left out'}`, () => {
      assert.equal(awsTenancy.usesAmbientIdentity(config({ auth })), true)
    })

  test('logs in by itself with keys or a ServiceAccount', () => {
    assert.equal(awsTenancy.usesAmbientIdentity(config({ auth: { jwt: { serviceAccountRef: { name: 'x' } } } })), false)
    const secretRef = { accessKeyIDSecretRef: ref, secretAccessKeySecretRef: ref }
    assert.equal(awsTenancy.usesAmbientIdentity(config({ auth: { secretRef } })), false)
  })
})

describe('an Azure store as a policy sees it', () => {
  const config = (change: object = {}): Parameters<typeof azureKvTenancy.facts>[0] =>
    azureKvConfig.parse({
      vaultUrl: 'https://Team-A.vault.azure.net/',
      tenantId: 't',
      authSecretRef: { clientId: ref, clientSecret: ref },
      ...change,
    })
  const key = (text: string): string | undefined => azureKvTenancy.canonicalKey(config(), { key: text, part: 'value' })
  const stack = {
    environmentType: 'AzureStackCloud',
    useAzureSDK: true,
    customCloudConfig: {
      activeDirectoryEndpoint: 'https://Login.local.example:443/adfs/',
      keyVaultDNSSuffix: '.vault.local.example',
    },
  }

  test('is its vault, tenant, cloud and way to log in', () => {
    assert.deepEqual(Object.fromEntries(azureKvTenancy.facts(config())), {
      vaultUrl: ['https://team-a.vault.azure.net'],
      tenantId: ['t'],
      authType: ['ServicePrincipal'],
      environmentType: ['PublicCloud'],
    })
    assert.deepEqual(azureKvTenancy.facts(config(stack)).get('customCloudConfig.activeDirectoryEndpoint'), [
      'https://login.local.example/adfs',
    ])
    assert.deepEqual(azureKvTenancy.facts(config(stack)).get('customCloudConfig.keyVaultDNSSuffix'), ['.vault.local.example'])
  })

  test('asks its vault, and the login of its Azure Stack', () => {
    assert.deepEqual(azureKvTenancy.hosts(config()), ['team-a.vault.azure.net'])
    assert.deepEqual(azureKvTenancy.hosts(config(stack)), ['team-a.vault.azure.net', 'login.local.example'])
  })

  test('names objects by type and in lower case, as the vault compares them', () => {
    assert.equal(key('Team-A-DB'), 'secret/team-a-db')
    assert.equal(key('secret/team-a-db'), 'secret/team-a-db')
    assert.equal(key('key/team-a-db'), 'key/team-a-db')
    assert.equal(key('cert/Team-A-db/anything'), 'cert/team-a-db')
  })

  for (const text of ['', 'Secret/a', 'keys/a', 'secret/', 'a.b', 'a%2db', 'secret/../a', 'ä'])
    test(`does not say for certain what ${JSON.stringify(text)} is`, () => assert.equal(key(text), undefined))

  test('logs in as the process with a managed identity, or a workload identity without a ServiceAccount', () => {
    assert.equal(azureKvTenancy.usesAmbientIdentity(config()), false)
    assert.equal(azureKvTenancy.usesAmbientIdentity(config({ authType: 'ManagedIdentity' })), true)
    assert.equal(azureKvTenancy.usesAmbientIdentity(config({ authType: 'WorkloadIdentity' })), true)
    assert.equal(
      azureKvTenancy.usesAmbientIdentity(config({ authType: 'WorkloadIdentity', serviceAccountRef: { name: 'x' } })),
      false,
    )
  })
})

describe('a Google store as a policy sees it', () => {
  const federation = {
    audience: '//iam.googleapis.com/a',
    serviceAccountRef: { name: 'x' },
    gcpServiceAccountEmail: 'a@b.iam.gserviceaccount.com',
  }
  const config = (change: object = {}): Parameters<typeof gcpSmTenancy.facts>[0] =>
    gcpSmConfig.parse({ projectID: 'p', ...change })
  const ambient = (auth: object | undefined): boolean => gcpSmTenancy.usesAmbientIdentity(config({ auth }))

  test('is its project, its location, and whose token it exchanges for what', () => {
    const facts = gcpSmTenancy.facts(config({ location: 'europe-west3', auth: { workloadIdentityFederation: federation } }))
    assert.deepEqual(Object.fromEntries(facts), {
      projectID: ['p'],
      location: ['europe-west3'],
      'auth.workloadIdentityFederation.audience': ['//iam.googleapis.com/a'],
      'auth.workloadIdentityFederation.gcpServiceAccountEmail': ['a@b.iam.gserviceaccount.com'],
    })
  })

  test('asks the host that a credential configuration names, and else only Google', () => {
    const credConfig = { credConfig: { name: 'x', key: 'y' }, externalTokenEndpoint: 'https://Idp.example:8443/token' }
    const federated = config({ auth: { workloadIdentityFederation: credConfig } })
    assert.deepEqual(gcpSmTenancy.hosts(federated), ['idp.example:8443'])
    assert.deepEqual(gcpSmTenancy.facts(federated).get('auth.workloadIdentityFederation.credConfig'), ['given'])
    assert.deepEqual(gcpSmTenancy.hosts(config()), [])
  })

  test('names secrets by their ids alone', () => {
    assert.equal(gcpSmTenancy.canonicalKey(config(), { key: 'Team-A_db', part: 'value' }), 'Team-A_db')
    for (const text of ['', 'projects/p/secrets/s', 'a/b', 'a%2Fb', '..', 'a.b', 'ä', 'a\n'])
      assert.equal(gcpSmTenancy.canonicalKey(config(), { key: text, part: 'value' }), undefined, text)
  })

  test('logs in as the process unless it names a key, a ServiceAccount or keys of AWS', () => {
    for (const auth of [
      undefined,
      {},
      { secretRef: {} },
      { workloadIdentityFederation: { credConfig: { name: 'x', key: 'y' } } },
    ])
      assert.equal(ambient(auth), true, JSON.stringify(auth))
    assert.equal(ambient({ secretRef: { secretAccessKeySecretRef: ref } }), false)
    assert.equal(ambient({ workloadIdentity: { serviceAccountRef: { name: 'x' } } }), false)
    assert.equal(ambient({ workloadIdentityFederation: federation }), false)
    const awsSecurityCredentials = { region: 'r', awsCredentialsSecretRef: { name: 'x' } }
    assert.equal(ambient({ workloadIdentityFederation: { awsSecurityCredentials } }), false)
  })
})
