import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CLOUDS, cloudOf } from '../../../../plugin/providers/azurekv/cloud.ts'
import { type AzureKvConfig, azureKvConfig } from '../../../../plugin/providers/azurekv/config.ts'
import { loginKey } from './open-store.ts'

const principal = {
  vaultUrl: 'https://my.vault.azure.net',
  tenantId: 'tenant',
  authSecretRef: { clientId: loginKey('id'), clientSecret: loginKey('secret') },
}
const stack = {
  ...principal,
  vaultUrl: 'https://my.vault.local.example',
  environmentType: 'AzureStackCloud',
  useAzureSDK: true,
  customCloudConfig: { activeDirectoryEndpoint: 'https://login.local.example/' },
}

function parsed(config: object): AzureKvConfig {
  return azureKvConfig.parse(config)
}

function problems(config: object): string[] {
  const result = azureKvConfig.safeParse(config)
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('the configuration of a store', () => {
  test('has the defaults of the API', () => {
    const { authType, environmentType, useAzureSDK } = parsed(principal)
    assert.deepEqual([authType, environmentType, useAzureSDK], ['ServicePrincipal', 'PublicCloud', false])
  })

  test('is complete for every way to log in', () => {
    const { clientId } = principal.authSecretRef
    const good = [
      principal,
      { ...principal, authSecretRef: { clientId, clientCertificate: loginKey('pem') } },
      { vaultUrl: principal.vaultUrl, authType: 'ManagedIdentity' },
      { vaultUrl: principal.vaultUrl, authType: 'WorkloadIdentity', serviceAccountRef: { name: 'reader' } },
      stack,
    ]
    assert.deepEqual(good.flatMap(problems), [])
  })

  test('names each field that is missing or too much', () => {
    const { clientId, clientSecret } = principal.authSecretRef
    const bad: readonly (readonly [object, RegExp])[] = [
      [{ vaultUrl: principal.vaultUrl }, /^tenantId: .*\nauthSecretRef: /],
      [{ ...principal, authSecretRef: { clientSecret } }, /^authSecretRef\.clientId: is required/],
      [{ ...principal, authSecretRef: { clientId } }, /^authSecretRef: needs either/],
      [
        { ...principal, authSecretRef: { clientId, clientSecret, clientCertificate: loginKey('pem') } },
        /clientCertificate: cannot/,
      ],
      [
        { ...principal, authSecretRef: { clientId, clientSecret: { name: 'login' } } },
        /^authSecretRef\.clientSecret\.key: is required/,
      ],
      [{ ...principal, customCloudConfig: stack.customCloudConfig }, /^customCloudConfig: is only for/],
      [{ ...stack, useAzureSDK: false }, /^useAzureSDK: must be true/],
      [{ ...stack, customCloudConfig: undefined }, /^customCloudConfig: is required/],
      [
        { ...stack, customCloudConfig: { activeDirectoryEndpoint: 'http://login' } },
        /^customCloudConfig\.activeDirectoryEndpoint: must be an https/,
      ],
      [{ ...principal, environmentType: 'MoonCloud' }, /^environmentType: /],
    ]
    for (const [config, expected] of bad) assert.match(problems(config).join('\n'), expected)
  })

  test('never sends credentials to an address that is not https, or that carries some', () => {
    for (const vaultUrl of [
      'http://my.vault.azure.net',
      'my-vault',
      '',
      'https://user:word@my.vault.azure.net',
      'https://my.vault.azure.net/?a=b',
    ]) {
      assert.match(problems({ ...principal, vaultUrl }).join('\n'), /^vaultUrl: must be an https URL/)
    }
  })
})

describe('the cloud of a store', () => {
  const of = (config: object, environment: Record<string, string> = {}): { authority: string; vaultResource: string } =>
    cloudOf(parsed({ ...principal, ...config }), new Map(Object.entries(environment)))

  test('has its own login host and its own resource', () => {
    const hosts = Object.keys(CLOUDS).map((environmentType) => of({ environmentType }))
    assert.deepEqual(hosts, [
      { authority: 'https://login.microsoftonline.com', vaultResource: 'https://vault.azure.net' },
      { authority: 'https://login.microsoftonline.us', vaultResource: 'https://vault.usgovcloudapi.net' },
      { authority: 'https://login.chinacloudapi.cn', vaultResource: 'https://vault.azure.cn' },
      { authority: 'https://login.microsoftonline.de', vaultResource: 'https://vault.microsoftazure.de' },
    ])
  })

  test('takes its login host from AZURE_AUTHORITY_HOST', () => {
    assert.equal(of({}, { AZURE_AUTHORITY_HOST: 'https://login.example/' }).authority, 'https://login.example')
    assert.equal(of({}, { AZURE_AUTHORITY_HOST: 'login.example' }).authority, 'https://login.example')
    assert.equal(
      of({ environmentType: 'ChinaCloud' }, { AZURE_AUTHORITY_HOST: 'https://login.example' }).authority,
      'https://login.example',
    )
    assert.equal(of({}, { AZURE_AUTHORITY_HOST: '' }).authority, CLOUDS.PublicCloud.authority)
  })

  test("is not bent by the host of the pod's own cloud", () => {
    const pod = { AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/' }
    assert.equal(of({ environmentType: 'USGovernmentCloud' }, pod).authority, CLOUDS.USGovernmentCloud.authority)
  })

  test('refuses a login host without TLS', () => {
    assert.throws(() => of({}, { AZURE_AUTHORITY_HOST: 'http://login.example' }), {
      kind: 'InvalidSpec',
      message: /AZURE_AUTHORITY_HOST/,
    })
  })

  test('of an Azure Stack is what the store says, else what the address of the vault says', () => {
    const custom = (more: object): object => ({ ...stack, customCloudConfig: { ...stack.customCloudConfig, ...more } })
    const authority = 'https://login.local.example'
    assert.deepEqual(of(custom({ keyVaultEndpoint: 'https://kv.example/', keyVaultDNSSuffix: 'x' })), {
      authority,
      vaultResource: 'https://kv.example',
    })
    assert.deepEqual(of(custom({ keyVaultDNSSuffix: '.vault.example' })), { authority, vaultResource: 'https://vault.example' })
    assert.deepEqual(of(stack, { AZURE_AUTHORITY_HOST: 'https://elsewhere.example' }), {
      authority,
      vaultResource: 'https://vault.local.example',
    })
  })
})
