import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { SecretError } from '../../../../plugin/model/secret-error.ts'
import { type AzureEmulator, startAzureEmulator } from '../../../support/emulators/azure/start-azure-emulator.ts'
import { testClientCertificate } from '../../../support/emulators/tls/test-tls.ts'
import { loginKey, openServicePrincipal, openStore, type Surroundings } from './open-store.ts'

const CLUSTER = 'https://oidc.cluster.example'
const SUBJECT = 'system:serviceaccount:default:reader'

let azure: AzureEmulator
let folder: string

before(async () => {
  azure = await startAzureEmulator()
  azure.addApplication({ clientId: 'with-certificate', certificates: [testClientCertificate().cert] })
  azure.addApplication({ clientId: 'federated', federated: [{ issuer: CLUSTER, subject: SUBJECT }] })
  azure.putSecret('shared', 'v1')
  folder = mkdtempSync(path.join(tmpdir(), 'azurekv-'))
})
beforeEach(() => azure.control.reset())
after(async () => {
  await azure.close()
  rmSync(folder, { recursive: true })
})

/** What the store reads of the secret `shared`; a failure to open or to log in is thrown. */
async function readShared(config: object, around: Surroundings): Promise<string> {
  const reader = await openStore(azure, config, around)
  try {
    const [outcome] = await reader.fetch([{ key: 'shared', part: 'value' }], AbortSignal.timeout(10_000))
    assert.ok(outcome)
    if (!outcome.ok) throw outcome.error
    return new TextDecoder().decode(outcome.secret.value.reveal())
  } finally {
    await reader.close()
  }
}

async function refusal(config: object, around: Surroundings): Promise<SecretError> {
  return readShared(config, around).then(
    () => assert.fail('it was let in'),
    (thrown: SecretError) => thrown,
  )
}

const certificateStore = (): object => ({
  tenantId: azure.tenantId,
  authSecretRef: { clientId: loginKey('id'), clientCertificate: loginKey('pem') },
})

describe('a service principal with a client secret', () => {
  const config = (tenantId = azure.tenantId): object => ({
    tenantId,
    authSecretRef: { clientId: loginKey('id'), clientSecret: loginKey('secret') },
  })

  test('reads, also when an editor left a line break behind its credentials', async () => {
    const { clientId, clientSecret } = azure.application
    assert.equal(await readShared(config(), { secret: { id: `${clientId}\n`, secret: `${clientSecret}\r\n` } }), 'v1')
  })

  test('is refused with the code of Entra ID and a remedy', async () => {
    const error = await refusal(config(), { secret: { id: azure.application.clientId, secret: 'wrong' } })
    assert.equal(error.kind, 'AccessDenied')
    assert.match(error.message, /AADSTS7000215/)
    assert.match(error.remedy ?? '', /client secret/)
  })

  test('of a tenant that does not exist is a mistake in the store', async () => {
    const { clientId, clientSecret } = azure.application
    const error = await refusal(config('nowhere.example'), { secret: { id: clientId, secret: clientSecret } })
    assert.equal(error.kind, 'InvalidSpec')
    assert.match(error.message, /nowhere\.example.*AADSTS90002/)
  })

  test('whose client id is empty is a mistake in the store', async () => {
    const error = await refusal(config(), { secret: { id: '\n', secret: 'x' } })
    assert.equal(error.kind, 'InvalidSpec')
    assert.match(error.place.field ?? '', /authSecretRef\.clientId$/)
  })
})

describe('a service principal with a certificate', () => {
  test('reads by an assertion that is signed, current and meant for the token endpoint', async () => {
    const { cert, key } = testClientCertificate()
    assert.equal(await readShared(certificateStore(), { secret: { id: 'with-certificate', pem: key + cert } }), 'v1')
  })

  test('finds the certificate of its key in a chain', async () => {
    const { cert, key } = testClientCertificate()
    assert.equal(await readShared(certificateStore(), { secret: { id: 'with-certificate', pem: azure.ca + cert + key } }), 'v1')
  })

  test('is refused when the application does not know the certificate', async () => {
    const { cert, key } = testClientCertificate()
    const error = await refusal(certificateStore(), { secret: { id: 'federated', pem: cert + key } })
    assert.equal(error.kind, 'AccessDenied')
    assert.match(error.message, /AADSTS700027/)
  })

  test('that cannot be used is said so without a word of what it holds', async () => {
    const { cert, key } = testClientCertificate()
    const pem = (type: 'rsa' | 'ec'): string => {
      const { privateKey } =
        type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    }
    const unusable: readonly (readonly [string, RegExp])[] = [
      ['not a certificate', /no readable private key/],
      [cert, /no readable private key/],
      [key, /no readable certificate/],
      [cert + pem('rsa'), /no certificate that its private key belongs to/],
      [cert + pem('ec'), /not RSA/],
    ]
    for (const [text, message] of unusable) {
      const error = await refusal(certificateStore(), { secret: { id: 'with-certificate', pem: text } })
      assert.equal(error.kind, 'InvalidSpec')
      assert.match(error.message, message)
    }
    assert.equal(azure.control.logins, 0)
  })
})

