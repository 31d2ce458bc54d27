import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type CliResult, runCli } from '../../support/run-cli.ts'
import { renderedSecrets } from '../program/rendered-secrets.ts'
import { type AppRole, appRoleOf } from '../servers/app-role.ts'
import { type OpenBao, startOpenBao } from '../servers/openbao.ts'

const DATABASE = { host: 'db.internal', password: 'pässwörd' }

describe('generate against OpenBao', () => {
  let bao: OpenBao
  let role: AppRole
  let folder: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'manifests-'))
    bao = await startOpenBao({ tls: true })
    role = await appRoleOf(bao, 'path "secret/data/shop/*" { capabilities = ["read"] }')
    await bao.call('POST', 'secret/data/shop/database', { data: DATABASE })
  })
  after(async () => {
    await bao.stop()
    await rm(folder, { recursive: true })
  })

  /** A folder as a team keeps it: the store and what it needs in one file, what uses it in another. */
  async function generate(refs: string, secretId: string = role.secretId): Promise<CliResult> {
    await writeFile(path.join(folder, 'store.yaml'), storeOf(bao, { ...role, secretId }))
    await writeFile(path.join(folder, 'database.yaml'), externalSecret(refs))
    return runCli(['generate', '--output', 'json', folder])
  }

  test('values come over TLS by an AppRole whose secret id is in the stream', async () => {
    const before = await bao.tokenAccessors()
    const { stdout, stderr, exitCode } = await generate(
      '  data:\n    - {secretKey: db-host, remoteRef: {key: shop/database, property: host}}\n  dataFrom:\n    - extract: {key: shop/database}\n',
    )
    assert.equal(exitCode, 0, stderr)
    assert.deepEqual(renderedSecrets(stdout)['database'], { ...DATABASE, 'db-host': DATABASE.host })
    assert.deepEqual(await bao.tokenAccessors(), before)
  })

  test('a version is read by its number', async () => {
    await bao.call('POST', 'secret/data/shop/rotated', { data: { password: 'first' } })
    await bao.call('POST', 'secret/data/shop/rotated', { data: { password: 'second' } })
    const { stdout, stderr } = await generate(
      '  data:\n    - {secretKey: now, remoteRef: {key: shop/rotated, property: password}}\n    - {secretKey: before, remoteRef: {key: shop/rotated, property: password, version: "1"}}\n',
    )
    assert.deepEqual(renderedSecrets(stdout)['database'], { now: 'second', before: 'first' }, stderr)
  })

  const failing: readonly (readonly [what: string, refs: string, exitCode: number])[] = [
    ['a secret that is not there', 'shop/absent', 4],
    ['a path that the policy does not name', 'others/database', 5],
  ]
  for (const [what, key, code] of failing) {
    test(`${what} is exit code ${code}, and nothing is printed`, async () => {
      const { stdout, stderr, exitCode } = await generate(`  data:\n    - {secretKey: v, remoteRef: {key: ${key}}}\n`)
      assert.deepEqual([stdout, exitCode], ['', code])
      assert.ok(stderr.includes(key), stderr)
      assert.match(stderr, /database\.yaml:\d+/)
    })
  }

  test('a refused login is exit code 5, and the credential is not repeated', async () => {
    const { stdout, stderr, exitCode } = await generate('  dataFrom:\n    - extract: {key: shop/database}\n', 'not-the-secret-id')
    assert.deepEqual([stdout, exitCode], ['', 5])
    assert.ok(!stderr.includes('not-the-secret-id'), stderr)
  })

  test('a server that is sealed is exit code 6', async () => {
    await bao.call('PUT', 'sys/seal')
    const { stdout, exitCode } = await generate('  dataFrom:\n    - extract: {key: shop/database}\n')
    assert.deepEqual([stdout, exitCode], ['', 6])
  })
})

function storeOf(bao: OpenBao, { roleId, secretId }: AppRole): string {
  return `apiVersion: v1
kind: Secret
metadata: {name: approle, namespace: shop}
data: {secret-id: ${Buffer.from(secretId).toString('base64')}}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: openbao, namespace: shop}
spec:
  provider:
    vault:
      server: ${bao.url}
      path: secret
      caBundle: ${Buffer.from(bao.ca ?? '').toString('base64')}
      auth:
        appRole: {roleId: ${roleId}, secretRef: {name: approle, key: secret-id}}
`
}

function externalSecret(refs: string): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: database, namespace: shop}
spec:
  secretStoreRef: {name: openbao}
${refs}`
}
