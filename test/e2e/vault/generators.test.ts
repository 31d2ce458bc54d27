import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type CliResult, runCli } from '../../support/run-cli.ts'
import { renderedSecrets } from '../program/rendered-secrets.ts'
import { type AppRole, appRoleOf } from '../servers/app-role.ts'
import { type OpenBao, startOpenBao } from '../servers/openbao.ts'

const POLICY = `path "pki/issue/web" { capabilities = ["update"] }
path "totp/code/app" { capabilities = ["read"] }
path "auth/token/create" { capabilities = ["update"] }
path "sys/tools/random/16" { capabilities = ["update"] }
path "secret/metadata" { capabilities = ["list"] }
path "secret/data/doomed" { capabilities = ["delete"] }`

describe('VaultDynamicSecret against OpenBao', () => {
  let bao: OpenBao
  let role: AppRole
  before(async () => {
    bao = await startOpenBao({ tls: true })
    role = await appRoleOf(bao, POLICY)
    await bao.call('POST', 'sys/mounts/pki', { type: 'pki' })
    await bao.call('POST', 'pki/root/generate/internal', { common_name: 'Root', ttl: '24h' })
    await bao.call('POST', 'pki/roles/web', { allow_any_name: true, ttl: '1h' })
    await bao.call('POST', 'sys/mounts/totp', { type: 'totp' })
    await bao.call('POST', 'totp/keys/app', { key: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', issuer: 'Test', account_name: 'app' })
    await bao.call('POST', 'secret/data/doomed', { data: { a: 'b' } })
  })
  after(() => bao.stop())

  function generate(spec: object): Promise<CliResult> {
    return runCli(['generate', '--output', 'json', '-'], { input: manifests(bao, role, spec) })
  }

  async function values(spec: object): Promise<Readonly<Record<string, string>>> {
    const { stdout, stderr, exitCode } = await generate(spec)
    assert.equal(exitCode, 0, stderr)
    return renderedSecrets(stdout)['generated'] as Record<string, string>
  }

  test('a certificate is issued, with its key and the chain', async () => {
    const issued = await values({ path: 'pki/issue/web', method: 'POST', parameters: { common_name: 'web.example', ttl: '5m' } })
    assert.equal(new X509Certificate(issued['certificate'] ?? '').subject, 'CN=web.example')
    assert.match(issued['private_key'] ?? '', /PRIVATE KEY/)
    assert.match(issued['expiration'] ?? '', /^\d{10}$/)
  })

  test('a code and random bytes', async () => {
    assert.match((await values({ path: 'totp/code/app' }))['code'] ?? '', /^\d{6}$/)
    const random = await values({ path: 'sys/tools/random/16', method: 'POST' })
    assert.equal(Buffer.from(random['random_bytes'] ?? '', 'base64').length, 16)
  })

  test('a token that was made stays good: the login that made it is not revoked', async () => {
    const auth = await values({ path: 'auth/token/create', method: 'POST', parameters: { ttl: '10m' }, resultType: 'Auth' })
    const known = await bao.call('POST', 'auth/token/lookup', { token: auth['client_token'] })
    assert.deepEqual(known.data?.['path'], 'auth/token/create')
  })

  test('a list has the names, and all of an answer its request', async () => {
    assert.deepEqual(await values({ path: 'secret/metadata', method: 'LIST' }), { keys: '["doomed"]' })
    const raw = await values({ path: 'secret/metadata', method: 'LIST', resultType: 'Raw' })
    assert.match(raw['request_id'] ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(raw['data'], '{"keys":["doomed"]}')
  })

  test('an answer without content is exit code 4', async () => {
    const { stdout, stderr, exitCode } = await generate({ path: 'secret/data/doomed', method: 'DELETE' })
    assert.deepEqual([stdout, exitCode], ['', 4], stderr)
    assert.match(stderr, /empty response from Vault/)
  })

  test('what the policy does not name is exit code 5, and the report says what to allow', async () => {
    const { stdout, stderr, exitCode } = await generate({ path: 'pki/issue/other', method: 'POST' })
    assert.deepEqual([stdout, exitCode], ['', 5])
    assert.match(stderr, /pki\/issue\/other.*capabilities = \["update"\]/s)
  })
})

function manifests({ url, ca = '' }: OpenBao, { roleId, secretId }: AppRole, spec: object): string {
  const provider = {
    server: url,
    caBundle: Buffer.from(ca).toString('base64'),
    auth: { appRole: { roleId, secretRef: { name: 'vault', key: 'secret-id' } } },
  }
  const documents = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'vault', namespace: 'default' },
      stringData: { 'secret-id': secretId },
    },
    {
      apiVersion: 'generators.external-secrets.io/v1alpha1',
      kind: 'VaultDynamicSecret',
      metadata: { name: 'dynamic', namespace: 'default' },
      spec: { provider, ...spec },
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'generated', namespace: 'default' },
      spec: {
        dataFrom: [
          {
            sourceRef: {
              generatorRef: {
                apiVersion: 'generators.external-secrets.io/v1alpha1',
                kind: 'VaultDynamicSecret',
                name: 'dynamic',
              },
            },
          },
        ],
      },
    },
  ]
  return documents.map((document) => JSON.stringify(document)).join('\n---\n')
}