describe('a managed identity', () => {
  const imds = (): Record<string, string> => ({ AZURE_POD_IDENTITY_AUTHORITY_HOST: azure.managedIdentityHost })

  test('of the machine reads', async () => {
    assert.equal(await readShared({ authType: 'ManagedIdentity' }, { environment: imds() }), 'v1')
  })

  test('that a user assigned reads', async () => {
    const config = { authType: 'ManagedIdentity', identityId: azure.identities[1] }
    azure.contents.strangers.add(azure.identities[0])
    assert.equal(await readShared(config, { environment: imds() }), 'v1')
    azure.contents.strangers.clear()
  })

  test('that the machine does not have is AccessDenied, at once', async () => {
    const error = await refusal({ authType: 'ManagedIdentity', identityId: 'unknown' }, { environment: imds() })
    assert.equal(error.kind, 'AccessDenied')
    assert.match(error.remedy ?? '', /identityId/)
    assert.equal(azure.control.logins, 1)
  })

  test('of App Service is asked at its own endpoint', async () => {
    const environment = { IDENTITY_ENDPOINT: `${azure.managedIdentityHost}/msi/token`, IDENTITY_HEADER: azure.identityHeader }
    assert.equal(await readShared({ authType: 'ManagedIdentity' }, { environment }), 'v1')
  })

  test('is never asked for through a proxy', async () => {
    const proxied = { ...imds(), HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' }
    assert.equal(await readShared({ authType: 'ManagedIdentity' }, { environment: proxied }), 'v1')
  })

  test('is tried again while the endpoint fails', async () => {
    azure.control.injectLogin('internalError', 2)
    assert.equal(await readShared({ authType: 'ManagedIdentity' }, { environment: imds() }), 'v1')
    assert.equal(azure.control.logins, 3)
  })
})

describe('a workload identity of this process', () => {
  const environment = (file: string): Record<string, string> => ({
    AZURE_CLIENT_ID: 'federated',
    AZURE_TENANT_ID: azure.tenantId,
    AZURE_FEDERATED_TOKEN_FILE: file,
  })

  test('reads with the token that is mounted', async () => {
    const file = path.join(folder, 'token')
    writeFileSync(file, `${azure.federatedToken(CLUSTER, SUBJECT)}\n`)
    assert.equal(await readShared({ authType: 'WorkloadIdentity' }, { environment: environment(file) }), 'v1')
  })

  test('is refused for a service account that nobody federated', async () => {
    const file = path.join(folder, 'stranger')
    writeFileSync(file, azure.federatedToken(CLUSTER, 'system:serviceaccount:default:other'))
    const error = await refusal({ authType: 'WorkloadIdentity' }, { environment: environment(file) })
    assert.equal(error.kind, 'AccessDenied')
    assert.match(error.message, /AADSTS700213/)
    assert.match(error.remedy ?? '', /federated credential/)
  })

  test('that is missing, or whose token cannot be read, is AccessDenied with what to set', async () => {
    assert.match((await refusal({ authType: 'WorkloadIdentity' }, {})).remedy ?? '', /AZURE_FEDERATED_TOKEN_FILE/)
    const unreadable = await refusal({ authType: 'WorkloadIdentity' }, { environment: environment(path.join(folder, 'absent')) })
    assert.equal(unreadable.kind, 'AccessDenied')
    assert.doesNotMatch(unreadable.message, /ENOENT/)
  })
})

describe('a workload identity of a service account', () => {
  const account = { authType: 'WorkloadIdentity', serviceAccountRef: { name: 'reader', audiences: ['extra'] } }
  const annotations = (): Record<string, string> => ({
    'azure.workload.identity/client-id': 'federated',
    'azure.workload.identity/tenant-id': azure.tenantId,
  })
  const asked: string[][] = []
  const serviceAccountToken = (audiences: readonly string[]): string => {
    asked.push([...audiences])
    return azure.federatedToken(CLUSTER, SUBJECT, audiences[0])
  }

  test('reads by its annotations, with a token for the exchange and for the audiences that the store adds', async () => {
    assert.equal(await readShared(account, { annotations: annotations(), serviceAccountToken }), 'v1')
    assert.deepEqual(asked.at(-1), ['api://AzureADTokenExchange', 'extra'])
  })

  test('reads by the ids of the store, or by the tenant of the environment', async () => {
    const fromStore = { ...account, authSecretRef: { clientId: loginKey('id'), tenantId: loginKey('tenant') } }
    assert.equal(await readShared(fromStore, { secret: { id: 'federated', tenant: azure.tenantId }, serviceAccountToken }), 'v1')
    const fromField = { ...account, tenantId: azure.tenantId, authSecretRef: { clientId: loginKey('id') } }
    assert.equal(await readShared(fromField, { secret: { id: 'federated' }, serviceAccountToken }), 'v1')
    const environment = { AZURE_TENANT_ID: azure.tenantId }
    const fromEnvironment = { ...account, authSecretRef: { clientId: loginKey('id') } }
    assert.equal(await readShared(fromEnvironment, { secret: { id: 'federated' }, environment, serviceAccountToken }), 'v1')
  })

  test('whose ids are said twice, or not at all, is a mistake in the store', async () => {
    const secret = { id: 'federated', tenant: azure.tenantId }
    const twoClients = { ...account, authSecretRef: { clientId: loginKey('id') } }
    const twoTenants = { ...account, tenantId: azure.tenantId }
    const cases = [
      [twoClients, { secret, annotations: annotations() }, /client id is both/],
      [twoTenants, { annotations: annotations() }, /tenant id is both/],
      [account, {}, /no client id/],
      [account, { annotations: { 'azure.workload.identity/client-id': 'federated' } }, /no tenant id/],
    ] as const
    for (const [config, around, message] of cases) {
      const error = await refusal(config, { ...around, serviceAccountToken })
      assert.equal(error.kind, 'InvalidSpec')
      assert.match(error.message, message)
    }
  })

  test('takes its client id from the annotation alone with useAzureSDK', async () => {
    const config = { ...account, useAzureSDK: true, authSecretRef: { clientId: loginKey('id') } }
    assert.equal(await readShared(config, { secret: { id: 'ignored' }, annotations: annotations(), serviceAccountToken }), 'v1')
  })
})

describe('a login in trouble', () => {
  test('is retried when Entra ID is busy or broken, and fails as a whole when it stays so', async () => {
    azure.control.injectLogin('throttled', 1)
    azure.control.injectLogin('internalError', 1)
    const reader = await openServicePrincipal(azure)
    const [outcome] = await reader.fetch([{ key: 'shared', part: 'value' }], AbortSignal.timeout(10_000))
    assert.equal(outcome?.ok, true)
    await reader.close()
    azure.control.injectLogin('internalError', 50)
    const broken = await openServicePrincipal(azure)
    await assert.rejects(broken.fetch([{ key: 'shared', part: 'value' }], AbortSignal.timeout(10_000)), { kind: 'Unavailable' })
    await broken.close()
  })

  for (const fault of ['redirect', 'garbage', 'oversized'] as const) {
    test(`answers of another kind are Unavailable and not tried again: ${fault}`, async () => {
      azure.control.injectLogin(fault, 50)
      const reader = await openServicePrincipal(azure)
      await assert.rejects(reader.fetch([{ key: 'shared', part: 'value' }], AbortSignal.timeout(10_000)), { kind: 'Unavailable' })
      assert.equal(azure.control.logins, 1)
      await reader.close()
    })
  }

  test('that hangs ends with the deadline of the fetch', async () => {
    azure.control.injectLogin('hang', 50)
    const reader = await openServicePrincipal(azure)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 30)
    await assert.rejects(reader.fetch([{ key: 'shared', part: 'value' }], stop.signal), { kind: 'Deadline' })
    await reader.close()
  })
})
