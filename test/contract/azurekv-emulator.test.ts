import assert from 'node:assert/strict'
import https from 'node:https'
import { after, before, beforeEach, describe, test } from 'node:test'
import { ClientAssertionCredential, ClientCertificateCredential, ClientSecretCredential } from '@azure/identity'
import { CertificateClient } from '@azure/keyvault-certificates'
import { KeyClient } from '@azure/keyvault-keys'
import { SecretClient } from '@azure/keyvault-secrets'
import { type AzureEmulator, startAzureEmulator } from '../support/emulators/azure/start-azure-emulator.ts'
import { testClientCertificate } from '../support/emulators/tls/test-tls.ts'

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = []
  for await (const item of items) seen.push(item)
  return seen
}

/** The official clients, as their documentation says to use them, against the emulator: what they cannot tell, our tests may build on. */
describe('the Azure emulator satisfies the official JavaScript clients', () => {
  let azure: AzureEmulator
  let options: object
  let secrets: SecretClient

  before(async () => {
    azure = await startAzureEmulator()
    const transport = { agent: new https.Agent({ ca: azure.ca, keepAlive: true }), retryOptions: { maxRetries: 0 } }
    options = {
      ...transport,
      authorityHost: azure.authorityHost,
      disableInstanceDiscovery: true,
      disableChallengeResourceVerification: true,
    }
    secrets = new SecretClient(azure.vaultUrl, credential(), options)
  })
  beforeEach(() => azure.control.reset())
  after(() => azure.close())

  function credential(): ClientSecretCredential {
    const { tenantId, clientId, clientSecret } = azure.application
    return new ClientSecretCredential(tenantId, clientId, clientSecret, options)
  }

  test('a secret is written, read, changed, listed, deleted, recovered and purged', async () => {
    const first = await secrets.setSecret('login', 'one', { tags: { team: 'blue' }, contentType: 'text/plain' })
    await secrets.setSecret('login', 'two')
    assert.equal((await secrets.getSecret('login')).value, 'two')
    const old = await secrets.getSecret('login', { version: first.properties.version ?? '' })
    assert.deepEqual([old.value, old.properties.tags, old.properties.contentType], ['one', { team: 'blue' }, 'text/plain'])
    await secrets.updateSecretProperties('login', first.properties.version ?? '', { enabled: false })
    await assert.rejects(secrets.getSecret('login', { version: first.properties.version ?? '' }), {
      statusCode: 403,
      code: 'Forbidden',
    })
    assert.equal((await all(secrets.listPropertiesOfSecretVersions('login'))).length, 2)
    const deletion = await secrets.beginDeleteSecret('login', { intervalInMs: 1 })
    assert.equal((await deletion.pollUntilDone()).name, 'login')
    await assert.rejects(secrets.getSecret('login'), { statusCode: 404, code: 'SecretNotFound' })
    await assert.rejects(secrets.setSecret('login', 'three'), { statusCode: 409 })
    const recovery = await secrets.beginRecoverDeletedSecret('login', { intervalInMs: 1 })
    assert.equal((await recovery.pollUntilDone()).name, 'login')
    assert.equal((await secrets.getSecret('login')).value, 'two')
    await (await secrets.beginDeleteSecret('login', { intervalInMs: 1 })).pollUntilDone()
    await secrets.purgeDeletedSecret('login')
    assert.deepEqual(await all(secrets.listDeletedSecrets()), [])
  })

  test('lists come in pages of 25', async () => {
    for (let i = 0; i < 60; i++) azure.putSecret(`page-${i}`, 'x')
    const pages = await all(secrets.listPropertiesOfSecrets().byPage())
    assert.deepEqual(
      pages.map((page) => page.length),
      [25, 25, 10],
    )
  })

  test('the first request of a client is challenged, the following ones are not', async () => {
    azure.putSecret('challenged', 'x')
    const client = new SecretClient(azure.vaultUrl, credential(), options)
    const before = azure.contents.challenges
    await client.getSecret('challenged')
    await client.getSecret('challenged')
    assert.equal(azure.contents.challenges - before, 1)
    assert.equal(azure.control.logins, 1)
  })

  test('a client that verifies the challenge refuses a vault outside of the domain that it names', async () => {
    const strict = new SecretClient(azure.vaultUrl, credential(), { ...options, disableChallengeResourceVerification: false })
    await assert.rejects(strict.getSecret('anything'), /does not match the requested domain/)
  })

  test('throttling says when to come back', async () => {
    azure.putSecret('busy', 'x')
    await secrets.getSecret('busy')
    azure.control.inject('throttled')
    await assert.rejects(
      secrets.getSecret('busy'),
      (thrown: { statusCode?: number; response?: { headers: { get(name: string): string } } }) => {
        assert.equal(thrown.statusCode, 429)
        assert.equal(thrown.response?.headers.get('retry-after'), '1')
        return true
      },
    )
  })

  test('keys and certificates are read', async () => {
    azure.putKey('signing', 'EC')
    const keys = new KeyClient(azure.vaultUrl, credential(), options)
    assert.equal((await keys.getKey('signing')).key?.crv, 'P-256')
    assert.equal((await keys.createRsaKey('fresh')).key?.kty, 'RSA')
    const { cert } = testClientCertificate()
    azure.putCertificate('web', cert)
    const certificate = await new CertificateClient(azure.vaultUrl, credential(), options).getCertificate('web')
    assert.match(certificate.properties.x509ThumbprintString ?? '', /^[0-9a-f]{40}$/)
    assert.ok((certificate.cer?.byteLength ?? 0) > 300)
  })

  test('a certificate and a federated token log in, each for its own application alone', async () => {
    const { cert, key } = testClientCertificate()
    azure.addApplication({ clientId: 'with-certificate', certificates: [cert] })
    azure.addApplication({
      clientId: 'federated',
      federated: [{ issuer: 'https://cluster', subject: 'system:serviceaccount:a:b' }],
    })
    azure.putSecret('shared', 'x')
    const byCertificate = new ClientCertificateCredential(
      azure.tenantId,
      'with-certificate',
      { certificate: `${cert}\n${key}` },
      options,
    )
    const assertion = async (): Promise<string> => azure.federatedToken('https://cluster', 'system:serviceaccount:a:b')
    const byFederation = new ClientAssertionCredential(azure.tenantId, 'federated', assertion, options)
    for (const good of [byCertificate, byFederation]) {
      assert.equal((await new SecretClient(azure.vaultUrl, good, options).getSecret('shared')).value, 'x')
    }
    const scope = 'https://vault.azure.net/.default'
    const stranger = new ClientCertificateCredential(azure.tenantId, 'federated', { certificate: `${cert}\n${key}` }, options)
    await assert.rejects(stranger.getToken(scope), /AADSTS700027/)
    const foreign = new ClientAssertionCredential(
      azure.tenantId,
      'federated',
      async () => azure.federatedToken('https://cluster', 'someone'),
      options,
    )
    await assert.rejects(foreign.getToken(scope), /AADSTS700213/)
  })

  test('what is wrong with a login is said by code', async () => {
    const { tenantId, clientId, clientSecret } = azure.application
    const scope = 'https://vault.azure.net/.default'
    await assert.rejects(new ClientSecretCredential(tenantId, clientId, 'wrong', options).getToken(scope), /AADSTS7000215/)
    await assert.rejects(new ClientSecretCredential(tenantId, 'nobody', clientSecret, options).getToken(scope), /AADSTS700016/)
    await assert.rejects(credential().getToken('https://elsewhere.example/.default'), /AADSTS500011/)
  })

  test('a token of somebody else, for somebody else, or expired opens nothing', async () => {
    azure.putSecret('guarded', 'x')
    const bearer = { clientId: azure.application.clientId, tenantId: azure.tenantId }
    const good = azure.tokens.issue(bearer, 'https://vault.azure.net')
    azure.tokens.lifetimeSeconds = -1
    const expired = azure.tokens.issue(bearer, 'https://vault.azure.net')
    azure.tokens.lifetimeSeconds = 3600
    const forElsewhere = azure.tokens.issue(bearer, 'https://management.azure.com')
    const [header, , signature] = good.split('.')
    const forged = `${header}.${Buffer.from('{"aud":"https://vault.azure.net"}').toString('base64url')}.${signature}`
    for (const token of [expired, forElsewhere, forged, 'garbage']) {
      const fixed = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) }
      await assert.rejects(new SecretClient(azure.vaultUrl, fixed, options).getSecret('guarded'), { statusCode: 401 })
    }
  })
})
